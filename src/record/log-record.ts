import { type Fields, mergeFields, noFields } from "./fields.ts";
import { type LevelName, levelName } from "./level.ts";
import { LogSource } from "./log-source.ts";

/**
 * One line before it is text. One shape, read-only; it names its logger and scope and never leads to them, so a
 * record that is kept keeps nothing else.
 */
export class LogRecord {
  /** When it was logged, in milliseconds since 1970-01-01 UTC. */
  readonly time: number;
  /** The level as a number, see `levelNumber`; numbers in between are allowed. */
  readonly levelNumber: number;
  readonly message: string;
  /** The fields of the call, lazy values called; undefined if there were none. */
  readonly fields: Fields | undefined;
  /** What was thrown, any value; undefined if there was nothing. */
  readonly error: unknown;
  /** Logged after the scope had ended. */
  readonly late: boolean;
  /** Names and bound fields, shared by all lines of one logger. */
  readonly source: LogSource;

  constructor(
    time: number,
    levelNumber: number,
    message: string,
    fields: Fields | undefined,
    error: unknown,
    late: boolean,
    source: LogSource,
  ) {
    this.time = time;
    this.levelNumber = levelNumber;
    this.message = message;
    this.fields = fields;
    this.error = error;
    this.late = late;
    this.source = source;
  }

  /** The level's name. */
  get level(): LevelName {
    return levelName(this.levelNumber);
  }

  /** The name of the logger, `""` for the root. */
  get logger(): string {
    return this.source.logger;
  }

  /** The id of the scope, such as `conn#17`. */
  get scope(): string | undefined {
    return this.source.scope;
  }

  /** The fields bound to the logger. */
  get bound(): Fields {
    return this.source.bound;
  }
}

/** What a record can be made from. */
export interface RecordInit {
  time?: number;
  levelNumber?: number;
  message?: string;
  fields?: Fields | undefined;
  error?: unknown;
  late?: boolean;
  logger?: string;
  scope?: string | undefined;
  parent?: string | undefined;
  bound?: Fields;
}

/** A record out of its parts, for tests, filters and bridges: info, now, no fields, unless said otherwise. */
export function createRecord(init: RecordInit = {}): LogRecord {
  return new LogRecord(
    init.time ?? Date.now(),
    init.levelNumber ?? 30,
    init.message ?? "",
    init.fields,
    init.error,
    init.late ?? false,
    new LogSource(init.logger ?? "", init.scope, init.parent, init.bound ?? noFields),
  );
}

/** A copy of `record` with some parts changed; a filter returns one to change what is written. */
export function copyRecord(record: LogRecord, changes: RecordInit): LogRecord {
  const { source } = record;
  const sameSource =
    changes.logger === undefined && changes.bound === undefined && !("scope" in changes) && !("parent" in changes);
  return new LogRecord(
    changes.time ?? record.time,
    changes.levelNumber ?? record.levelNumber,
    changes.message ?? record.message,
    "fields" in changes ? changes.fields : record.fields,
    "error" in changes ? changes.error : record.error,
    changes.late ?? record.late,
    sameSource
      ? source
      : new LogSource(
          changes.logger ?? source.logger,
          "scope" in changes ? changes.scope : source.scope,
          "parent" in changes ? changes.parent : source.parent,
          changes.bound ?? source.bound,
        ),
  );
}

/** Bound and call fields as one object; those of the call win. */
export function allFields(record: LogRecord): Fields {
  return record.fields === undefined ? record.source.bound : mergeFields(record.source.bound, record.fields);
}
