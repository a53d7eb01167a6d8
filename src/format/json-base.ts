import { ScopelogError } from "../port/codes.ts";
import type { Fields } from "../record/fields.ts";
import type { JsonProfile } from "./json-profile.ts";
import { jsonString } from "./json-string.ts";
import { nativeValues } from "./json-values.ts";

/**
 * The members for what is the same in every line.
 * @throws {ScopelogError} `ERR_SCOPELOG_OPTION` for a key that is `reserved` or looks like a renamed one
 */
export function baseMembers(base: Fields, reserved: readonly string[]): string {
  let text = "";
  for (const [key, value] of Object.entries(base)) {
    if (reserved.includes(key) || key.endsWith("_")) {
      throw new ScopelogError(
        "ERR_SCOPELOG_OPTION",
        `base.${key}: the profile writes ${key} itself, or fields as that`,
      );
    }
    const written = nativeValues.value(value, key);
    if (written !== undefined) text += `,${jsonString(key)}:${written}`;
  }
  return text;
}

/** The profile with `base` in every line, after what comes from the source. */
export function withBase(profile: JsonProfile, base: Fields | null | undefined): JsonProfile {
  if (base === null || base === undefined) return profile;
  const text = baseMembers(base, profile.reserved);
  return {
    ...profile,
    reserved: [...profile.reserved, ...Object.keys(base)],
    after: (source) => profile.after(source) + text,
  };
}
