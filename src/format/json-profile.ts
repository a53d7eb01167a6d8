import { flat } from "../record/flat.ts";
import type { LogSource } from "../record/log-source.ts";
import { jsonContent, jsonString } from "./json-string.ts";
import type { JsonValues } from "./json-values.ts";
import type { ErrorNames } from "./json-walk.ts";
import { isoTime } from "./time.ts";
import type { KnownFields } from "./trace-context.ts";

/**
 * How one family of readers wants its JSON: which keys, in which order. A line is `head`, `before`, the message,
 * `after`, bound fields, fields of the call, error, late mark. All but `head` begin with a comma or are empty.
 */
export interface JsonProfile {
  /** The keys that the profile writes itself, or that would change the meaning of those. None ends with `_`. */
  readonly reserved: readonly string[];
  /** Fields of the user that have a name of their own there; none of those names is reserved. */
  readonly known?: KnownFields;
  /** `{` and what depends on time and level alone. */
  head(time: number, level: number): string;
  /** What goes before the message, and depends on the source alone. */
  before(source: LogSource): string;
  /** The key of the message, such as `,"msg":`. */
  readonly message: string;
  /** What goes after the message, and depends on the source alone. */
  after(source: LogSource): string;
  /** What the parts of an error are called. */
  readonly errorNames: ErrorNames;
  /** What was thrown. */
  error(thrown: unknown, values: JsonValues): string;
  /** The mark of a late record. */
  readonly late: string;
}

/**
 * Writes the logger's name, the scope's id and that of the scope around it, each only if there is one. The text of the last logger's name is kept:
 * scopes of one name come in rows, and a line that is the only one of its scope costs a tenth less so.
 */
export class SourceNames {
  readonly #loggerKey: string;
  readonly #scopeKey: string;
  readonly #beforeParent: string;
  #logger: string | undefined = undefined;
  #text = "";
  #beforeScope = "";

  constructor(loggerKey: string, scopeKey: string, parentKey: string) {
    this.#loggerKey = loggerKey;
    this.#scopeKey = scopeKey;
    this.#beforeParent = flat(`",${jsonString(parentKey)}:"`);
  }

  /** Such as `,"logger":"conn.query","scope":"conn.query#18","parent":"conn#17"`. */
  write({ logger, scope, parent }: LogSource): string {
    if (logger !== this.#logger) this.#remember(logger);
    if (scope === undefined) return this.#text;
    const text = this.#beforeScope + jsonContent(scope);
    return parent === undefined ? `${text}"` : `${text}${this.#beforeParent}${jsonContent(parent)}"`;
  }

  #remember(logger: string): void {
    this.#logger = logger;
    this.#text = logger === "" ? "" : flat(`,${jsonString(this.#loggerKey)}:${jsonString(logger)}`);
    this.#beforeScope = flat(`${this.#text},${jsonString(this.#scopeKey)}:"`);
  }
}

/** The time as a JSON value in ISO 8601; null if it is none. */
export function jsonTime(time: number): string {
  const iso = isoTime(time);
  return iso === undefined ? "null" : `"${iso}"`;
}
