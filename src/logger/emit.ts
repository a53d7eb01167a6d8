import { deliver } from "../handler/deliver.ts";
import type { UntilErrorBuffer } from "../handler/until-error-buffer.ts";
import { applyFilter } from "../port/filter.ts";
import { tally } from "../port/tally.ts";
import { rememberedFields, withBackground } from "../record/error-fields.ts";
import { escapeControls } from "../record/escape.ts";
import { called, type Fields, isError, messageOf, needCare, resolveLazy } from "../record/fields.ts";
import { LogRecord } from "../record/log-record.ts";
import type { Plan } from "../tree/plan.ts";
import type { BaseLogger } from "./base-logger.ts";
import type { Home } from "./home.ts";
import { livesIn } from "./scope-end.ts";
import { markEnded, type ScopeExtras } from "./scope-extras.ts";
import type { ScopedLoggerImpl } from "./scoped-logger-impl.ts";

/** What a log call was given, in one of the forms of `LogMethod`; told apart at run time, never trusted. */
export type LogArguments = [first: unknown, second?: unknown, third?: unknown];

// How many log calls are under way, one inside of the other, and how many may be. A lazy message, a getter or a handler
// may log; one that logs itself would come back here without end, and with several handlers in more ways each time.
let nested = 0;
const mostNested = 5;

/**
 * Makes the record of a call and hands it on. Called only when the level is enabled. Never throws: arguments may be
 * hostile (proxies, getters), and what they throw is the log's trouble, not the caller's.
 * @param time when it was logged, of a line that comes from elsewhere; now if absent
 * @param apart true: what is ambient here is not of the line. The end of a scope may come from anywhere: that of a
 *   pipelined request comes from inside the one before it
 */
export function emit(
  home: Home,
  logger: BaseLogger,
  scope: ScopedLoggerImpl | undefined,
  plan: Plan,
  level: number,
  first: unknown,
  second: unknown,
  third: unknown,
  time?: number,
  apart?: boolean,
): void {
  if (nested >= mostNested) {
    tally.dropped++;
    home.trouble.report(
      "SCOPELOG_WARN_DROPPED",
      "A line was logged by what another line was made of; it was dropped.",
      {
        key: "recursion in what is logged",
      },
    );
    return;
  }
  nested++;
  try {
    const source = logger.source ?? logger.makeSource();
    let message: string;
    let error: unknown;
    let fields: Fields | undefined;
    if (typeof first === "string") {
      message = first;
      if (second !== undefined) {
        if (third === undefined && isFields(second)) fields = second;
        else {
          error = second;
          fields = third as Fields | undefined;
        }
      } else fields = third as Fields | undefined;
    } else if (typeof first === "function") {
      const made = callLazy(first as () => unknown);
      message = made.message;
      fields = made.fields;
    } else if (isError(first)) {
      message = messageOf(first);
      error = first;
      fields = second as Fields | undefined;
    } else {
      message = messageOf(first);
      fields = second as Fields | undefined;
      // The order of pino, where no compiler looks: an object whose text says nothing, or that has none, is not lost.
      if (message === "[object Object]" || message === "unknown") {
        fields = first as Fields;
        message = second === undefined ? "" : messageOf(second);
        if (isError(second)) error = second;
      }
    }
    if (fields !== undefined) {
      if (typeof fields !== "object" || fields === null) fields = fields === null ? undefined : { value: fields };
      else if (needCare(fields)) {
        fields = resolveLazy(fields);
        if (error === undefined && isError(fields["err"])) ({ err: error, ...fields } = fields);
      }
    }
    if (source.lazy !== undefined) fields = source.withLazy(fields);
    if (error !== undefined) {
      const remembered = rememberedFields(error);
      if (remembered !== undefined) fields = withBackground(remembered, source.bound, fields);
    }
    if (home.ambient && apart !== true) {
      const frame = home.context.current();
      // Mostly the scope's own frame, whose fields are bound anyway.
      if (frame !== undefined && frame.fields !== source.bound)
        fields = withBackground(frame.fields, source.bound, fields);
    }
    if (home.background !== undefined) fields = withBackground(home.background, source.bound, fields);
    if (scope !== undefined) (scope.source ?? scope.makeSource()).lines++;
    const late = scope?.ended === true;
    const record = new LogRecord(time ?? Date.now(), level, message, fields, error, late, source);
    if (late) dispatchLate(home, scope as ScopedLoggerImpl, plan, record);
    else if (scope !== undefined) dispatchScoped(home, scope, logger, plan, record);
    else dispatch(home, undefined, plan, record);
  } catch (error) {
    giveUp(home, "emit", "A line could not be made out of what was logged.", error);
  } finally {
    nested--;
  }
}

function giveUp(home: Home, key: string, message: string, cause: unknown): void {
  tally.failed++;
  home.trouble.report("SCOPELOG_WARN_HANDLER_FAILED", message, { key, cause });
}

/**
 * Hands `record` to the handlers of the scope, of the scopes around it, and of the categories. Returns to how many; a
 * line that nobody is left to take, because a scope around has ended, is counted as dropped.
 */
