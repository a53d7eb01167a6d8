import type { Field } from "../../format/record-fields.ts";

// A longer one is no id.
const maxLength = 200;

/**
 * The group of a line that has no scope: `reqId=17`, by the first of the paths that leads to a text or a number, such
 * as `["req", "id"]`. undefined if none does.
 */
export function groupOf(fields: readonly Field[], paths: readonly (readonly string[])[]): string | undefined {
  for (const path of paths) {
    const [first, ...rest] = path;
    let value = fields.find(([key]) => key === first)?.[1];
    for (const key of rest) {
      value =
        typeof value === "object" && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;
    }
    if (typeof value === "number" || (typeof value === "string" && value !== "" && value.length <= maxLength)) {
      return `${path.join(".")}=${value}`;
    }
  }
  return undefined;
}
