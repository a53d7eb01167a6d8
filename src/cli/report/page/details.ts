import { counted, integer } from "../../number-text.ts";
import { durationOf, idOf, isA, isEnded, type Report, stateOf } from "./data.ts";
import { byId, type El, el } from "./dom.ts";
import { wordsOf } from "./filter.ts";
import { flags } from "./format.ts";
import { duration, instant } from "./text.ts";
import { linesOf, type ShownLine, type Texts } from "./texts.ts";
import { stateWords } from "./waterfall.ts";

const firstLines = 200;
const levels = [
  [60, "fatal"],
  [50, "error"],
  [40, "warn"],
  [30, "info"],
  [20, "debug"],
  [1, "trace"],
] as const;

export interface DetailsEvents {
  /** Another scope is to be shown. */
  onOpen(scope: number): void;
  /** The waterfall is to show the time of the scope. */
  onZoom(scope: number): void;
  onClose(): void;
}

/** The lines of one scope, and what is known of it. */
export class Details {
  readonly #report: Report;
  readonly #events: DetailsEvents;
  readonly #panel = byId("details");
  #texts: Texts | "coming" | "failed" = "coming";
  /** Whose lines are shown, and where. */
  #shown: { readonly scope: number; readonly search: string; readonly box: El } | undefined;

