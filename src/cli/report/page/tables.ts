import { integer } from "../../number-text.ts";
import { durationOf, idOf, isScope, type Report, stateOf } from "./data.ts";
import { afterFrame, byId, type El, el } from "./dom.ts";
import { duration } from "./text.ts";
import { most } from "./tree.ts";
import { stateWords } from "./waterfall.ts";

const limit = 10;
const numeric: ReadonlySet<string> = new Set(["Duration", "Lines", "Errors", "Scopes"]);

export interface TableEvents {
  onOpen(scope: number): void;
  /** Only the forgotten ones of a name and a place are to be shown; -1: of a place that is not known. */
  onForgotten(name: string, origin: number): void;
}

/** The slowest and the noisiest of the wanted scopes, and all that were forgotten. */
export class Tables {
  readonly #report: Report;
  readonly #events: TableEvents;
  readonly #fillLater = afterFrame(() => this.#fill());
  #marks: Uint8Array = new Uint8Array(0);
  #hasForgotten = false;

  constructor(report: Report, events: TableEvents) {
    this.#report = report;
    this.#events = events;
  }

  /** Shows those of the marked ones; after what is above, which the user looks at. */
  show(marks: Uint8Array): void {
    this.#marks = marks;
    this.#fillLater();
  }

  #fill(): void {
    const report = this.#report;
    const marks = this.#marks;
    const slowest = most(report, marks, limit, (scope) => (isScope(report, scope) ? durationOf(report, scope) : 0));
    fill("slowest", ["Scope", "Duration", "Outcome"], slowest, (scope) => [
      this.#link(scope),
      number(duration(durationOf(report, scope))),
      this.#state(scope),
    ]);
    const noisiest = most(report, marks, limit, (scope) => report.lines[scope] as number);
    fill("noisiest", ["Scope", "Lines", "Errors"], noisiest, (scope) => [
      this.#link(scope),
      number(integer(report.lines[scope] as number)),
      number(integer(report.errors[scope] as number)),
    ]);
    // They are the same whatever is asked for.
    if (!this.#hasForgotten) this.#showForgotten();
    this.#hasForgotten = true;
  }

  #showForgotten(): void {
    const { forgotten, origins } = this.#report.head;
    fill("forgotten", ["Opened at", "Scopes", "Name"], forgotten, ({ name, origin, count }) => {
      const button = el("button", { type: "button", class: "link" }, origin ?? "a place not looked up");
      button.addEventListener("click", () => {
        this.#events.onForgotten(name, origin === null ? -1 : origins.indexOf(origin));
      });
      return [button, number(integer(count)), name];
    });
  }

  #link(scope: number): El {
    const id = idOf(this.#report, scope);
    const button = el("button", { type: "button", class: "link", title: id }, id);
    button.addEventListener("click", () => this.#events.onOpen(scope));
    return button;
  }

  #state(scope: number): El {
    const state = stateOf(this.#report, scope);
    return el("span", { class: `badge is-${state}`, title: stateWords[state] }, state === "open" ? "no end" : state);
  }
}

function number(text: string): El {
  return el("span", { class: "number" }, text);
}

function fill<T>(id: string, heads: readonly string[], rows: readonly T[], cells: (row: T) => (El | string)[]): void {
  const target = byId(id);
  const table = el(
    "table",
    {},
    el(
      "thead",
      {},
      el("tr", {}, ...heads.map((text) => el("th", { scope: "col", class: numeric.has(text) ? "number" : "" }, text))),
    ),
  );
  const body = rows.map((row) => {
    const [first = "", ...rest] = cells(row);
    return el("tr", {}, el("th", { scope: "row" }, first), ...rest.map((cell) => el("td", {}, cell)));
  });
  table.setAttribute("aria-labelledby", `${id}-title`);
  table.append(el("tbody", {}, ...body));
  target.replaceChildren(rows.length > 0 ? table : el("p", { class: "hint" }, "None."));
}
