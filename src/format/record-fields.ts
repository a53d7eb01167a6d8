import { messageOf } from "../record/fields.ts";
import type { LogRecord } from "../record/log-record.ts";

/** A field's key and value. */
export type Field = readonly [key: string, value: unknown];

/**
 * The fields of a record: bound ones, then those of the call, which replace bound ones of the same name. Never throws:
 * a value that throws when it is read becomes a text that says so.
 */
export function recordFields({ fields, source }: LogRecord): Field[] {
  const all: Field[] = [];
  const own = fields === undefined ? [] : keysOf(fields);
  const names = new Set(own);
  for (const key of keysOf(source.bound)) if (!names.has(key)) all.push([key, readKey(source.bound, key)]);
  if (fields !== undefined) for (const key of own) all.push([key, readKey(fields, key)]);
  return all;
}

/** The names of the fields; none of a proxy that does not tell them. */
export function keysOf(object: object): readonly string[] {
  try {
    return Object.keys(object);
  } catch {
    return [];
  }
}

/** The value of `key`, or a text that says what reading it threw. */
export function readKey(object: object, key: PropertyKey): unknown {
  try {
    return (object as Record<PropertyKey, unknown>)[key];
  } catch (error) {
    return `[threw: ${messageOf(error)}]`;
  }
}
