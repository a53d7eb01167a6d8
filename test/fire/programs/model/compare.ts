import { ScopelogError } from "scopelog";
import { expect } from "vitest";

/** The one of those that are there which `choice` means, by its index. */
export function pick<T>(list: readonly (T | undefined)[], choice: number): number | undefined {
  return pickWhere(list, choice, () => true);
}

export function pickWhere<T>(
  list: readonly (T | undefined)[],
  choice: number,
  which: (index: number) => boolean,
): number | undefined {
  const there: number[] = [];
  for (let index = 0; index < list.length; index++) if (list[index] !== undefined && which(index)) there.push(index);
  return there.length === 0 ? undefined : there[choice % there.length];
}

/** What `act` returns; undefined if it was refused with `code`. */
export function attempt<T>(code: string, act: () => T): T | undefined {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof ScopelogError)) throw error;
    same("why it was refused", error.code, code);
    return undefined;
  }
}

// `expect` costs more than the program; it is asked for the words when something is wrong.
export function same(what: string, found: unknown, expected: unknown): void {
  if (found === expected) return;
  if (typeof found !== "object" || JSON.stringify(found) !== JSON.stringify(expected))
    expect(found, what).toEqual(expected);
}
