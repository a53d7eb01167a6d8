import { LogSource } from "../record/log-source.ts";
import { scopeId } from "../record/scope-id.ts";
import { drawPlan } from "./base-logger.ts";
import type { Home } from "./home.ts";
import type { ScopeExtras } from "./scope-extras.ts";
import type { ScopeFrame } from "./scope-frame.ts";
import { ScopedLoggerImpl } from "./scoped-logger-impl.ts";

/**
 * A holder of the scope that `frame` was of, after its end: work that goes on in its context has late lines, with the
 * names and fields of the scope, for the handlers above it.
 * @param extras what is left of the scope
 */
export function endedScope(home: Home, frame: ScopeFrame, extras: ScopeExtras): ScopedLoggerImpl {
  const { name, fields, sequence, outer: around } = frame;
  const outer = around === undefined ? undefined : scopeIn(home, around);
  frame.source ??= new LogSource(name, scopeId(name, sequence), outer?.id, fields);
  const { source } = frame;
  const { plan } = home.settings.category(name);
  const scope = new ScopedLoggerImpl(home, name, fields, outer, sequence, { plan, extras, source, anchor: undefined });
  scope.plan = drawPlan(home, name, scope);
  return scope;
}

function scopeIn(home: Home, frame: ScopeFrame): ScopedLoggerImpl | undefined {
  const live = frame.deref() as ScopedLoggerImpl | undefined;
  return live ?? (frame.extras === undefined ? undefined : endedScope(home, frame, frame.extras));
}
