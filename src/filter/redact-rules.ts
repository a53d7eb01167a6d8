import { ScopelogError } from "../port/codes.ts";

/** Where paths may go on from one place in the data: a path for each node. */
interface Node {
  readonly children: Map<string, Node>;
  any: Node | undefined;
  end: boolean;
}

/** The paths that lead on from a place in the data. */
export type Place = readonly Node[];

// Keys are few and repeat; the table is let go when it is full.
const maxKnown = 1000;

/** Decides by path and by key, in any letter case, what is hidden. */
export class RedactRules {
  readonly #names: ReadonlySet<string>;
  readonly #patterns: readonly RegExp[];
  readonly #known = new Map<string, boolean>();
  /** Where the fields begin. */
  readonly root: Place;

  /** @throws {ScopelogError} `ERR_SCOPELOG_OPTION` for what is neither a path nor a key */
  constructor(paths: readonly string[], keys: readonly (string | RegExp)[]) {
    const root = node();
    for (const path of paths) add(root, path);
    this.root = [root];
    const names = new Set<string>();
    const patterns: RegExp[] = [];
    for (const key of keys) {
      if (key instanceof RegExp) patterns.push(new RegExp(key.source, key.flags.replace(/[gy]/g, "")));
      else if (typeof key === "string" && key !== "") names.add(key.toLowerCase());
      else throw new ScopelogError("ERR_SCOPELOG_OPTION", "keys must be strings or regular expressions");
    }
    this.#names = names;
    this.#patterns = patterns;
  }

  /** The place of the value of `key`. A key with dots counts as the path it looks like. */
  step(place: Place, key: string): Place {
    if (place.length === 0) return place;
    const name = key.toLowerCase();
    if (!name.includes(".")) return follow(place, name);
    let at = place;
    for (const part of name.split(".")) {
      at = follow(at, part);
      // Below a value that is hidden everything is.
      if (at.some(({ end }) => end)) return at;
    }
    return at;
  }

  /** Whether the value of `key`, at `place`, is hidden. A key with dots is also known by each of its names. */
  hides(place: Place, key: string): boolean {
    return place.some(({ end }) => end) || this.#hidesKey(key);
  }

  #hidesKey(key: string): boolean {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const name = key.toLowerCase();
    const hides =
      this.#names.has(name) ||
      name.split(".").some((part) => this.#names.has(part)) ||
      this.#patterns.some((pattern) => pattern.test(key));
    if (this.#known.size >= maxKnown) this.#known.clear();
    if (key.length <= 100) this.#known.set(key, hides);
    return hides;
  }
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

function add(root: Node, path: string): void {
  if (typeof path !== "string" || path === "" || path.split(".").includes("")) {
    throw new ScopelogError("ERR_SCOPELOG_OPTION", `paths must be names joined by dots, not ${JSON.stringify(path)}`);
  }
  let at = root;
  for (const part of path.toLowerCase().split(".")) {
    let next = part === "*" ? at.any : at.children.get(part);
    if (next === undefined) {
      next = node();
      if (part === "*") at.any = next;
      else at.children.set(part, next);
    }
    at = next;
  }
  at.end = true;
}
