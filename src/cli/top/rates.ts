import type { MonitorSnapshot } from "scopelog/node";

/** What was measured at a snapshot. */
export interface Measure {
  /** Lines a second, by the id of the scope; a scope that was not there before has none yet. */
  readonly byScope: ReadonlyMap<string, number>;
  /**
   * Lines a second of the live scopes that are listed; undefined before there are two snapshots. At least so many were
   * logged: what a scope logged right before its end is not seen.
   */
  readonly total: number | undefined;
}

/** Tells from two snapshots how fast lines come; the process itself only counts. */
export class Rates {
  #lines = new Map<string, number>();
  #time: number | undefined;
  #pid: number | undefined;

  take({ scopes, time, pid }: MonitorSnapshot): Measure {
    // Another process counts anew, and a clock that was set is no measure.
    const seconds = this.#pid === pid && this.#time !== undefined && time > this.#time ? (time - this.#time) / 1000 : 0;
    const lines = new Map<string, number>();
    const byScope = new Map<string, number>();
    let total = 0;
    for (const scope of scopes) {
      lines.set(scope.id, scope.lines);
      if (seconds === 0) continue;
      const before = this.#lines.get(scope.id);
      // One that has come since logged all its lines since; one that was only not listed did not.
      const since = before ?? (scope.age <= seconds * 1000 ? 0 : undefined);
      if (since === undefined || scope.lines < since) continue;
      byScope.set(scope.id, (scope.lines - since) / seconds);
      total += (scope.lines - since) / seconds;
    }
    this.#lines = lines;
    this.#time = time;
    this.#pid = pid;
    return { byScope, total: seconds === 0 ? undefined : total };
  }
}
