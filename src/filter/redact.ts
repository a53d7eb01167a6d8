import { readKey } from "../format/record-fields.ts";
import { checkKeys } from "../port/check-object.ts";
import { ScopelogError } from "../port/codes.ts";
import type { Filter } from "../port/filter.ts";
import { type Fields, isError, messageOf, noFields, setField } from "../record/fields.ts";
import { LogRecord } from "../record/log-record.ts";
import { LogSource } from "../record/log-source.ts";
import { RedactRules } from "./redact-rules.ts";
import { type Censor, defaultCensor, RedactWalk } from "./redact-walk.ts";

/** What is hidden, and what is shown in its place. */
export interface RedactOptions {
  /**
   * What is hidden by its place: names joined by dots, from the fields on, `*` for any one name, such as
   * `req.headers.authorization` or `users.*.email`; or in brackets, such as `users[*].email` or `headers["x-key"]`.
   * `err` is the error. Lists on the way need not be named.
   */
  readonly paths?: readonly string[];
  /**
   * What is hidden wherever it is, by its key: whole names, or regular expressions. `secretKeys` has the usual ones. A key
   * such as `user.password` or `user[password]` is known by each of its names as well.
   */
  readonly keys?: readonly (string | RegExp)[];
  /**
   * What stands in for a hidden value, or a function that makes it of the value and its path; undefined from the
   * function leaves key and value out. Default `"[redacted]"`, also if the function throws.
   */
  readonly censor?: Censor;
}

/**
 * Hides secrets in bound fields, in fields of the call and in errors with their properties and causes, at any depth, in
 * objects, arrays, Maps, Sets, and in what `toJSON` returns. In names neither letter case nor separators matter:
 * `api_key` is `apiKey` and `API-Key`; a regular expression takes them as they are. What is shown is a copy of the data
 * that was searched, which is never changed; bound fields are searched once for all lines of a logger.
 *
 * It knows names, not contents: a secret in a message, in the text of a stack, in a URL or in JSON that is a text is not
 * found. If the message of an error is hidden, though, it is in its stack too, and as the message of the line. What is
 * deeper than 20 levels, or beyond 1,000 entries of one object or 20,000 values of a record, is left out instead of shown.
 *
 * Attach it to every handler that must not see the secrets, or to a logger in `configure`.
 * @param options paths, or paths, keys and censor
 * @throws {ScopelogError} `ERR_SCOPELOG_OPTION` if there are neither paths nor keys, one of them is not such, or for
 *   another option
 */
export function redact(options: readonly string[] | RedactOptions): Filter {
  const { paths = [], keys = [], censor = defaultCensor } = checked(options);
  const rules = new RedactRules(paths, keys);
  const redactFields = (fields: Fields) => fieldsOf(fields, new RedactWalk(rules, censor), rules);
  // A source stands for all lines of a logger: one copy each, so that formatters still find their texts with it.
  const sources = new WeakMap<LogSource, LogSource>();
  const redactSource = (source: LogSource): LogSource => {
    if (source.bound === noFields) return source;
    let copy = sources.get(source);
    if (copy === undefined) {
      copy = new LogSource(source.logger, source.scope, source.parent, redactFields(source.bound));
      sources.set(source, copy);
    }
    return copy;
  };
  return {
    filter(record) {
      const { error, fields, source } = record;
      if (error === undefined && fields === undefined && source.bound === noFields) return true;
      const shown = error === undefined ? undefined : new RedactWalk(rules, censor).entry("err", error, rules.root);
      return new LogRecord(
        record.time,
        record.levelNumber,
        messageBeside(record, shown),
        fields === undefined ? undefined : redactFields(fields),
        shown,
        record.late,
        redactSource(source),
      );
    },
  };
}

function checked(options: readonly string[] | RedactOptions): RedactOptions {
  if (isList(options)) return checked({ paths: options });
  checkKeys("redact", options, ["paths", "keys", "censor"]);
  const { paths = [], keys = [], censor = defaultCensor }: RedactOptions = options;
  if (!isList(paths) || !isList(keys)) throw new ScopelogError("ERR_SCOPELOG_OPTION", "paths and keys must be arrays");
  if (paths.length + keys.length === 0) throw new ScopelogError("ERR_SCOPELOG_OPTION", "redact needs paths or keys");
  if (typeof censor !== "string" && typeof censor !== "function") {
    throw new ScopelogError("ERR_SCOPELOG_OPTION", "censor must be a string or a function");
  }
  return { paths, keys, censor };
}

function isList(value: unknown): value is readonly string[] {
  return Array.isArray(value);
}

/** A copy of what was searched, and so without getters or a proxy that may tell the formatter something else. */
function fieldsOf(fields: Fields, walk: RedactWalk, rules: RedactRules): Fields {
  const copy: Record<string, unknown> = {};
  let keys: readonly string[];
  try {
    keys = Object.keys(fields);
  } catch (error) {
    return { "...": `[threw: ${messageOf(error)}]` };
  }
  for (const key of keys) {
    const shown = walk.entry(key, readKey(fields, key), rules.root);
    if (shown !== undefined) setField(copy, key, shown);
  }
  return copy;
}

/** The message of a line with the error `shown`. If it is that of the error, it is hidden as there. */
function messageBeside({ message, error }: LogRecord, shown: unknown): string {
  if (!isError(error) || messageOf(error) !== message) return message;
  return shown === undefined ? "" : messageOf(shown);
}
