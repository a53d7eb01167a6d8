import { messageOf } from "../record/fields.ts";

/** The value of a field as a text: JSON for objects, the message for errors. Never throws. */
export function valueText(value: unknown): string {
  switch (typeof value) {
    case "string":
      return value;
    case "number":
    case "boolean":
    case "bigint":
    case "undefined":
      return String(value);
    case "object":
      return value === null ? "null" : objectText(value);
    default:
      return messageOf(value);
  }
}

function objectText(value: object): string {
  try {
    if (value instanceof Error) return `${value.name}: ${value.message}`;
    if (value instanceof Date) return Number.isNaN(value.getTime()) ? "Invalid Date" : value.toISOString();
    return JSON.stringify(value, bigintText) ?? messageOf(value);
  } catch (error) {
    return `[unserializable: ${messageOf(error)}]`;
  }
}

function bigintText(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}
