import { applyFilter } from "../port/filter.ts";
import type { Handler } from "../port/handler.ts";
import { tally } from "../port/tally.ts";
import { processTrouble, type Trouble } from "../port/trouble.ts";
import { levelNumber } from "../record/level.ts";
import type { LogRecord } from "../record/log-record.ts";

/**
 * Hands `record` to `handler`, past the handler's level and filter. Whatever is thrown on the way is counted and told;
 * the other handlers still get the record, and the caller's program goes on.
 */
export function deliver(handler: Handler, record: LogRecord, trouble: Trouble = processTrouble): void {
  try {
    const { level, filter } = handler;
    if (level !== undefined && record.levelNumber < levelNumber(level)) return;
    if (filter === undefined) handler.handle(record);
    else {
      const passed = applyFilter(filter, record);
      if (passed !== undefined) handler.handle(passed);
    }
  } catch (error) {
    tally.failed++;
    trouble.report("SCOPELOG_WARN_HANDLER_FAILED", "A log handler threw an error; the line did not reach it.", {
      cause: error,
    });
  }
}
