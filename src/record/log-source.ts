import { carefulCopy, type Fields, mergeFields, needCare, noFields, resolveLazy } from "./fields.ts";
import { flat } from "./flat.ts";

/** What a formatter made of a source once and need not make again: what goes before a line's own part, and after it. */
export interface SourceTexts {
  readonly before: string;
  readonly after: string;
}

class Memo implements SourceTexts {
  readonly key: object;
  readonly next: Memo | undefined;
  before: string;
  after: string;
  #joined = false;

  constructor(key: object, before: string, after: string, next: Memo | undefined) {
    this.key = key;
    this.before = before;
    this.after = after;
    this.next = next;
  }

  /**
   * Joins the texts for lines to come. It costs as much as it saves, so it waits for the second line: many scopes have
   * but one.
   */
  join(): this {
    if (!this.#joined) {
      this.#joined = true;
      this.before = flat(this.before);
      this.after = flat(this.after);
    }
    return this;
  }
}

/**
 * Where a record comes from: names and bound fields, the same object for every line of one logger.
 * It never leads to the logger: a record may outlive its scope, and must not keep it.
 */
export class LogSource {
  /** The logger's name, `""` for the root. */
  readonly logger: string;
  /** The id of the scope, such as `conn#17`; undefined for a logger without an end. */
  readonly scope: string | undefined;
  /** The id of the scope around it, if any. */
  readonly parent: string | undefined;
  /** The bound fields that are known beforehand. */
  readonly bound: Fields;
  /** The bound fields whose values are lazy; they join each record's own fields. */
  readonly lazy: Fields | undefined;
  /** How many lines were made from it. */
  lines = 0;
  #memo: Memo | undefined = undefined;

  constructor(logger: string, scope: string | undefined, parent: string | undefined, bound: Fields) {
    this.logger = logger;
    this.scope = scope;
    this.parent = parent;
    this.bound = bound;
    this.lazy = undefined;
    if (bound === noFields || !needCare(bound)) return;
    const entries = Object.entries(carefulCopy(bound));
    const lazy = entries.filter(([, value]) => typeof value === "function");
    if (lazy.length === 0) return;
    this.bound = Object.fromEntries(entries.filter((entry) => !lazy.includes(entry)));
    this.lazy = Object.fromEntries(lazy);
  }

  /**
   * The texts remembered under `key`, if any. The key must be an object of its own that leads nowhere: a formatter
   * as a key would lead from a kept record, through the formatter's closure, back to the logger.
   */
  recall(key: object): SourceTexts | undefined {
    for (let memo = this.#memo; memo !== undefined; memo = memo.next) if (memo.key === key) return memo.join();
    return undefined;
  }

  /** Remembers the texts under `key` for as long as this source lives, and returns them. */
  remember(key: object, before: string, after = ""): SourceTexts {
    this.#memo = new Memo(key, before, after, this.#memo);
    return this.#memo;
  }

  /** The lazy bound fields with their values of now, under the fields of the call. */
  withLazy(fields: Fields | undefined): Fields | undefined {
    if (this.lazy === undefined) return fields;
    const values = resolveLazy(this.lazy);
    return fields === undefined ? values : mergeFields(values, fields);
  }
}