function dispatch(home: Home, scope: ScopedLoggerImpl | undefined, plan: Plan, unfiltered: LogRecord): number {
  let record: LogRecord | undefined = unfiltered;
  const { filters, handlers } = plan;
  if (filters !== undefined) {
    try {
      for (const filter of filters) {
        record = applyFilter(filter, record);
        if (record === undefined) return 1;
      }
    } catch (error) {
      // Here, and not only where lines are made: those that a buffer held come one after the other.
      giveUp(home, "filter", "A filter of a category threw an error; the line went nowhere.", error);
      return 1;
    }
  }
  let taken = 0;
  for (let around = scope; around !== undefined; around = around.outer) {
    const { extras } = around;
    if (extras === undefined) continue;
    for (const handler of handlersOf(around, extras)) {
      // A handler that is borrowed inside and known outside takes a line once, where it is met last.
      if (isMetAgain(handler, around, plan)) continue;
      deliver(handler, record, home.trouble);
      taken++;
    }
    if (extras.propagate) continue;
    if (taken === 0) tally.dropped++;
    return taken;
  }
  for (const handler of handlers) deliver(handler, record, home.trouble);
  taken += handlers.length;
  if (taken === 0) tally.dropped++;
  return taken;
}

/** Counts the line for the scope's summary, and hands it on or has it held. */
function dispatchScoped(home: Home, scope: ScopedLoggerImpl, logger: BaseLogger, plan: Plan, record: LogRecord): void {
  scope.extras?.summary?.count(record.levelNumber);
  if (home.buffering) passOn(record, logger, scope);
  else dispatch(home, scope, plan, record);
}

/**
 * Hands a record of `logger` on through the buffers of `from` and of the scopes around it, the nearest first. The first
 * that still holds, and waits for something graver, holds it; the others hand on what they hold before it.
 */
function passOn(record: LogRecord, logger: BaseLogger, from: ScopedLoggerImpl | undefined): void {
  for (let around = from; around !== undefined; around = around.outer) {
    const buffer = around.extras?.buffer;
    // One that was collected, with its last live holder, gives nothing back any more.
    if (buffer === undefined || buffer.open || around.ended) continue;
    if (record.levelNumber < buffer.until) {
      buffer.hold(record, logger);
      return;
    }
    const { outer } = around;
    buffer.release((held, itsLogger) => passOn(held, itsLogger, outer));
  }
  dispatchNow(record, logger);
}

/** Writes what a buffer holds, whatever the buffers around it wait for. */
export function releaseBuffer(buffer: UntilErrorBuffer<BaseLogger>): void {
  buffer.release(dispatchNow);
}

/** To the handlers of now: those of the time when it was logged may be closed. */
function dispatchNow(record: LogRecord, logger: BaseLogger): void {
  dispatch(logger.home, logger.inside, logger.currentPlan(), record);
}

/** The handlers that `scope` has now. */
function handlersOf(scope: ScopedLoggerImpl, extras: ScopeExtras): ScopeExtras["handlers"] {
  if (extras.slot !== undefined && extras.holders > 0 && !livesIn(extras.slot, scope)) {
    // The last holder was collected, while an ended one is still referenced: nobody else took them away.
    markEnded(extras);
  }
  return extras.handlers;
}

function isMetAgain(handler: Plan["handlers"][number], scope: ScopedLoggerImpl, plan: Plan): boolean {
  if (plan.handlers.length > 0 && plan.handlers.includes(handler)) return true;
  for (let around = scope.extras?.propagate ? scope.outer : undefined; around !== undefined; around = around.outer) {
    const { extras } = around;
    if (extras === undefined) continue;
    if (handlersOf(around, extras).includes(handler)) return true;
    if (!extras.propagate) break;
  }
  return false;
}

function dispatchLate(home: Home, scope: ScopedLoggerImpl, plan: Plan, record: LogRecord): void {
  home.late++;
  const extras = scope.demandExtras();
  const taken = dispatch(home, scope, plan, record);
  if (extras.lateTold) return;
  extras.lateTold = true;
  const fate = taken === 0 ? "was dropped, because no handler is left above it" : "went to the handlers above it";
  home.trouble.report(
    "SCOPELOG_WARN_LATE",
    `"${escapeControls(record.message.slice(0, 80))}" was logged after its scope ${escapeControls(record.scope ?? "")} had ended; it ${fate}. ` +
      "Await the work before the block ends, or let the work hold the scope with fork().",
    { key: record.logger },
  );
}

function callLazy(lazy: () => unknown): { message: string; fields: Fields | undefined } {
  try {
    const made = called(lazy);
    // A revoked proxy throws already when it is asked whether it is an array.
    if (Array.isArray(made)) return { message: messageOf(made[0]), fields: made[1] as Fields | undefined };
    return { message: messageOf(made), fields: undefined };
  } catch (error) {
    return { message: `[lazy message threw: ${messageOf(error)}]`, fields: undefined };
  }
}

// A plain object is no error; only others are worth the slower question.
function isFields(value: unknown): value is Fields {
  if (typeof value !== "object" || value === null) return false;
  try {
    const prototype = Object.getPrototypeOf(value);
    if (prototype === Object.prototype || prototype === null) return true;
    return !Array.isArray(value) && !isError(value);
  } catch {
    // A proxy that is not to be looked at: it is told as what was thrown.
    return false;
  }
}
