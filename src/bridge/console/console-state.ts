import { monotonicNow } from "../../lifetime/clock.ts";

// More labels than a program has by intent; the oldest make room.
const maxLabels = 1000;
const maxGroups = 100;

/** What a console remembers between its calls: counts, timers, open groups. Bounded. */
export class ConsoleState {
  readonly #counts = new Map<string, number>();
  readonly #timers = new Map<string, number>();
  readonly #groups: string[] = [];
  /** How many groups were opened beyond the most that are kept. */
  #deeper = 0;

  /** Counts once more under `label`. */
  count(label: string): number {
    const count = (this.#counts.get(label) ?? 0) + 1;
    put(this.#counts, label, count);
    return count;
  }

  /** Begins to count anew; false if nothing was counted. */
  resetCount(label: string): boolean {
    return this.#counts.delete(label);
  }

  /** Starts a timer; false if it runs. */
  start(label: string): boolean {
    if (this.#timers.has(label)) return false;
    put(this.#timers, label, monotonicNow());
    return true;
  }

  /** Milliseconds since the timer was started; undefined if it was not. */
  elapsed(label: string): number | undefined {
    const start = this.#timers.get(label);
    return start === undefined ? undefined : monotonicNow() - start;
  }

  stop(label: string): void {
    this.#timers.delete(label);
  }

  open(label: string): void {
    if (this.#groups.length < maxGroups) this.#groups.push(label);
    else this.#deeper++;
  }

  close(): void {
    if (this.#deeper > 0) this.#deeper--;
    else this.#groups.pop();
  }

  /** The labels of the open groups, the outermost first; undefined if none is open. */
  get group(): string | undefined {
    return this.#groups.length === 0 ? undefined : this.#groups.join(" > ");
  }
}

function put(map: Map<string, number>, label: string, value: number): void {
  if (!map.has(label) && map.size >= maxLabels) map.delete(map.keys().next().value as string);
  map.set(label, value);
}
