import { readKey } from "../../format/record-fields.ts";

/** The first items of an array, at most `most`: one of foreign data may have no end. Never throws. */
export function itemsOf(array: readonly unknown[], most: number): unknown[] {
  const length = readKey(array, "length");
  const count = typeof length === "number" ? Math.min(length, most) : 0;
  const items: unknown[] = [];
  for (let index = 0; index < count; index++) items.push(readKey(array, index));
  return items;
}
