/**
 * A copy of what formatters show by its content and not by its keys: dates, expressions, boxed values, bytes; undefined
 * for anything else. A copy, because one that was given methods or properties of its own would show those too.
 * @throws whatever the value throws
 */
export function copyBuiltIn(value: object): unknown {
  if (ArrayBuffer.isView(value)) return copyView(value);
  if (value instanceof ArrayBuffer) return Object.keys(value).length === 0 ? value : new Uint8Array(value);
  if (isOwnMaster(value)) return undefined;
  if (value instanceof Date) return new Date(Date.prototype.getTime.call(value));
  if (value instanceof RegExp) return new RegExp(value.source, value.flags);
  if (value instanceof String) return String.prototype.valueOf.call(value);
  if (value instanceof Number) return Number.prototype.valueOf.call(value);
  if (value instanceof Boolean) return Boolean.prototype.valueOf.call(value);
  return undefined;
}

/** Whether it says itself how it is as JSON. */
function isOwnMaster(value: object): boolean {
  const { toJSON } = value as { toJSON?: unknown };
  return typeof toJSON === "function" && toJSON !== Date.prototype.toJSON;
}

/** Another view of the same bytes. */
function copyView(view: ArrayBufferView): unknown {
  if (view instanceof DataView) return new DataView(view.buffer, view.byteOffset, view.byteLength);
  // Of the same class, a Buffer included.
  return Uint8Array.prototype.subarray.call(view, 0);
}
