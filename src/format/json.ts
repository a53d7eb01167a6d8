import { ScopelogError } from "../port/codes.ts";
import type { Formatter } from "../port/formatter.ts";
import type { Fields } from "../record/fields.ts";
import { JsonFormatter } from "./json-formatter.ts";
import { type JsonLimits, toLimits } from "./json-limits.ts";
import type { JsonProfile } from "./json-profile.ts";
import { datadogProfile } from "./profile-datadog.ts";
import { ecsProfile } from "./profile-ecs.ts";
import { gcpProfile } from "./profile-gcp.ts";
import { nativeProfile } from "./profile-native.ts";
import { defaultBase, pinoProfile } from "./profile-pino.ts";

/** What reads the lines. */
export type JsonProfileName = "native" | "pino" | "ecs" | "gcp" | "datadog";

export interface JsonFormatterOptions {
  /** Which keys are written, and how. Default `"native"`. */
  readonly profile?: JsonProfileName;
  /** How much of the data is shown; default see `JsonLimits`. */
  readonly limits?: Partial<JsonLimits>;
  /**
   * Profile `pino` only: what is in each line, as pino's option of the same name; null for nothing. Default `pid` and
   * `hostname`, as far as the runtime tells them.
   */
  readonly base?: Fields | null;
}

/**
 * One JSON object (RFC 8259) a record, on one line. The native profile writes, in this order: `time` (ISO 8601, UTC,
 * with milliseconds), `level` (its name), `logger` and `scope` (if there are such), `msg`, the bound fields, the fields
 * of the call, `err`, and `late: true` for a record that was logged after its scope had ended.
 *
 * A key comes once: a field of the call replaces a bound one of the same name. A field with a reserved name is written
 * with a `_` at its end, and a `time_` with one more.
 *
 * Values are written as JSON.stringify would (`toJSON` is called, NaN and Infinity become null, undefined, functions
 * and symbols are left out), and beyond it: BigInt as a string of its digits; Map with string keys as an object, else
 * as pairs; Set as an array; bytes in hexadecimal, the first 64; RegExp as its text; errors, wherever they are, as
 * `{ type, message, stack, code, ...own properties, cause, errors }`; a cycle as `"[circular]"`; what throws when it is
 * read as `"[threw: ...]"`; what is beyond the limits as `"[Object]"`, `"[Array]"` or `[12 more]`.
 *
 * Bound fields are written once for all lines of a logger: what changes inside them later is not seen.
 * @throws {ScopelogError} `ERR_SCOPELOG_OPTION` for an unknown profile or a limit out of range
 */
export function jsonFormatter(options: JsonFormatterOptions = {}): Formatter {
  return new JsonFormatter(toProfile(options), toLimits(options.limits));
}

function toProfile({ profile = "native", base }: JsonFormatterOptions): JsonProfile {
  switch (profile) {
    case "native":
      return nativeProfile;
    case "pino":
      return pinoProfile(base === undefined ? defaultBase() : (base ?? {}));
    case "ecs":
      return ecsProfile;
    case "gcp":
      return gcpProfile;
    case "datadog":
      return datadogProfile;
    default:
      throw new ScopelogError(
        "ERR_SCOPELOG_OPTION",
        `profile must be one of native, pino, ecs, gcp, datadog, not ${String(profile)}`,
      );
  }
}
