import { readKey } from "../../format/record-fields.ts";
import { checkLogger, handIn } from "../../logger/hand-in.ts";
import type { Logger } from "../../logger/logger.ts";
import { levelNumber } from "../../record/level.ts";
import { flushHandlers } from "../shared/flush-handlers.ts";
import { fromLogtapeLevel, type LogtapeOutput, type LogtapeRecord } from "./logtape-like.ts";
import { categoryName, partsOf } from "./to-scopelog.ts";

// LogTape's categories may be made at run time, as many as there are connections.
const maxChildren = 256;

/**
 * An output for LogTape's `configure` that hands its records to a logger of this library, with their own time and all
 * that `toScopelog` says: through its child of the category's name, so that levels by category hold here too. Every
 * filter, field, scope and handler of the logger applies. The logger is its owner's: LogTape ends nothing here. Its
 * `drain()` flushes the handlers. Never throws.
 * @throws {ScopelogError} `ERR_SCOPELOG_OPTION` at once, if `logger` is none of this library
 */
export function fromLogtape(logger: Logger): LogtapeOutput & { drain(): Promise<void> } {
  checkLogger(logger, "fromLogtape()");
  const children = new Map<string, Logger>();
  const childOf = (name: string): Logger => {
    if (name === "") return logger;
    let child = children.get(name);
    if (child === undefined) {
      if (children.size >= maxChildren) children.clear();
      child = logger.getChild(name);
      children.set(name, child);
    }
    return child;
  };
  const take = (record: LogtapeRecord): void => {
    const child = childOf(categoryName(record));
    // Asked before the message is made, which may be lazy.
    if (!child.isEnabled(levelNumber(fromLogtapeLevel(readKey(record, "level"))))) return;
    const { levelNumber: level, ...line } = partsOf(record);
    handIn(child, { level, ...line });
  };
  return Object.assign(take, { drain: () => flushHandlers(logger) });
}
