import { keysOf, readKey } from "../../format/record-fields.ts";
import { setField } from "../../record/fields.ts";

const known = new Set(["type", "name", "message", "stack", "cause"]);

// `TypeError: what` or `TypeError [CODE]: what`, as V8 begins a stack.
const head = /^([\w$.]*(?:Error|Exception)\w*)(?: \[\w+\])?(?::|$|\n)/;

/**
 * An error out of what a format left of one: its stack as text, its message, and an object with the rest, if there is
 * one. It has no stack of the place where it is made.
 */
export function reviveError(message: string, stack: string | undefined, rest: object | undefined): Error {
  const error = Object.create(Error.prototype) as Error;
  const hidden = (key: string, value: unknown) =>
    Object.defineProperty(error, key, { value, writable: true, configurable: true });
  const type = rest === undefined ? undefined : (textAt(rest, "type") ?? textAt(rest, "name"));
  hidden("name", type ?? head.exec(stack ?? "")?.[1] ?? "Error");
  hidden("message", (rest === undefined ? undefined : textAt(rest, "message")) ?? message);
  hidden("stack", stack);
  if (rest === undefined) return error;
  const cause = readKey(rest, "cause");
  if (cause !== undefined) hidden("cause", cause);
  const own = error as unknown as Record<string, unknown>;
  for (const key of keysOf(rest)) if (!known.has(key)) setField(own, key, readKey(rest, key));
  return error;
}

function textAt(object: object, key: string): string | undefined {
  const value = readKey(object, key);
  return typeof value === "string" ? value : undefined;
}
