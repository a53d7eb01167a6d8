// How much is held: of one scope, and of all.
const maxLines = 1000;
const maxAllLines = 10_000;
const maxAllLength = 16 * 1024 * 1024;
// How many scopes are remembered as having been shown in part.
const maxCut = 4096;

interface Group {
  text: string;
  lines: number;
  /** When the last line came, in milliseconds of the same clock as `now`. */
  touched: number;
}

/**
 * Holds the lines of each scope until it ends, so that they come out together. Memory stays flat: a scope of more than
 * 1,000 lines comes out in parts, and so does the one that has been held longest when 10,000 lines, or 16 Mi
 * characters, of all scopes are held.
 */
export class ScopeGroups {
  readonly #groups = new Map<string, Group>();
  readonly #cut = new Set<string>();
  readonly #head: (scope: string, continued: boolean) => string;
  #lines = 0;
  #length = 0;

  /** @param head writes the line before a group */
  constructor(head: (scope: string, continued: boolean) => string) {
    this.#head = head;
  }

  /** Holds the text of one record. `ended`: it is the last of its scope. Returns what is to be shown now. */
  add(scope: string, text: string, ended: boolean, now: number): string {
    let group = this.#groups.get(scope);
    if (group === undefined) {
      group = { text: "", lines: 0, touched: now };
      this.#groups.set(scope, group);
    }
    group.text += text;
    group.lines++;
    group.touched = now;
    this.#lines++;
    this.#length += text.length;
    if (ended) return this.#release(scope, group, true);
    if (group.lines >= maxLines) return this.#release(scope, group, false);
    let shown = "";
    while (this.#lines > maxAllLines || this.#length > maxAllLength) {
      const [oldest] = this.#groups;
      if (oldest === undefined) break;
      shown += this.#release(...oldest, false);
    }
    return shown;
  }

  /** What scopes hold of which no line came since `before`. Without it: what all hold. */
  flush(before = Number.POSITIVE_INFINITY): string {
    let shown = "";
    for (const [scope, group] of this.#groups) if (group.touched < before) shown += this.#release(scope, group, false);
    return shown;
  }

  #release(scope: string, group: Group, ended: boolean): string {
    this.#groups.delete(scope);
    this.#lines -= group.lines;
    this.#length -= group.text.length;
    const continued = this.#cut.delete(scope);
    if (!ended) {
      if (this.#cut.size >= maxCut) this.#cut.clear();
      this.#cut.add(scope);
    }
    return this.#head(scope, continued) + group.text;
  }
}
