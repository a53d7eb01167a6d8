import { nativeValues } from "../../format/json-values.ts";

const placeholder = /%([sdifjoO%])/g;

/**
 * `text` with its placeholders filled as pino fills them: `%s` text, `%d` and `%f` number, `%i` whole number, `%j`, `%o`
 * and `%O` JSON, `%%` a percent sign. Without arguments the text is left as it is; a placeholder without an argument
 * stays, and an argument without a placeholder is ignored.
 */
export function printf(text: string, args: readonly unknown[]): string {
  if (args.length === 0) return text;
  let next = 0;
  return text.replace(placeholder, (written, kind: string) => {
    if (kind === "%") return "%";
    if (next >= args.length) return written;
    const value = args[next++];
    switch (kind) {
      case "s":
        return stringOf(value);
      case "d":
      case "f":
        return value === undefined || value === null ? written : stringOf(numberOf(value));
      case "i":
        return value === undefined || value === null ? written : stringOf(Math.floor(numberOf(value)));
      default:
        return value === undefined ? written : jsonOf(value);
    }
  });
}

/** What is logged as a message, of whatever kind, as text. */
export function messageText(value: unknown): string {
  if (typeof value === "string") return value;
  if (value === undefined || typeof value === "function") return "";
  return typeof value === "object" && value !== null ? jsonOf(value) : stringOf(value);
}

function stringOf(value: unknown): string {
  try {
    return String(value);
  } catch {
    return "[unprintable]";
  }
}

function numberOf(value: unknown): number {
  try {
    return Number(value);
  } catch {
    return Number.NaN;
  }
}

function nameOf(value: { readonly name: string }): string {
  try {
    return String(value.name) || "<anonymous>";
  } catch {
    return "[unprintable]";
  }
}

function jsonOf(value: unknown): string {
  if (typeof value === "string") return `'${value}'`;
  if (typeof value === "function") return nameOf(value);
  return nativeValues.value(value, "") ?? stringOf(value);
}
