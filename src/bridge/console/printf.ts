import { errorLine, errorParts } from "../../format/error.ts";
import { nativeValues } from "../../format/json-values.ts";
import { isError, messageOf } from "../../record/fields.ts";
import { inspect } from "./inspect.ts";

const placeholder = /%([sdifjoOc%])/g;

/**
 * `text` with its placeholders filled as `util.format` fills them (the console standard, section 2.2.1, and `%j`): `%s`
 * text, `%d`, `%i` and `%f` numbers, `%j` JSON, `%o` and `%O` as `inspect` shows a value, `%c` nothing, `%%` a percent
 * sign. Without arguments the text is left as it is; a placeholder without an argument stays. Never throws.
 * @returns the text, and how many of the arguments it took
 */
export function printf(text: string, args: readonly unknown[]): { text: string; used: number } {
  if (args.length === 0) return { text, used: 0 };
  let used = 0;
  const filled = text.replace(placeholder, (written, kind: string) => {
    if (kind === "%") return "%";
    if (used >= args.length) return written;
    const value = args[used++];
    try {
      return fill(kind, value);
    } catch (error) {
      return `[threw: ${messageOf(error)}]`;
    }
  });
  return { text: filled, used };
}

function fill(kind: string, value: unknown): string {
  switch (kind) {
    case "s":
      return textOf(value);
    case "d":
      return numberOf(value, Number);
    case "i":
      return numberOf(value, (each) => Number.parseInt(String(each), 10));
    case "f":
      return typeof value === "symbol" ? "NaN" : numberText(Number.parseFloat(String(value)));
    case "j":
      return jsonOf(value);
    case "o":
      return inspect(value, { showHidden: true, showProxy: true, depth: 4 });
    case "O":
      return inspect(value);
    default:
      return "";
  }
}

function textOf(value: unknown): string {
  if (typeof value === "number") return numberText(value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value !== "object" || value === null) return String(value);
  if (isError(value)) return errorLine(errorParts(value));
  return hasOwnText(value) ? String(value) : inspect(value, { depth: 0 });
}

/** Whether an object, or a class that is not the runtime's, says itself how it is as text. */
function hasOwnText(value: object): boolean {
  const given = value as { toString?: unknown; [Symbol.toPrimitive]?: unknown };
  if (typeof given[Symbol.toPrimitive] === "function") return !(value instanceof Date);
  const textMethod = given.toString;
  if (typeof textMethod !== "function") return false;
  if (Object.hasOwn(value, "toString")) return true;
  // Arrays, dates and the like have one that the runtime gave them.
  return !/\{\s*\[native code\]\s*\}\s*$/.test(Function.prototype.toString.call(textMethod));
}

function numberOf(value: unknown, parse: (value: unknown) => number): string {
  if (typeof value === "bigint") return `${value}n`;
  return typeof value === "symbol" ? "NaN" : numberText(parse(value));
}

function numberText(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}

function jsonOf(value: unknown): string {
  try {
    return String(JSON.stringify(value));
  } catch {
    // A cycle, a BigInt, a getter that throws.
    return nativeValues.value(value, "") ?? "undefined";
  }
}
