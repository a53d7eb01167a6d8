import { ScopelogError } from "../port/codes.ts";
import type { Filter } from "../port/filter.ts";
import { type Fields, messageOf, noFields } from "../record/fields.ts";
import { LogRecord } from "../record/log-record.ts";
import { LogSource } from "../record/log-source.ts";
import { RedactRules } from "./redact-rules.ts";
import { type Censor, defaultCensor, RedactWalk } from "./redact-walk.ts";

/** What is hidden, and what is shown in its place. */
export interface RedactOptions {
  /**
   * What is hidden by its place: names joined by dots, from the fields on, `*` for any one name, such as
   * `req.headers.authorization` or `users.*.email`. `err` is the error. Lists on the way need not be named.
   */
  readonly paths?: readonly string[];
  /** What is hidden wherever it is, by its key: whole names, or regular expressions. */
  readonly keys?: readonly (string | RegExp)[];
  /**
   * What stands in for a hidden value, or a function that makes it of the value and its path; undefined from the
   * function leaves it out. Default `"[redacted]"`, also if the function throws.
   */
  readonly censor?: Censor;
}

/**
 * Hides secrets in bound fields, in fields of the call and in errors with their properties and causes, at any depth, in
 * objects, arrays, Maps, Sets, and in what `toJSON` returns; letter case does not matter. The data is copied, never
 * changed; bound fields are searched once for all lines of a logger.
 *
 * It knows names, not contents: a secret in a message, in the text of a stack or in a URL is not found. What is deeper
 * than 20 levels, or beyond 1,000 entries of one object or 20,000 values of a record, is left out instead of shown.
 *
 * Attach it to every handler that must not see the secrets, or to a logger in `configure`.
 * @param options paths, or paths, keys and censor
 * @throws {ScopelogError} `ERR_SCOPELOG_OPTION` if there are neither paths nor keys, or one of them is not such
 */
export function redact(options: readonly string[] | RedactOptions): Filter {
  const {
    paths = [],
    keys = [],
    censor = defaultCensor,
  }: RedactOptions = isList(options) ? { paths: options } : options;
  if (!isList(paths) || !Array.isArray(keys))
    throw new ScopelogError("ERR_SCOPELOG_OPTION", "paths and keys must be arrays");
  if (paths.length + keys.length === 0) throw new ScopelogError("ERR_SCOPELOG_OPTION", "redact needs paths or keys");
  if (typeof censor !== "string" && typeof censor !== "function") {
    throw new ScopelogError("ERR_SCOPELOG_OPTION", "censor must be a string or a function");
  }
  const rules = new RedactRules(paths, keys);
  const redactFields = (fields: Fields) => fieldsOf(fields, new RedactWalk(rules, censor), rules);
  // A source stands for all lines of a logger: one copy each, so that formatters still find their texts with it.
  const sources = new WeakMap<LogSource, LogSource>();
  const redactSource = (source: LogSource): LogSource => {
    if (source.bound === noFields) return source;
    const known = sources.get(source);
    if (known !== undefined) return known;
    const bound = redactFields(source.bound);
    const copy = bound === source.bound ? source : new LogSource(source.logger, source.scope, source.parent, bound);
    sources.set(source, copy);
    return copy;
  };
  return {
    filter(record) {
      const source = redactSource(record.source);
      const fields = record.fields === undefined ? undefined : redactFields(record.fields);
      const { error } = record;
      const shown = error === undefined ? error : new RedactWalk(rules, censor).entry("err", error, rules.root);
      if (source === record.source && fields === record.fields && shown === error) return true;
      return new LogRecord(record.time, record.levelNumber, record.message, fields, shown, record.late, source);
    },
  };
}

function isList(value: unknown): value is readonly string[] {
  return Array.isArray(value);
}

// The same object if nothing in it was hidden or had to be copied to be searched.
function fieldsOf(fields: Fields, walk: RedactWalk, rules: RedactRules): Fields {
  let copied = false;
  const entries: [string, unknown][] = [];
  let keys: readonly string[];
  try {
    keys = Object.keys(fields);
  } catch (error) {
    return { "...": `[threw: ${messageOf(error)}]` };
  }
  for (const key of keys) {
    let value: unknown;
    try {
      value = fields[key];
    } catch (error) {
      value = `[threw: ${messageOf(error)}]`;
      copied = true;
    }
    const shown = walk.entry(key, value, rules.root);
    if (shown !== value) copied = true;
    entries.push([key, shown]);
  }
  return copied ? Object.fromEntries(entries) : fields;
}
