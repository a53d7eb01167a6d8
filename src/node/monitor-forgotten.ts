import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { ForgottenReport } from "../tree/config.ts";
import type { MonitoredForgotten } from "./monitor-protocol.ts";

type Row = { -readonly [Key in keyof MonitoredForgotten]: MonitoredForgotten[Key] };

// More places than this are not told apart.
const maxRows = 200;
const elsewhere = "(other places)";

/** Adds up the reports of forgotten scopes by the place that opened them. They are few: once a collection and place. */
export class ForgottenPlaces implements Disposable {
  readonly #rows = new Map<string, Row>();

  constructor() {
    subscribe("scopelog:forgotten", this.#take);
  }

  /** The most forgotten first. */
  list(): MonitoredForgotten[] {
    return [...this.#rows.values()].sort((a, b) => b.count + b.unlocated - a.count - a.unlocated);
  }

  [Symbol.dispose](): void {
    unsubscribe("scopelog:forgotten", this.#take);
  }

  readonly #take = (message: unknown): void => {
    const { name, origin, count, unlocated, id } = message as ForgottenReport;
    let key = `${name}\n${origin ?? ""}`;
    let row = this.#rows.get(key);
    if (row === undefined && this.#rows.size >= maxRows - 1) {
      key = elsewhere;
      row = this.#rows.get(key);
    }
    if (row === undefined) {
      const place = key === elsewhere ? elsewhere : origin;
      row = { name, count: 0, unlocated: 0, id, time: 0, ...(place === undefined ? undefined : { origin: place }) };
      this.#rows.set(key, row);
    }
    // Without a place, the count is that of scopes that were not looked up.
    row.count += count;
    row.unlocated += origin === undefined ? 0 : unlocated;
    row.id = id;
    row.time = Date.now();
  };
}
