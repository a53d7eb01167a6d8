/**
 * The name under which a user's field is written where a formatter keeps some keys for itself. A reserved key gets one
 * `_` more, and so does every key that looks like the result: `time` becomes `time_`, and `time_` becomes `time__`.
 * So no field is lost and no two fields meet. No reserved key ends with `_`.
 */
export function renameReserved(key: string, reserved: ReadonlySet<string>): string {
  let end = key.length;
  while (end > 0 && key.charCodeAt(end - 1) === 0x5f) end--;
  return reserved.has(end === key.length ? key : key.slice(0, end)) ? `${key}_` : key;
}
