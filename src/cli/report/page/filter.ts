import { durationOf, isA, isError, type Report, stateOf } from "./data.ts";
import { flags } from "./format.ts";

/** What is asked for. */
export interface Wanted {
  /** All of these words are in the id or the lines, in any case of letters. */
  readonly text: string;
  /** An index into the names, -1 for all. */
  readonly name: number;
  /** The least level of its gravest line. */
  readonly level: number;
  /** A state, see `stateOf`; `""` for all. */
  readonly state: string;
  readonly errors: boolean;
  readonly forgotten: boolean;
  /** The place it was opened at, as an index; -1 for all. */
  readonly origin: number;
  /** Not shorter than this, in milliseconds. */
  readonly longer: number;
  /** Only what was open in this time. */
  readonly from: number;
  readonly to: number;
}

/** Says which scopes are wanted: a 1 for each that is. */
export class ScopeFilter {
  readonly #report: Report;
  /** All texts in small letters, made when it is first needed; undefined if that would move them. */
  #small: string | undefined | null = null;
  /** The words that were last looked for, and what was found. */
  #words = "";
  #found: Uint8Array | undefined;

  constructor(report: Report) {
    this.#report = report;
  }

  matches(wanted: Wanted): { readonly marks: Uint8Array; readonly count: number } {
    const report = this.#report;
    const { start, until, level, name, origin } = report;
    const found = this.#search(wanted.text);
    const marks = new Uint8Array(report.count);
    let count = 0;
    for (let scope = 0; scope < report.count; scope++) {
      if (found !== undefined && found[scope] === 0) continue;
      if ((until[scope] as number) < wanted.from || (start[scope] as number) > wanted.to) continue;
      if ((level[scope] as number) < wanted.level) continue;
      if (wanted.name >= 0 && name[scope] !== wanted.name) continue;
      if (wanted.errors && !isError(report, scope)) continue;
      if (wanted.forgotten && !isA(report, scope, flags.forgotten)) continue;
      if (wanted.origin >= 0 && origin[scope] !== wanted.origin) continue;
      if (wanted.longer > 0 && durationOf(report, scope) < wanted.longer) continue;
      if (wanted.state !== "" && stateOf(report, scope) !== wanted.state) continue;
      marks[scope] = 1;
      count++;
    }
    return { marks, count };
  }

  /** The scopes that have all the words; undefined if there are none. */
  #search(text: string): Uint8Array | undefined {
    const words = wordsOf(text);
    const key = words.join(" ");
    if (key === this.#words) return this.#found;
    let all: Uint8Array | undefined;
    for (const word of words) {
      const found = this.#find(word);
      if (all === undefined) all = found;
      else
        for (let scope = 0; scope < found.length; scope++)
          all[scope] = (all[scope] as number) & (found[scope] as number);
    }
    this.#words = key;
    this.#found = all;
    return all;
  }

  #find(word: string): Uint8Array {
    const { text, textAt, count } = this.#report;
    const found = new Uint8Array(count);
    let scope = 0;
    const mark = (at: number): number => {
      while ((textAt[scope + 1] as number) <= at) scope++;
      found[scope] = 1;
      // One find is enough for a scope.
      return textAt[scope + 1] as number;
    };
    const small = this.#lower(text);
    if (small !== undefined) {
      for (let at = small.indexOf(word); at !== -1; at = small.indexOf(word, at)) at = mark(at);
      return found;
    }
    const pattern = new RegExp(word.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&"), "gi");
    for (let match = pattern.exec(text); match !== null; match = pattern.exec(text))
      pattern.lastIndex = mark(match.index);
    return found;
  }

  // Some letters have a small form of another length: then the places would no longer be right.
  #lower(text: string): string | undefined {
    if (this.#small === null) {
      const small = text.toLowerCase();
      this.#small = small.length === text.length ? small : undefined;
    }
    return this.#small;
  }
}

/** The words of a search, in small letters. */
export function wordsOf(text: string): string[] {
  return text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
}
