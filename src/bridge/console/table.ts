import { readKey } from "../../format/record-fields.ts";
import { isArray } from "../../record/fields.ts";
import { itemsOf } from "../shared/items-of.ts";

// Ten times what formatters show, unless they are told to show more.
const maxRows = 10_000;
const maxColumns = 1000;

/** The data of a table, of each row only `columns` if they are given. Never throws. */
export function tableOf(data: object, columns?: readonly string[]): unknown {
  if (!isArray(columns)) return data;
  const names = itemsOf(columns, maxColumns);
  try {
    if (isArray(data)) return itemsOf(data, maxRows).map((row) => rowOf(row, names));
    return Object.fromEntries(Object.keys(data).map((key) => [key, rowOf(readKey(data, key), names)]));
  } catch {
    // A proxy, which our formatters know how to write, or a column whose name does not become text.
    return data;
  }
}

function rowOf(row: unknown, columns: readonly unknown[]): unknown {
  if (typeof row !== "object" || row === null) return row;
  return Object.fromEntries(columns.map((column) => [column, readKey(row, column as PropertyKey)]));
}
