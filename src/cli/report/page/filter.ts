import { durationOf, isA, isError, type Report, stateOf } from "./data.ts";
import { flags } from "./format.ts";
import { Searched } from "./searched.ts";
import type { Texts } from "./texts.ts";

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
  /** What is searched: the ids, and the lines when they are there. */
  readonly #searched: Searched[];
  /** The words that were last looked for, and what was found. */
  #words = "";
  #found: Uint8Array | undefined;

  constructor(report: Report) {
    this.#report = report;
    this.#searched = [new Searched(report.ids, report.idAt)];
  }

  /** Searches in these lines too, from now on. */
  take(texts: Texts): void {
    this.#searched.push(
      new Searched(
        texts.all,
        this.#report.lineAt.map((line) => texts.at[line] as number),
      ),
    );
    this.#words = "";
    this.#found = undefined;
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
    const found = new Uint8Array(this.#report.count);
    for (const searched of this.#searched) searched.find(word, found);
    return found;
  }
}

/** The words of a search, in small letters. */
export function wordsOf(text: string): string[] {
  return text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
}
