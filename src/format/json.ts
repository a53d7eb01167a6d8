import { checkKeys } from "../port/check-object.ts";
import { ScopelogError } from "../port/codes.ts";
import type { Formatter } from "../port/formatter.ts";
import { type Fields, messageOf } from "../record/fields.ts";
import { withBase } from "./json-base.ts";
import { JsonFormatter } from "./json-formatter.ts";
import { type JsonLimits, toLimits } from "./json-limits.ts";
import type { JsonProfile } from "./json-profile.ts";
import { datadogProfile } from "./profile-datadog.ts";
import { ecsProfile } from "./profile-ecs.ts";
import { gcpTraces } from "./profile-gcp.ts";
import { nativeProfile } from "./profile-native.ts";
import { defaultBase, pinoProfile } from "./profile-pino.ts";

/** What reads the lines. */
export type JsonProfileName = "native" | "pino" | "ecs" | "gcp" | "datadog";

/** Who reads the lines, and how much of the data they show. */
export interface JsonFormatterOptions {
  /** Which keys are written, and how. Default `"native"`. */
  readonly profile?: JsonProfileName;
  /** How much of the data is shown; default see `JsonLimits`. */
  readonly limits?: Partial<JsonLimits>;
  /**
   * What is in each line, such as `{ "service.name": "shop" }` for ECS or `{ service: "shop" }` for Datadog; null for
   * nothing. Default nothing, but for pino, as its option of the same name, `pid` and `hostname`, as far as the runtime
   * tells them.
   */
  readonly base?: Fields | null;
  /** Profile `gcp` only: the id of the project that has the traces, such as `my-project`. Default none. */
  readonly project?: string;
}

/**
 * One JSON object (RFC 8259) a record, on one line. The native profile writes, in this order: `time` (ISO 8601, UTC,
 * with milliseconds), `level` (its name), `logger`, `scope` and `parent` (the id of the scope around), if there are such,
 * `msg`, the bound fields, the fields of the call, `err`, and `late: true` for a record that was logged after its scope
 * had ended.
 *
 * A key comes once: a field of the call replaces a bound one of the same name. A field with a reserved name is written
 * with a `_` at its end, and a `time_` with one more.
 *
 * `trace_id`, `span_id` and `trace_flags`, as request handlers and `traceFields()` bind them, are written where the
 * readers of a profile look for them: `trace.id`, `span.id` for ecs, `logging.googleapis.com/trace`, `spanId` and
 * `trace_sampled` for gcp, `dd.trace_id`, `dd.span_id` for datadog.
 *
 * Values are written as JSON.stringify would (`toJSON` is called, NaN and Infinity become null, undefined, functions
 * and symbols are left out), and beyond it: BigInt as a string of its digits; Map with string keys as an object, else
 * as pairs; Set as an array; bytes in hexadecimal, the first 64; RegExp as its text; errors, wherever they are, as
 * `{ type, message, stack, code, ...own properties, cause, errors }`; a cycle as `"[circular]"`; what throws when it is
 * read as `"[threw: ...]"`; what is beyond the limits as `"[Object]"`, `"[Array]"` or `[12 more]`.
 *
 * Bound fields are written once for all lines of a logger: what changes inside them later is not seen.
 * @throws {ScopelogError} `ERR_SCOPELOG_OPTION` for an unknown profile, a limit out of range, another bad option
 */
export function jsonFormatter(options: JsonFormatterOptions = {}): Formatter {
  checkKeys("jsonFormatter", options, ["profile", "base", "project", "limits"]);
  return new JsonFormatter(toProfile(options), toLimits(options.limits));
}

function toProfile({ profile = "native", base, project }: JsonFormatterOptions): JsonProfile {
  if (base !== undefined && typeof base !== "object") {
    throw new ScopelogError("ERR_SCOPELOG_OPTION", "base is an object of fields, or null");
  }
  // What a resource name may have there: an id, with the domain that older ones have, or a number.
  if (project !== undefined && (typeof project !== "string" || !/^[a-z\d][-.:a-z\d]*$/.test(project))) {
    throw new ScopelogError("ERR_SCOPELOG_OPTION", `project is the id of a project, not ${messageOf(project)}`);
  }
  switch (profile) {
    case "native":
      return withBase(nativeProfile, base);
    case "pino":
      return pinoProfile(base === undefined ? defaultBase() : (base ?? {}));
    case "ecs":
      return withBase(ecsProfile, base);
    case "gcp":
      return withBase(gcpTraces(project), base);
    case "datadog":
      return withBase(datadogProfile, base);
    default:
      throw new ScopelogError(
        "ERR_SCOPELOG_OPTION",
        `profile must be one of native, pino, ecs, gcp, datadog, not ${messageOf(profile)}`,
      );
  }
}
