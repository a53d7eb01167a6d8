import { isArray, messageOf } from "../record/fields.ts";
import { defaultLimits } from "./json-limits.ts";
import { cut } from "./json-string.ts";

/** What there is to say of one thrown value, without what caused it. */
export interface ErrorParts {
  /** `error.name`, or the name of its class if that says more; for other values their type, such as `string`. */
  readonly type: string;
  /** The message; of a value that is not an object, its text. */
  readonly message: string;
  /** The stack, if there is one. */
  readonly stack: string | undefined;
  /** `error.code`, such as `ECONNRESET`; undefined if it has none. */
  readonly code: string | number | undefined;
  /** Own enumerable properties beside those above and below, with their values. */
  readonly properties: readonly (readonly [key: string, value: unknown])[];
  /** What caused it, any value; undefined if nothing did. */
  readonly cause: unknown;
  /** The errors of an `AggregateError`. */
  readonly errors: readonly unknown[] | undefined;
  /** Whether there are properties, a cause or errors. */
  readonly more: boolean;
}

const none: readonly never[] = Object.freeze([]);

/**
 * The parts of anything that was thrown, one level of it: who follows `cause` and `errors` must expect both to lead
 * back. Never throws: a part that throws when it is read is left out.
 */
export function errorParts(thrown: unknown): ErrorParts {
  if (thrown === null || (typeof thrown !== "object" && typeof thrown !== "function")) {
    return { ...objectParts({}, {}), type: thrown === null ? "null" : typeof thrown, message: messageOf(thrown) };
  }
  try {
    return objectParts(thrown, thrown);
  } catch {
    // Some part throws when it is read: each is read on its own, which costs several times as much.
    const names = ["name", "constructor", "message", "stack", "code", "cause", "errors"];
    return objectParts(Object.fromEntries(names.map((key) => [key, read(thrown, key)])), thrown);
  }
}

/** `type: message`, as V8 begins a stack; cut if it is very long. */
export function errorLine({ type, message }: ErrorParts): string {
  return cut(message === "" ? type : `${type}: ${message}`, defaultLimits.string);
}

interface Readable {
  name?: unknown;
  message?: unknown;
  stack?: unknown;
  code?: unknown;
  cause?: unknown;
  errors?: unknown;
}

function objectParts(source: Readable, thrown: object): ErrorParts {
  const { message, stack, code, cause, errors } = source;
  const type = typeName(source);
  const coded = typeof code === "string" || typeof code === "number";
  const many = isArray(errors);
  const own = properties(thrown, type, coded, many);
  return {
    type,
    message: typeof message === "string" ? message : message === undefined ? "" : messageOf(message),
    stack: typeof stack === "string" ? stack : undefined,
    code: coded ? code : undefined,
    properties: own,
    cause: cause === null ? undefined : cause,
    errors: many ? errors : undefined,
    more: own !== none || many || (cause !== undefined && cause !== null),
  };
}

function read(object: object, key: string): unknown {
  try {
    return (object as Record<string, unknown>)[key];
  } catch {
    return undefined;
  }
}

// The last answer: errors are of one class again and again, and to remember it, with what JsonValues makes of it, saves a
// fifth of writing one.
let lastName: string | undefined;
let lastClassName: string | undefined;
let lastType = "Object";

const builtIn = /^(?:Aggregate|Eval|Range|Reference|Syntax|Type|URI)?Error$/;

// A class that has set no `name` inherits that of a built-in one, and is told by its own; `name` wins where it was set,
// since minifiers change the names of classes.
function typeName(source: Readable): string {
  const { name: given } = source;
  const name = typeof given === "string" && given !== "" ? given : undefined;
  const made = source.constructor;
  const className = typeof made === "function" ? classNameOf(made) : undefined;
  if (name === lastName && className === lastClassName) return lastType;
  lastName = name;
  lastClassName = className;
  lastType = typeNamed(name, className);
  return lastType;
}

function classNameOf(made: object): string | undefined {
  const name = read(made, "name");
  return typeof name === "string" && name !== "" ? name : undefined;
}

function typeNamed(name: string | undefined, className: string | undefined): string {
  if (name === undefined) return className ?? "Object";
  if (className === undefined || !builtIn.test(name)) return name;
  return builtIn.test(className) ? name : className;
}

function properties(thrown: object, type: string, coded: boolean, many: boolean): ErrorParts["properties"] {
  let found: [string, unknown][] | undefined;
  try {
    for (const key of Object.keys(thrown)) {
      if (key === "message" || key === "stack" || key === "cause") continue;
      if ((key === "code" && coded) || (key === "errors" && many)) continue;
      const value = read(thrown, key);
      if (key !== "name" || value !== type) (found ??= []).push([key, value]);
    }
  } catch {
    // A proxy that does not tell its keys; what was found so far is told.
  }
  return found ?? none;
}
