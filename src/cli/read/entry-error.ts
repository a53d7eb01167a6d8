import type { Field } from "../../format/record-fields.ts";
import type { EntryError } from "./entry.ts";
import { jsonOf } from "./value-json.ts";

// As deep as our own formatters write causes at most, and as many; other writers' lines may go on for ever.
const maxDepth = 32;
const maxErrors = 100;

const none: readonly never[] = Object.freeze([]);

/** Whether a value of a line looks like what was thrown: it has a stack, or a message and a type. */
export function isErrorLike(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const { message, stack, type } = value as Record<string, unknown>;
  return typeof stack === "string" || (typeof message === "string" && typeof type === "string");
}

/** What was thrown, from the value that a line has for it; `stack` is used if that has none of its own. */
export function entryError(value: unknown, stack?: string): EntryError {
  return read(value, stack, 0);
}

function read(value: unknown, outerStack: string | undefined, depth: number): EntryError {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    const text = typeof value === "string" ? value : value === undefined ? "" : jsonOf(value);
    // A stack without anything else.
    const [type, message] = text === "" && outerStack !== undefined ? headOf(outerStack) : ["", text];
    return { type, message, stack: outerStack, code: undefined, properties: none, cause: undefined, errors: none };
  }
  let type = "";
  let message = "";
  let stack = outerStack;
  let code: string | number | undefined;
  let cause: EntryError | undefined;
  let errors: readonly EntryError[] = none;
  const properties: Field[] = [];
  for (const [key, part] of Object.entries(value)) {
    switch (key) {
      case "type":
      case "name":
      case "kind":
        if (typeof part !== "string") properties.push([key, part]);
        else if (type === "" || type === part) type = part;
        else properties.push([key, part]);
        continue;
      case "message":
        message = typeof part === "string" ? part : jsonOf(part);
        continue;
      case "stack":
      case "stack_trace":
        if (typeof part === "string") stack = part;
        else properties.push([key, part]);
        continue;
      case "code":
        if (typeof part === "string" || typeof part === "number") code = part;
        else properties.push([key, part]);
        continue;
      case "cause":
        if (part !== null && part !== undefined && depth < maxDepth) cause = read(part, undefined, depth + 1);
        continue;
      case "errors":
      case "aggregateErrors":
        if (Array.isArray(part) && depth < maxDepth) {
          errors = part.slice(0, maxErrors).map((error) => read(error, undefined, depth + 1));
          if (part.length > maxErrors)
            errors = [...errors, read(`[${part.length - maxErrors} more]`, undefined, depth)];
          continue;
        }
        properties.push([key, part]);
        continue;
      default:
        properties.push([key, part]);
    }
  }
  if (type === "" && message === "" && stack !== undefined) [type, message] = headOf(stack);
  return { type, message, stack, code, properties, cause, errors };
}

/** Type and message, as V8 begins a stack. */
function headOf(stack: string): [type: string, message: string] {
  const end = stack.indexOf("\n");
  const head = end === -1 ? stack : stack.slice(0, end);
  const at = head.indexOf(": ");
  return at === -1 ? ["", head] : [head.slice(0, at), head.slice(at + 2)];
}
