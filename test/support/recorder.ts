import type { Handler, LevelSetting, LogRecord } from "scopelog";

/** A handler that keeps what it is given, and says what was done to it. */
export interface Recorder extends Handler {
  readonly name: string;
  readonly records: LogRecord[];
  /** The messages of `records`. */
  readonly messages: string[];
  /** `handle`, `flush`, `dispose` and `asyncDispose`, in the order they came. */
  readonly calls: string[];
  /** How often it was closed, either way. */
  readonly closed: number;
}

export interface RecorderOptions {
  level?: LevelSetting;
  filter?: NonNullable<Handler["filter"]>;
  resource?: Disposable;
  /** Where all calls of several recorders are written down, as `name.call`. */
  diary?: string[];
  /** Only `Symbol.dispose`, no asynchronous way. */
  syncOnly?: boolean;
}

export function recorder(name = "recorder", options: RecorderOptions = {}): Recorder {
  const { level, filter, resource, diary, syncOnly } = options;
  const records: LogRecord[] = [];
  const calls: string[] = [];
  const note = (call: string) => {
    calls.push(call);
    diary?.push(`${name}.${call}`);
  };
  return {
    name,
    records,
    calls,
    level,
    filter,
    resource,
    get messages() {
      return records.map(({ message }) => message);
    },
    get closed() {
      return calls.filter((call) => call === "dispose" || call === "asyncDispose").length;
    },
    handle(record) {
      records.push(record);
    },
    async flush() {
      note("flush");
    },
    [Symbol.dispose]() {
      note("dispose");
    },
    ...(syncOnly
      ? {}
      : {
          async [Symbol.asyncDispose]() {
            note("asyncDispose");
          },
        }),
  };
}

/** The only element of `values`. */
export function only<T>(values: readonly T[]): T {
  if (values.length !== 1) throw new Error(`expected one, got ${values.length}`);
  return values[0] as T;
}
