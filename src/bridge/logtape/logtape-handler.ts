import { checkOptions, type HandlerOptions } from "../../handler/handler-options.ts";
import { checkKeys } from "../../port/check-object.ts";
import { ScopelogError } from "../../port/codes.ts";
import type { Handler } from "../../port/handler.ts";
import { countDropped } from "../../port/tally.ts";
import { setField } from "../../record/fields.ts";
import type { LogRecord } from "../../record/log-record.ts";
import { plainValue } from "../shared/plain-value.ts";
import type { LogtapeOutput, LogtapeRecord } from "./logtape-like.ts";
import { OwnedOutput } from "./owned-output.ts";
import { toLogtape } from "./to-logtape.ts";

export interface LogtapeHandlerOptions extends HandlerOptions {
  /**
   * Whether the output is the handler's own: then it is disposed with the handler, once, and if the handler is
   * forgotten. Its formatter must then not lead to the logger, which would be kept for ever. Default false: it is
   * borrowed, and closed by whoever made it.
   */
  readonly owned?: boolean;
}

/**
 * Hands every record to an output of LogTape, what `getConsoleSink()`, `getStreamSink()`, `getFileSink()` and the like
 * return, without LogTape's configuration: as `toLogtape` makes it, values as they are. An output that throws is given
 * the record once more with the values as `jsonFormatter` writes them, if there are some that JSON knows not.
 *
 * The output is borrowed unless `owned` is set. `flush()` drains it, if it can be drained.
 * @throws {ScopelogError} `ERR_SCOPELOG_OPTION`, `ERR_SCOPELOG_LEVEL`, `ERR_SCOPELOG_FILTER`
 */
export function logtapeHandler(output: LogtapeOutput, options: LogtapeHandlerOptions = {}): Handler {
  if (typeof output !== "function") {
    throw new ScopelogError("ERR_SCOPELOG_OPTION", "logtapeHandler() takes an output of LogTape, a function");
  }
  checkKeys("logtapeHandler", options, ["owned", "level", "filter"]);
  const { owned = false } = options;
  if (typeof owned !== "boolean") throw new ScopelogError("ERR_SCOPELOG_OPTION", "owned must be true or false");
  const common = checkOptions(options);
  return owned ? new OwningHandler(output, common) : new LogtapeHandler(output, common);
}

class LogtapeHandler implements Handler {
  readonly level: Handler["level"];
  readonly filter: Handler["filter"];
  readonly #output: LogtapeOutput;

  constructor(output: LogtapeOutput, { level, filter }: Pick<Handler, "level" | "filter">) {
    this.#output = output;
    this.level = level;
    this.filter = filter;
  }

  // An output that is an asynchronous function returns a promise, which is watched by whoever called.
  handle(record: LogRecord): unknown {
    const made = toLogtape(record);
    try {
      return this.#output(made);
    } catch (error) {
      const plain = withPlainValues(made);
      if (plain === undefined) throw error;
      return this.#output(plain);
    }
  }

  async flush(): Promise<void> {
    await this.#output.drain?.();
  }
}

class OwningHandler extends LogtapeHandler {
  readonly resource: OwnedOutput;

  constructor(output: LogtapeOutput, options: Pick<Handler, "level" | "filter">) {
    super(output, options);
    this.resource = new OwnedOutput(output);
  }

  override handle(record: LogRecord): unknown {
    if (!this.resource.closed) return super.handle(record);
    countDropped();
    return undefined;
  }

  override async flush(): Promise<void> {
    if (!this.resource.closed) await super.flush();
  }

  [Symbol.dispose](): void {
    this.resource[Symbol.dispose]();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.resource[Symbol.asyncDispose]();
  }
}

/** The record with values that JSON knows; undefined if it has no others. */
function withPlainValues(record: LogtapeRecord): LogtapeRecord | undefined {
  const properties: Record<string, unknown> = {};
  let changed = false;
  for (const [key, value] of Object.entries(record.properties)) {
    const plain = plainValue(value, key);
    changed ||= !Object.is(plain, value);
    setField(properties, key, plain);
  }
  return changed ? { ...record, properties } : undefined;
}
