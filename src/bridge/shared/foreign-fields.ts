import { keysOf, readKey } from "../../format/record-fields.ts";
import { type Fields, setField } from "../../record/fields.ts";

/**
 * What another library gave as an object, as fields: without functions, which this library would call, and without
 * what is undefined; a getter that throws becomes a text that says so. Undefined if nothing is left. Never throws.
 * @param taken whether a key stands for something else than a field
 */
export function foreignFields(object: object, taken?: (key: string, value: unknown) => boolean): Fields | undefined {
  let fields: Record<string, unknown> | undefined;
  for (const key of keysOf(object)) {
    const value = readKey(object, key);
    if (value === undefined || typeof value === "function" || taken?.(key, value) === true) continue;
    fields ??= {};
    setField(fields, key, value);
  }
  return fields;
}