  constructor(report: Report, events: DetailsEvents) {
    this.#report = report;
    this.#events = events;
    this.#panel.addEventListener("keydown", (event) => {
      if (event.key === "Escape") events.onClose();
    });
  }

  /** Has the lines from now on, or knows that they cannot be read. */
  take(texts: Texts | "failed"): void {
    this.#texts = texts;
    this.#fill();
  }

  clear(): void {
    this.#shown = undefined;
    this.#panel.replaceChildren(
      el("h2", { id: "details-title" }, "Lines"),
      el("p", { class: "hint" }, "Choose a scope to see its lines: click on it, or press Enter."),
    );
  }

  /** @param search words to be marked in the lines */
  show(scope: number, search: string): void {
    const report = this.#report;
    const state = stateOf(report, scope);
    const head = el(
      "div",
      { class: "details-head" },
      el("h2", { id: "details-title", tabindex: "-1" }, idOf(report, scope)),
      el("span", { class: `badge is-${state}` }, stateWords[state]),
    );
    const zoom = el("button", { type: "button", class: "quiet" }, "Zoom to it");
    zoom.addEventListener("click", () => this.#events.onZoom(scope));
    const close = el("button", { type: "button", class: "quiet" }, "Close");
    close.addEventListener("click", () => this.#events.onClose());
    const box = el("div", {});
    this.#panel.replaceChildren(head, el("div", { class: "buttons" }, zoom, close), this.#facts(scope), box);
    this.#panel.scrollTop = 0;
    this.#shown = { scope, search, box };
    this.#fill();
  }

  #fill(): void {
    if (this.#shown === undefined) return;
    const { scope, search, box } = this.#shown;
    const texts = this.#texts;
    if (typeof texts === "string") {
      const hint = texts === "coming" ? "Reading the lines …" : "The lines cannot be read.";
      box.replaceChildren(el("p", { class: "hint" }, hint));
      return;
    }
    const lines = linesOf(this.#report, texts, scope);
    const shared = sharedFields(lines);
    const table = this.#table(scope, lines, new Set(shared), wordsOf(search));
    box.replaceChildren(...(shared.length === 0 ? [] : [fieldList(shared)]), table);
  }

  /** Lets a screen reader begin here. */
  focus(): void {
    byId("details-title").focus({ preventScroll: true });
  }

  #facts(scope: number): El {
    const report = this.#report;
    const list = el("dl", { class: "facts" });
    const fact = (name: string, ...value: (El | string)[]) =>
      list.append(el("div", {}, el("dt", {}, name), el("dd", {}, ...value)));
    const start = report.start[scope] as number;
    const ended = isEnded(report, scope);
    const logger = isA(report, scope, flags.logger);
    fact(ended ? "Start" : "First line", `${instant(report.head.start + start)} (+${duration(start)})`);
    fact(ended ? "Duration" : logger ? "From first to last line" : "At least", duration(durationOf(report, scope)));
    const errors = report.errors[scope] as number;
    fact("Lines", `${integer(report.lines[scope] as number)}${errors > 0 ? `, ${counted(errors, "error")}` : ""}`);
    if ((report.dropped[scope] as number) > 0)
      fact("Given up by its buffer", counted(report.dropped[scope] as number, "line"));
    const parent = report.parent[scope] as number;
    if (parent >= 0) {
      fact(
        "Inside of",
        this.#link(parent),
        isA(report, scope, flags.inferred) ? " (concluded: the log does not tell)" : "",
      );
    }
    const inner = report.inner.subarray(report.innerAt[scope], report.innerAt[scope + 1]);
    if (inner.length > 0) {
      const some = [...inner.subarray(0, 8)].flatMap((one, index) =>
        index > 0 ? [", ", this.#link(one)] : [this.#link(one)],
      );
      fact("Scopes inside", ...some, inner.length > 8 ? ` and ${integer(inner.length - 8)} more` : "");
    }
    if (isA(report, scope, flags.forgotten)) {
      const origin = report.head.origins[report.origin[scope] as number];
      fact("Opened at", origin === undefined ? "a place that was not looked up" : el("code", {}, origin));
    }
    return list;
  }

  #link(scope: number): El {
    const button = el("button", { type: "button", class: "link" }, idOf(this.#report, scope));
    button.addEventListener("click", () => this.#events.onOpen(scope));
    return button;
  }

  #table(scope: number, lines: readonly ShownLine[], shared: ReadonlySet<string>, words: readonly string[]): El {
    const left = (this.#report.lines[scope] as number) - lines.length;
    const heads = ["Time", "Level", "Message"].map((text) => el("th", { scope: "col" }, text));
    const body = el("tbody", {});
    const start = this.#report.start[scope] as number;
    const add = (some: readonly ShownLine[]) => body.append(...some.map((line) => lineRow(line, start, shared, words)));
    add(lines.slice(0, firstLines));
    const table = el(
      "table",
      { class: "lines" },
      el("caption", { class: "unseen" }, `Lines of ${idOf(this.#report, scope)}`),
    );
    table.append(el("thead", {}, el("tr", {}, ...heads)), body);
    const box = el("div", {}, table);
    if (lines.length > firstLines) {
      const more = el("button", { type: "button" }, `Show ${counted(lines.length - firstLines, "more line")}`);
      more.addEventListener("click", () => {
        add(lines.slice(firstLines));
        more.hidden = true;
      });
      box.append(more);
    }
    if (left > 0) box.append(el("p", { class: "hint" }, `${counted(left, "more line")} not kept in this page.`));
    else if (lines.length === 0) box.append(el("p", { class: "hint" }, "It has no lines of its own."));
    return box;
  }
}

function lineRow(line: ShownLine, start: number, shared: ReadonlySet<string>, words: readonly string[]): El {
  const level = levels.find(([least]) => line.level >= least)?.[1] ?? "";
  const message = el("td", {}, el("span", { class: "message" }, ...marked(line.message, words)));
  for (const field of line.fields) {
    if (shared.has(field)) continue;
    const at = field.indexOf("=");
    message.append(
      " ",
      el(
        "span",
        { class: "field" },
        el("span", { class: "key" }, field.slice(0, at + 1)),
        ...marked(field.slice(at + 1), words),
      ),
    );
  }
  if (line.error !== undefined) message.append(errorBox(line.error, words));
  const time = line.time - start;
  return el(
    "tr",
    { class: `level-${level}` },
    el("td", { class: "number" }, `${time < 0 ? "−" : "+"}${duration(Math.abs(time))}`),
    el("td", { class: "level" }, level),
    message,
  );
}

/** The head of an error; its stack and causes below, if the user wants. */
function errorBox(text: string, words: readonly string[]): El {
  const [head = "", ...rest] = text.split("\n");
  if (rest.length === 0) return el("div", { class: "thrown" }, ...marked(head, words));
  const stack = el("pre", { tabindex: "0" }, ...marked(rest.join("\n"), words));
  return el("details", { class: "thrown" }, el("summary", {}, ...marked(head, words)), stack);
}

function fieldList(fields: readonly string[]): El {
  const list = el("dl", { class: "facts fields" });
  for (const field of fields) {
    const at = field.indexOf("=");
    list.append(el("div", {}, el("dt", {}, field.slice(0, at)), el("dd", {}, field.slice(at + 1))));
  }
  return list;
}

/** What all lines have: shown once. */
function sharedFields(lines: readonly ShownLine[]): string[] {
  const [first, ...rest] = lines;
  if (first === undefined || rest.length === 0) return [];
  let shared = [...first.fields];
  for (const { fields } of rest) shared = shared.filter((field) => fields.includes(field));
  return shared;
}

/** The text with the words in it marked. */
function marked(text: string, words: readonly string[]): (El | string)[] {
  const small = text.toLowerCase();
  if (words.length === 0 || small.length !== text.length) return [text];
  const parts: (El | string)[] = [];
  for (let at = 0; at < text.length; ) {
    let next = -1;
    let found = "";
    for (const word of words) {
      const place = small.indexOf(word, at);
      if (place >= 0 && (next < 0 || place < next || (place === next && word.length > found.length))) {
        next = place;
        found = word;
      }
    }
    if (next < 0) {
      parts.push(text.slice(at));
      break;
    }
    if (next > at) parts.push(text.slice(at, next));
    parts.push(el("mark", {}, text.slice(next, next + found.length)));
    at = next + found.length;
  }
  return parts;
}
