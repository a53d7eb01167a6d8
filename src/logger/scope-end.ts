import { type Anchor, closeCell, estateOf, type Slot } from "../lifetime/cell.ts";
import { disclaim } from "../lifetime/ownership.ts";
import { type EndEvent, endChannel } from "../port/channel.ts";
import { ScopelogError } from "../port/codes.ts";
import type { Handler } from "../port/handler.ts";
import { flat } from "../record/flat.ts";
import { levelNumber } from "../record/level.ts";
import { markEnded, type ScopeExtras } from "./scope-extras.ts";
import type { ScopedLoggerImpl } from "./scoped-logger-impl.ts";
import type { Summary } from "./summary.ts";

/** The holder's cell, if the holder is live and the cell is still that of its scope. */
export function liveAnchor(holder: ScopedLoggerImpl): Anchor | undefined {
  const { anchor } = holder;
  return anchor !== undefined && livesIn(anchor.slot, holder) ? anchor : undefined;
}

/** Whether `slot` is still that of the holder's scope, and the scope live. */
export function livesIn(slot: Slot, holder: ScopedLoggerImpl): boolean {
  return slot.index >= 0 && slot.sequence === holder.sequence && slot.ledger === holder.home.ledger;
}

/** Has `resource` closed if the scope in `anchor` is collected. */
export function leave(anchor: Anchor, resource: Disposable): void {
  const estate = estateOf(anchor.slot);
  estate.resources = [...estate.resources, resource];
}

export function demandAnchor(holder: ScopedLoggerImpl, method: string): Anchor {
  const anchor = liveAnchor(holder);
  if (anchor !== undefined) return anchor;
  throw new ScopelogError("ERR_SCOPELOG_SCOPE_ENDED", `${method}() on ${holder.id}, which has ended`);
}

/** Whether an event ends the holder, and not its block. */
export function isMoved(holder: ScopedLoggerImpl): boolean {
  return holder.extras?.moved?.some((moved) => moved.holder === holder) === true;
}

// Most scopes have the name of the last.
let lastName = "";
let lastText = "";

function endText(name: string): string {
  if (name !== lastName) {
    lastName = name;
    lastText = flat(`${name} ended`);
  }
  return lastText;
}

/** Writes the record that tells how the scope went, while its handlers are still there. */
function writeSummary(scope: ScopedLoggerImpl, extras: ScopeExtras, summary: Summary): void {
  const level = summary.level ?? levelNumber(extras.outcome === "error" ? "error" : "info");
  if (!scope.admits(level)) return;
  const fields = summary.fields(extras.outcome, extras.buffer?.dropped ?? 0, extras.outcomeFields);
  const { failure } = extras;
  const text = endText(scope.name);
  if (failure === undefined) scope.write(level, text, fields, undefined, undefined, true);
  else scope.write(level, text, failure, fields, undefined, true);
}

/** Ends the holder, and the scope if it was the last; then what is returned must be closed. */
export function letGo(holder: ScopedLoggerImpl): readonly Handler[] | undefined {
  const anchor = liveAnchor(holder);
  const { extras } = holder;
  if (anchor === undefined) {
    holder.anchor = undefined;
    return undefined;
  }
  if (extras === undefined) return endScope(holder, anchor, "disposed");
  if (extras.moved !== undefined) {
    for (const moved of extras.moved) if (moved.holder === holder) moved.takeBack();
    extras.moved = extras.moved.filter((moved) => moved.holder !== holder);
  }
  if (extras.holders > 1) {
    extras.holders--;
    if (extras.frame !== undefined && anchor.tenant === holder) extras.frame.left = new WeakRef(holder);
    holder.anchor = undefined;
    return undefined;
  }
  return endScope(holder, anchor, "disposed");
}

/** What a scope still has to say while it is live. */
function tellEnd(scope: ScopedLoggerImpl, extras: ScopeExtras): void {
  const { buffer, summary, moved } = extras;
  extras.summary = undefined;
  for (const { takeBack } of moved ?? []) takeBack();
  extras.moved = undefined;
  buffer?.close();
  if (summary !== undefined) writeSummary(scope, extras, summary);
}

export function endScope(
  holder: ScopedLoggerImpl,
  anchor: Anchor,
  reason: "disposed" | "shutdown",
): readonly Handler[] | undefined {
  const { extras } = holder;
  if (extras !== undefined) tellEnd(holder, extras);
  // A handler that took the summary may have ended the scope, and another may live in the cell by now.
  if (!livesIn(anchor.slot, holder)) return undefined;
  // Others that still hold the cell would meet its next tenant in it.
  closeCell(anchor, reason, holder.anchor === anchor && (extras === undefined || extras.holders === 1));
  holder.anchor = undefined;
  const owned = extras === undefined ? undefined : markEnded(extras);
  extras?.frame?.end(extras, holder.source);
  for (const handler of owned ?? []) disclaim(handler);
  if (endChannel.hasSubscribers) {
    endChannel.publish({ id: holder.id, name: holder.name, reason } satisfies EndEvent);
  }
  return owned;
}
