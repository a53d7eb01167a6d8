import { type Fields, isError } from "../../record/fields.ts";
import { foreignFields } from "../shared/foreign-fields.ts";
import { inspect } from "./inspect.ts";
import { printf } from "./printf.ts";

/** What the arguments of a console's method say. */
export interface ArgumentLine {
  readonly message: string;
  readonly error: unknown;
  readonly fields: Fields | undefined;
}

/**
 * The line that the arguments of a console's method say: a text first has its placeholders filled; of the others the
 * first error is the error of the line, simple objects beside a text or an error are its fields, and all else is text,
 * with blanks between. An object alone is text. An error alone gives the message. Never throws.
 */
export function lineOfArguments(args: readonly unknown[]): ArgumentLine {
  const [first, ...others] = args;
  const texts: string[] = [];
  let rest = args;
  let error: unknown;
  if (typeof first === "string") {
    const { text, used } = printf(first, others);
    texts.push(text);
    rest = others.slice(used);
    error = others.slice(0, used).find(isError);
  }
  let fields: Record<string, unknown> | undefined;
  const apart = rest.some((value) => isError(value) || !isSimple(value)) || texts.length > 0;
  for (const value of rest) {
    if (error === undefined && isError(value)) error = value;
    else if (apart && isSimple(value) && isDisjoint(value, fields)) fields = { ...fields, ...foreignFields(value) };
    else texts.push(typeof value === "string" ? value : inspect(value));
  }
  if (texts.length === 0 && error !== undefined) texts.push(messageOf(error));
  return { message: texts.join(" "), error, fields };
}

/** Whether `value` is an object of names and values, and of no class. */
function isSimple(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  try {
    const prototype = Object.getPrototypeOf(value);
    return prototype === Object.prototype || prototype === null;
  } catch {
    return false;
  }
}

function isDisjoint(value: object, fields: Fields | undefined): boolean {
  try {
    return fields === undefined || Object.keys(value).every((key) => !Object.hasOwn(fields, key));
  } catch {
    return false;
  }
}

function messageOf(error: unknown): string {
  try {
    return String((error as Error).message);
  } catch {
    return "";
  }
}
