import { roles } from "../../chart/role.ts";
import { browser, byId, type El } from "./dom.ts";

const names = ["text", "muted", "grid", "card", "tick", ...roles] as const;

/** The colours of the drawings, which are those of the style sheet. */
export type Palette = Readonly<Record<(typeof names)[number] | "font", string>>;

let known: Palette | undefined;

export function palette(): Palette {
  if (known === undefined) {
    const style = browser.getComputedStyle(browser.document.documentElement);
    const read = (name: string) => style.getPropertyValue(`--${name}`).trim();
    const colors = Object.fromEntries(names.map((name) => [name, read(name)]));
    known = { ...colors, font: `11px ${read("font")}` } as Palette;
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
