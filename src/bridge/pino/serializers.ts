import { type Fields, isError, messageOf, noFields, setField } from "../../record/fields.ts";
import type { Serializers } from "./pino-like.ts";
import { requestSerializers } from "./request-serializers.ts";

/** The serializers of both; those of the child win. Without a prototype: a field may be called `toString`. */
export function mergeSerializers(parent: Serializers, child: Serializers | undefined | null): Serializers {
  return child ? Object.assign(Object.create(null), parent, child) : parent;
}

/** No serializers. */
export const noSerializers: Serializers = Object.freeze(Object.create(null));

/** `value` as the serializer of `key` makes it; one that throws is told in its place. */
export function serialize(serializers: Serializers, key: string, value: unknown): unknown {
  const serializer = serializers[key] ?? requestSerializers[key];
  if (typeof serializer !== "function") return value;
  try {
    return serializer(value as never);
  } catch (error) {
    return `[threw: ${messageOf(error)}]`;
  }
}

/** Bindings as fields: serialized, and without functions, which pino leaves out and this library would call. */
export function bind(serializers: Serializers, bindings: object): Fields {
  let fields: Record<string, unknown> | undefined;
  for (const key of Object.keys(bindings)) {
    const value = serialize(serializers, key, (bindings as Fields)[key]);
    if (value !== undefined && typeof value !== "function") setField((fields ??= {}), key, value);
  }
  return fields ?? noFields;
}

const standard = new WeakSet<object>();

/**
 * Whether `serializer` is the one that pino and Fastify give to every logger: then an error is better left as it is,
 * for our formatters to write. Its result leads back to the error as `raw`.
 */
export function isStandardError(serializer: unknown, error: unknown): boolean {
  if (typeof serializer !== "function") return serializer === undefined;
  if (standard.has(serializer)) return true;
  if (!isError(error)) return false;
  try {
    if ((serializer(error) as { raw?: unknown } | undefined)?.raw !== error) return false;
  } catch {
    return false;
  }
  standard.add(serializer);
  return true;
}
