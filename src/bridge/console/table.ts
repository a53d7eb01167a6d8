import { readKey } from "../../format/record-fields.ts";

/** The data of a table, of each row only `columns` if they are given. Never throws. */
export function tableOf(data: object, columns?: readonly string[]): unknown {
  if (columns === undefined || !Array.isArray(columns)) return data;
  try {
    if (Array.isArray(data)) return data.map((row) => rowOf(row, columns));
    return Object.fromEntries(Object.keys(data).map((key) => [key, rowOf(readKey(data, key), columns)]));
  } catch {
    // A proxy, which our formatters know how to write.
    return data;
  }
}

function rowOf(row: unknown, columns: readonly string[]): unknown {
  if (typeof row !== "object" || row === null) return row;
  return Object.fromEntries(columns.map((column) => [column, readKey(row, column)]));
}
