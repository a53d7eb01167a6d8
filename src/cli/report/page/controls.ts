import { integer } from "../../number-text.ts";
import { byId, el, onFrame } from "./dom.ts";
import type { Wanted } from "./filter.ts";
import { duration } from "./text.ts";
import type { Order } from "./tree.ts";

/** What the form says, but for what the drawings choose. */
export type FormWanted = Omit<Wanted, "origin" | "from" | "to"> & { readonly order: Order; readonly axis: Axis };

/** What time the rows show: that of those in sight, all, or each its own from its start on. */
export type Axis = "fit" | "all" | "own";

/** The form above the rows. */
export class Controls {
  readonly #form = byId("filters");

  /** @param onChange something was chosen or written */
  constructor(names: readonly { readonly name: string; readonly count: number }[], onChange: () => void) {
    const options = names
      .map(({ name, count }, index) => ({ name, count, index }))
      .sort((a, b) => b.count - a.count)
      .slice(0, 500)
      .map(({ name, count, index }) => el("option", { value: String(index) }, `${name} (${integer(count)})`));
    byId("name").append(...options);
    // One look for all the letters of one frame.
    const later = onFrame(onChange);
    this.#form.addEventListener("input", later);
    // In an order other than that of their starts, rows in sight have no time of their own.
    byId("order").addEventListener("change", () => {
      byId("axis-kind").value = byId("order").value === "start" ? "fit" : "own";
    });
    this.#form.addEventListener("submit", (event) => event.preventDefault());
  }

  get wanted(): FormWanted {
    return {
      text: byId("search").value,
      name: Number(byId("name").value),
      level: Number(byId("level").value),
      state: byId("state").value,
      longer: Number(byId("longer").value),
      errors: byId("errors").checked,
      forgotten: byId("only-forgotten").checked,
      order: byId("order").value as Order,
      axis: byId("axis-kind").value as Axis,
    };
  }

  /** Asks for nothing again. */
  reset(): void {
    byId("search").value = "";
    byId("name").value = "-1";
    byId("level").value = "0";
    byId("state").value = "";
    byId("longer").value = "0";
    byId("errors").checked = false;
    byId("only-forgotten").checked = false;
  }

  onlyForgotten(name: number): void {
    this.reset();
    byId("only-forgotten").checked = true;
    byId("name").value = String(name);
  }

  say(count: number, all: number): void {
    if (count !== all) this.#say(`${integer(count)} of ${integer(all)} rows`);
    else this.#say(all === 1 ? "1 row" : `All ${integer(all)} rows`);
  }

  /** Says that a search has to wait. */
  sayReading(): void {
    this.#say("Reading the lines to search in them …");
  }

  #say(text: string): void {
    const status = byId("count");
    if (status.textContent !== text) status.textContent = text;
  }

  /** Says what is chosen beside the form, with a way back. */
  chips(chips: readonly { readonly text: string; readonly onClear: () => void }[]): void {
    byId("chips").replaceChildren(
      ...chips.map(({ text, onClear }) => {
        const button = el("button", { type: "button", class: "chip", "aria-label": `No longer: ${text}` }, text, " ✕");
        button.addEventListener("click", onClear);
        return button;
      }),
    );
  }
}

/** A choice of time, in words. */
export function rangeText(from: number, to: number): string {
  return `+${duration(from)} to +${duration(to)}`;
}
