import type { HeapSnapshot } from "./heap-snapshot.ts";

/** What an index of a Map's or Set's table is for. */
export interface TableEntry {
  readonly part: "key" | "value";
  /** The node of the key; -1 if it is a number and the snapshot has none. */
  readonly key: number;
}

// Three words of counts, then the buckets, then the entries; two entries a bucket.
const counts = 3;
const entriesPerBucket = 2;

/**
 * Which entry of a Map or Set the index `index` of its table belongs to.
 * @param width the words of an entry: 3 of a Map (key, value, chain), 2 of a Set (key, chain)
 */
export function tableEntry(snapshot: HeapSnapshot, table: number, index: number, width: 2 | 3): TableEntry {
  const first = firstEntry(snapshot.size(table), width);
  const place = first === undefined ? (width === 3 ? 1 : 0) : (index - first) % width;
  const part = width === 3 && place === 1 ? "value" : "key";
  const key = snapshot.follow(table, String(part === "value" ? index - 1 : index), "internal");
  return { part, key };
}

function firstEntry(bytes: number, width: number): number | undefined {
  // A word is 8 bytes, or 4 with compressed pointers; only one of them gives a power of two.
  for (const word of [8, 4]) {
    const buckets = (bytes / word - 2 - counts) / (1 + entriesPerBucket * width);
    if (buckets >= 1 && Number.isInteger(Math.log2(buckets))) return counts + buckets;
  }
  return undefined;
}

/** The name of a key in words: `"s1"`, `17`, `an Object`. */
export function keyText(snapshot: HeapSnapshot, key: number): string {
  if (key < 0) return "a number";
  const text = snapshot.text(key);
  if (text !== undefined) return snapshot.type(key) === "number" ? text : JSON.stringify(text);
  const name = snapshot.name(key);
  switch (snapshot.type(key)) {
    case "symbol":
      return symbolText(snapshot, key);
    case "closure":
      return name === "" ? "a function" : `${name}()`;
    default:
      return name === "" || name.startsWith("system / ") ? "a key" : name;
  }
}

function symbolText(snapshot: HeapSnapshot, symbol: number): string {
  const description = snapshot.follow(symbol, "name", "internal");
  const text = description < 0 ? undefined : snapshot.text(description);
  return text?.startsWith("Symbol.") ? text : `Symbol(${text ?? ""})`;
}
