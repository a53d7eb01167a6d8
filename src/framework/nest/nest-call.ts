import { type Fields, isError, messageOf } from "../../record/fields.ts";

/** What a call of Nest's `LoggerService` means. */
export interface NestCall {
  /** At least one. */
  readonly messages: readonly string[];
  readonly fields: Fields;
  readonly error: unknown;
}

const stackForm = /\n[ \t]+at .+:\d+:\d+/;

/**
 * Reads a call as Nest's `ConsoleLogger` does: a text at the end is the context; before or behind it may be a stack, if
 * the level `hasStack`; plain objects after the message are parameters.
 */
export function readCall(message: unknown, optional: readonly unknown[], hasStack: boolean): NestCall {
  const rest = [...optional];
  let stack: string | undefined;
  let context: string | undefined;
  if (hasStack && isStack(rest.at(-1))) stack = rest.pop() as string;
  if (typeof rest.at(-1) === "string") context = rest.pop() as string;
  if (hasStack && stack === undefined && rest.length > 0) {
    const last = rest.at(-1);
    // Nest leaves a place for the stack where there is none. Between message and context any text is one.
    if (last === undefined) rest.pop();
    else if (typeof last === "string") stack = rest.pop() as string;
  }
  const fields: Record<string, unknown> = {};
  const messages: string[] = [];
  let error: unknown;
  for (const [index, given] of [message, ...rest].entries()) {
    const part = resolve(given);
    if (isError(part)) {
      error ??= part;
      if (index === 0) messages.push(messageOf(part));
    } else if (isPlain(part)) {
      Object.assign(fields, part);
      if (index === 0) messages.push("");
    } else messages.push(messageOf(part));
  }
  if (messages[0] === "" && typeof fields["message"] === "string") {
    messages[0] = fields["message"];
    delete fields["message"];
  }
  if (context !== undefined) fields["context"] = context;
  return { messages, fields, error: error ?? (stack === undefined ? undefined : errorOf(stack)) };
}

function isStack(value: unknown): boolean {
  return typeof value === "string" && stackForm.test(value);
}

function isPlain(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** A class stands for its name, another function for what it returns. */
function resolve(value: unknown): unknown {
  if (typeof value !== "function") return value;
  try {
    if (Function.prototype.toString.call(value).startsWith("class ")) return value.name;
    return resolve(value());
  } catch (error) {
    return `[threw: ${messageOf(error)}]`;
  }
}

/** An error with this stack, and the name and message that it begins with, if it is one. */
function errorOf(stack: string): Error {
  const [, name, message] = /^([\w$.]+)(?:: (.*))?\n[ \t]+at /.exec(stack) ?? [];
  const error = new Error(message ?? "");
  Object.defineProperty(error, "stack", { value: stack, configurable: true, writable: true });
  Object.defineProperty(error, "name", { value: name ?? "Error", configurable: true, writable: true });
  return error;
}
