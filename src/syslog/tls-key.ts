import type { Hash } from "node:crypto";
import type { SyslogTlsOptions } from "./syslog-options.ts";

// What cannot be told by its content is told by what it is.
const identities = new WeakMap<object, number>();
let identified = 0;

/** A text that is the same for TLS options of the same content. It does not give them away. */
export function tlsKey(options: SyslogTlsOptions | undefined): string {
  if (options === undefined) return "";
  // Not imported, as little as TLS itself.
  const hash = process.getBuiltinModule("node:crypto").createHash("sha256");
  for (const key of Object.keys(options).sort()) {
    hash.update(`${key}=`);
    add(hash, (options as Record<string, unknown>)[key]);
  }
  return hash.digest("base64");
}

function add(hash: Hash, value: unknown): void {
  if (ArrayBuffer.isView(value)) hash.update("bytes:").update(value as Uint8Array);
  else if (Array.isArray(value)) for (const item of value) add(hash, item);
  else if ((typeof value === "object" && value !== null) || typeof value === "function") {
    let identity = identities.get(value);
    if (identity === undefined) identities.set(value, (identity = ++identified));
    hash.update(`object:${identity}`);
  } else hash.update(`${typeof value}:${String(value)}`);
  hash.update("\0");
}
