import { browser, byId, type El } from "./dom.ts";

/** The colours of the drawings, which are those of the style sheet. */
export interface Palette {
  readonly text: string;
  readonly muted: string;
  readonly grid: string;
  readonly card: string;
  readonly ok: string;
  readonly error: string;
  readonly unknown: string;
  readonly open: string;
  readonly forgotten: string;
  readonly logger: string;
  readonly accent: string;
  readonly tick: string;
  readonly font: string;
}

const names = [
  "text",
  "muted",
  "grid",
  "card",
  "ok",
  "error",
  "unknown",
  "open",
  "forgotten",
  "logger",
  "accent",
  "tick",
];

let known: Palette | undefined;

export function palette(): Palette {
  if (known === undefined) {
    const style = browser.getComputedStyle(browser.document.documentElement);
    const read = (name: string) => style.getPropertyValue(`--${name}`).trim();
    const colors = Object.fromEntries(names.map((name) => [name, read(name)]));
    known = { ...colors, font: `11px ${read("font")}` } as unknown as Palette;
  }
  return known;
}

const key = "scopelog-report-theme";

/** Lets the user choose between light, dark and what the system has; `repaint` is called after each change. */
export function watchTheme(repaint: () => void): void {
  const root = browser.document.documentElement;
  const changed = () => {
    known = undefined;
    repaint();
  };
  const set = (theme: string) => {
    if (theme === "light" || theme === "dark") root.setAttribute("data-theme", theme);
    else root.removeAttribute("data-theme");
    changed();
  };
  const buttons = [...byId("theme").querySelectorAll("input")];
  for (const button of buttons) {
    button.addEventListener("change", () => {
      if (!button.checked) return;
      set(button.value);
      remember(button.value);
    });
  }
  const before = remembered();
  const chosen = buttons.find((button: El) => button.value === before);
  if (chosen !== undefined) {
    chosen.checked = true;
    set(chosen.value);
  }
  browser.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", changed);
  // Paper is light.
  browser.addEventListener("beforeprint", () => {
    root.setAttribute("data-print", "");
    changed();
  });
  browser.addEventListener("afterprint", () => {
    root.removeAttribute("data-print");
    changed();
  });
}

// A page from a file may not be allowed to remember anything.
function remember(theme: string): void {
  try {
    browser.localStorage.setItem(key, theme);
  } catch {}
}

function remembered(): string | null {
  try {
    return browser.localStorage.getItem(key);
  } catch {
    return null;
  }
}
