import type { Slot } from "../lifetime/cell.ts";
import type { Ledger } from "../lifetime/ledger.ts";
import type { Trouble } from "../port/trouble.ts";
import { escapeControls } from "../record/escape.ts";

/** How many live scopes of one name are too many, if nothing else is said. */
export const defaultCrowd = 10_000;

const maxNames = 64;
const maxTop = 3;

/** Warns of too many live scopes of one name, once a name. */
export class CrowdWatch {
  readonly #ledger: Ledger;
  readonly #trouble: Trouble;
  readonly #warned = new Set<string>();
  #limit = defaultCrowd;

  constructor(ledger: Ledger, trouble: Trouble) {
    this.#ledger = ledger;
    this.#trouble = trouble;
    ledger.crowdAt = this.#limit;
  }

  /** Sets how many are too many. */
  set limit(limit: number) {
    this.#limit = limit;
    this.#ledger.crowdAt = limit;
  }

  /** Looks who makes the crowd. The next look is at twice the crowd, so that looking costs nothing in the long run. */
  look(): void {
    const { live } = this.#ledger;
    this.#ledger.crowdAt = Math.max(this.#limit, live.length * 2);
    for (const [name, count] of countBy(live, ({ name }) => name)) {
      if (count <= this.#limit || this.#warned.has(name) || this.#warned.size >= maxNames) continue;
      this.#warned.add(name);
      this.#trouble.report(
        "SCOPELOG_WARN_TOO_MANY",
        `${count} scopes named ${escapeControls(name)} are live at once${placesOf(live.filter((slot) => slot.name === name))}. ` +
          "If that is too many, somebody keeps them: registry.scopes() lists them, the oldest first. " +
          "If it is not, set budget.scopes.",
        { key: name },
      );
    }
  }

  /** Tells that sockets or files ran out, and who has the most scopes open. */
  tellPressure(cause: string): void {
    const { live } = this.#ledger;
    if (live.length === 0) return;
    this.#trouble.report(
      "SCOPELOG_WARN_TOO_MANY",
      `${capitalized(cause)}, with ${live.length} scopes live${placesOf(live)}. ` +
        "What was dead already was closed. End scopes with using, let handlers share their transport, or raise the limit.",
      { key: "pressure" },
    );
  }
}

/** The places that opened the most of `slots`, as a text for a sentence. */
function placesOf(slots: readonly Slot[]): string {
  const places = countBy(slots, (slot) => slot.estate?.origin ?? slot.name);
  const top = places.slice(0, maxTop).map(([place, count]) => `${count} from ${escapeControls(place)}`);
  return top.length === 0 ? "" : ` (${top.join(", ")})`;
}

function countBy(slots: readonly Slot[], keyOf: (slot: Slot) => string): [key: string, count: number][] {
  const counts = new Map<string, number>();
  for (const slot of slots) counts.set(keyOf(slot), (counts.get(keyOf(slot)) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a);
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
