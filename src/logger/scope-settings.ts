import { UntilErrorBuffer } from "../handler/until-error-buffer.ts";
import type { Anchor } from "../lifetime/cell.ts";
import { ScopelogError } from "../port/codes.ts";
import { processTrouble } from "../port/trouble.ts";
import { escapeControls } from "../record/escape.ts";
import { isLevelName, levelNumber } from "../record/level.ts";
import { checkLevel } from "../tree/config.ts";
import { BaseLogger, drawPlan } from "./base-logger.ts";
import type { Logger } from "./logger.ts";
import { leave } from "./scope-end.ts";
import type { ScopeOptions } from "./scoped-logger.ts";
import type { ScopedLoggerImpl } from "./scoped-logger-impl.ts";
import { Summary } from "./summary.ts";

const known = ["handlers", "level", "propagate", "parent", "buffer", "summary"];

/**
 * Checks the options of a scope that is to be opened.
 * @throws {ScopelogError} `ERR_SCOPELOG_OPTION`, `ERR_SCOPELOG_LEVEL`
 */
export function checkOptions(options: ScopeOptions): void {
  if (typeof options !== "object" || options === null) {
    throw new ScopelogError("ERR_SCOPELOG_OPTION", "the options of a scope are an object");
  }
  // Told and not refused: who opens scopes may be a newer copy of the package than the one whose registry this is.
  for (const key in options) {
    if (known.includes(key)) continue;
    const message = `scopes: ${escapeControls(key)} is not an option; there are ${known.join(", ")}`;
    processTrouble.report("SCOPELOG_WARN_IGNORED", message, { key });
  }
  const { handlers, level, propagate, parent, buffer, summary } = options;
  if (level !== undefined) checkLevel(level, "options.level");
  if (handlers !== undefined && !Array.isArray(handlers)) {
    throw new ScopelogError("ERR_SCOPELOG_OPTION", "options.handlers is an array of handlers");
  }
  if (propagate !== undefined && typeof propagate !== "boolean") {
    throw new ScopelogError("ERR_SCOPELOG_OPTION", "options.propagate is true or false");
  }
  if (buffer !== undefined) {
    const { until, limit } = Object(buffer) as { until?: unknown; limit?: unknown };
    if (!isLevelName(until)) throw new ScopelogError("ERR_SCOPELOG_LEVEL", "options.buffer.until is not a level");
    if (limit !== undefined && !(typeof limit === "number" && limit > 0)) {
      throw new ScopelogError("ERR_SCOPELOG_OPTION", "options.buffer.limit is a number above 0");
    }
  }
  if (summary !== undefined && typeof summary !== "boolean" && !isLevelName(summary)) {
    throw new ScopelogError("ERR_SCOPELOG_LEVEL", "options.summary is true, false or a level");
  }
  if (parent !== undefined && typeof Object(parent).info !== "function") {
    throw new ScopelogError("ERR_SCOPELOG_OPTION", "options.parent is a logger");
  }
}

/** Gives a new scope what its checked options say; its handlers are claimed already. */
export function settle(scope: ScopedLoggerImpl, options: ScopeOptions, parent: Logger | undefined): void {
  const { handlers, level, propagate, buffer, summary } = options;
  if (level !== undefined) scope.demandExtras().level = levelNumber(level);
  // What a view adds to its scope is in no scope: it becomes the new one's own.
  else if (parent instanceof BaseLogger && parent.viewLevel !== undefined) {
    scope.demandExtras().level = parent.viewLevel;
  }
  if (propagate === false) scope.demandExtras().propagate = false;
  if (handlers !== undefined && handlers.length > 0) scope.adopt(scope.anchor as Anchor, handlers);
  if (scope.extras !== undefined) scope.plan = drawPlan(scope.home, scope.name, scope);
  // What follows leaves the plan as it is.
  if (buffer !== undefined) {
    const held = new UntilErrorBuffer<BaseLogger>(levelNumber(buffer.until), buffer.limit);
    scope.demandExtras().buffer = held;
    leave(scope.anchor as Anchor, held.resource);
    scope.home.buffering = true;
  }
  if (summary !== undefined && summary !== false) {
    scope.demandExtras().summary = new Summary(summary === true ? undefined : levelNumber(summary));
  }
}
