import { ScopelogError } from "../port/codes.ts";
import { messageOf } from "../record/fields.ts";

/** Where paths may go on from one place in the data: a path for each node. */
interface Node {
  readonly children: Map<string, Node>;
  any: Node | undefined;
  end: boolean;
}

/** The paths that lead on from a place in the data. */
export type Place = readonly Node[];

/** What is known of a key: the names in it, and whether it is hidden wherever it is. */
interface Known {
  readonly names: readonly string[];
  readonly hidden: boolean;
}

// Keys are few and repeat; the table is let go when it is full. Long ones are not worth the room.
const maxKnown = 1000;
const maxKnownLength = 100;

/** Decides by path and by key, in any letter case and with any separators, what is hidden. */
export class RedactRules {
  readonly #names: ReadonlySet<string>;
  readonly #patterns: readonly RegExp[];
  readonly #known = new Map<string, Known>();
  /** Where the fields begin. */
  readonly root: Place;

  /** @throws {ScopelogError} `ERR_SCOPELOG_OPTION` for what is neither a path nor a key */
  constructor(paths: readonly string[], keys: readonly (string | RegExp)[]) {
    const root = node();
    for (const path of paths) add(root, namesOfPath(path));
    this.root = [root];
    const names = new Set<string>();
    const patterns: RegExp[] = [];
    for (const key of keys) {
      if (key instanceof RegExp) patterns.push(new RegExp(key.source, key.flags.replace(/[gy]/g, "")));
      else if (typeof key === "string" && key !== "") names.add(nameOf(key));
      else throw new ScopelogError("ERR_SCOPELOG_OPTION", "keys must be strings or regular expressions");
    }
    this.#names = names;
    this.#patterns = patterns;
  }

  /** The place of the value of `key`. A key with dots or brackets counts as the path it looks like. */
  step(place: Place, key: string): Place {
    if (place.length === 0) return place;
    let at = place;
    for (const name of this.#look(key).names) {
      at = follow(at, name);
      // Below a value that is hidden everything is.
      if (isEnd(at)) return at;
    }
    return at;
  }

  /** The place of the item of a list that has this index. */
  stepInto(place: Place, index: number): Place {
    return place.length === 0 ? place : follow(place, String(index));
  }

  /** Whether the value of `key`, at `place`, is hidden. */
  hides(place: Place, key: string): boolean {
    return isEnd(place) || this.#look(key).hidden;
  }

  #look(key: string): Known {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const parts = partsOf(key);
    const found: Known = {
      names: parts.map(nameOf),
      hidden: this.#isName(nameOf(key)) || [key, ...parts].some((part) => this.#isHidden(part)),
    };
    if (this.#known.size >= maxKnown) this.#known.clear();
    if (key.length <= maxKnownLength) this.#known.set(key, found);
    return found;
  }

  #isHidden(part: string): boolean {
    return this.#isName(nameOf(part)) || this.#patterns.some((pattern) => pattern.test(part));
  }

  #isName(name: string): boolean {
    return this.#names.has(name);
  }
}

/** Whether a path ends at `place`. */
export function isEnd(place: Place): boolean {
  // Mostly it is nowhere, and this is asked for every value.
  return place.length > 0 && place.some(({ end }) => end);
}

const nowhere: Place = [];

function follow(place: Place, name: string): Place {
  let found: Node[] | undefined;
  for (const { children, any } of place) {
    const child = children.get(name);
    if (child !== undefined) (found ??= []).push(child);
    if (any !== undefined) (found ??= []).push(any);
  }
  return found ?? nowhere;
}

function node(): Node {
  return { children: new Map(), any: undefined, end: false };
}

/** A name without what tells spellings of it apart: `API-Key`, `api_key` and `apiKey` are one. */
function nameOf(part: string): string {
  const small = part.toLowerCase();
  return small.replace(/[-_\s]/g, "") || small;
}

/** The parts of a key such as `user.password`, or `user[password]` and `user["password"]` as forms and paths have it. */
function partsOf(key: string): readonly string[] {
  if (!/[.[\]"']/.test(key)) return [key];
  const parts = key.split(/[.[\]"']+/).filter((part) => part !== "");
  return parts.length > 0 ? parts : [key];
}

// `a.b`, `a[0].b`, `a[*].b`, `["a-b"].c`.
const part = /\[(?:"([^"]+)"|'([^']+)'|([^[\]"']+))\]|([^.[\]]+)/;
const pathForm = new RegExp(`^(?:${part.source})(?:\\.?\\[(?:"[^"]+"|'[^']+'|[^[\\]"']+)\\]|\\.[^.[\\]]+)*$`);
const parts = new RegExp(part.source, "g");

function namesOfPath(path: string): string[] {
  if (typeof path !== "string" || !pathForm.test(path)) {
    throw new ScopelogError(
      "ERR_SCOPELOG_OPTION",
      `paths must be names joined by dots or in brackets, such as a.b[*]["c-d"], not ${messageOf(path)}`,
    );
  }
  return [...path.matchAll(parts)].flatMap((found) => partsOf(found.slice(1).find(Boolean) as string).map(nameOf));
}

function add(root: Node, names: readonly string[]): void {
  let at = root;
  for (const name of names) {
    let next = name === "*" ? at.any : at.children.get(name);
    if (next === undefined) {
      next = node();
      if (name === "*") at.any = next;
      else at.children.set(name, next);
    }
    at = next;
  }
  at.end = true;
}
