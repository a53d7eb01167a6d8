import { applyFilter } from "../port/filter.ts";
import type { Handler } from "../port/handler.ts";
import { tally } from "../port/tally.ts";
import { processTrouble, type Trouble } from "../port/trouble.ts";
import { levelNumber } from "../record/level.ts";
import type { LogRecord } from "../record/log-record.ts";

// The handlers whose `handle` runs now, the outermost first. One that logs, itself or through a getter or `toJSON` of
// what it writes, would meet itself again without end.
const busy: Handler[] = [];

/**
 * Hands `record` to `handler`, past the handler's level and filter. Whatever is thrown on the way is counted and told;
 * the other handlers still get the record, and the caller's program goes on. A record that was logged by the handler
 * itself, while it handles another, is dropped and counted.
 */
export function deliver(handler: Handler, record: LogRecord, trouble: Trouble = processTrouble): void {
  if (busy.length > 0 && busy.includes(handler)) {
    tally.dropped++;
    trouble.report("SCOPELOG_WARN_DROPPED", "A log handler logged while it handled a line; its own line was dropped.", {
      key: "recursion",
    });
    return;
  }
  busy.push(handler);
  try {
    const { level, filter } = handler;
    if (level !== undefined && record.levelNumber < levelNumber(level)) return;
    const passed = filter === undefined ? record : applyFilter(filter, record);
    if (passed === undefined) return;
    const done: unknown = handler.handle(passed);
    // An asynchronous `handle` is accepted; a rejection that nobody watches would end the process.
    if (done !== undefined) Promise.resolve(done).then(undefined, (error) => failed(error, trouble));
  } catch (error) {
    failed(error, trouble);
  } finally {
    busy.pop();
  }
}

function failed(cause: unknown, trouble: Trouble): void {
  tally.failed++;
  trouble.report("SCOPELOG_WARN_HANDLER_FAILED", "A log handler threw an error; the line did not reach it.", { cause });
}
