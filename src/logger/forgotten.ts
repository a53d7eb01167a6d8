import { forgottenChannel } from "../port/channel.ts";
import type { Trouble } from "../port/trouble.ts";
import { escapeControls } from "../record/escape.ts";
import { scopeId } from "../record/scope-id.ts";
import type { ForgottenConfig, ForgottenReport } from "../tree/config.ts";
import type { OriginSampler } from "./origin.ts";

/** The forgotten scopes of one name since the last report. */
interface Group {
  lastSequence: number;
  unlocated: number;
  /** How many were opened at each place that was looked up. */
  readonly places: Map<string, number>;
}

// More names and places than this are told as they come; the tables are not allowed to grow with them.
const maxGroups = 256;

/** Gathers the scopes that were collected, and tells them once a collection, grouped by where they were opened. */
export class ForgottenBook {
  report: NonNullable<ForgottenConfig["report"]> = "warn";
  #groups = new Map<string, Group>();
  readonly #trouble: Trouble;
  readonly #origins: OriginSampler;

  constructor(trouble: Trouble, origins: OriginSampler) {
    this.#trouble = trouble;
    this.#origins = origins;
  }

  /** Takes down one collected scope. The collector brings them in a crowd, so they are told after the last of it. */
  add(name: string, sequence: number, origin: string | undefined): void {
    if (this.report === "silent" && !forgottenChannel.hasSubscribers) return;
    if (this.#groups.size === 0) queueMicrotask(() => this.tell());
    let group = this.#groups.get(name);
    if (group === undefined) {
      if (this.#groups.size >= maxGroups) this.tell();
      group = { lastSequence: sequence, unlocated: 0, places: new Map() };
      this.#groups.set(name, group);
    }
    group.lastSequence = sequence;
    if (origin === undefined || (group.places.size >= maxGroups && !group.places.has(origin))) group.unlocated++;
    else group.places.set(origin, (group.places.get(origin) ?? 0) + 1);
  }

  /** Tells what was taken down since the last time. */
  tell(): void {
    const groups = this.#groups;
    this.#groups = new Map();
    for (const [name, group] of groups) {
      this.#origins.suspect(name);
      for (const report of reportsOf(name, group)) this.#tellOne(report);
    }
  }

  #tellOne(report: ForgottenReport): void {
    if (forgottenChannel.hasSubscribers) forgottenChannel.publish(report);
    if (this.report === "silent") return;
    if (this.report === "warn") {
      this.#trouble.report(report.code, report.message, { key: report.origin ?? report.name });
      return;
    }
    try {
      this.report(report);
    } catch (cause) {
      this.#trouble.report("SCOPELOG_WARN_HANDLER_FAILED", "forgotten.report threw an error.", { cause });
    }
  }
}

/** One report for each place, the most frequent first; with it those whose place is not known. */
function reportsOf(name: string, { lastSequence, unlocated, places }: Group): ForgottenReport[] {
  const id = scopeId(name, lastSequence);
  const sorted = [...places].sort(([, a], [, b]) => b - a);
  if (sorted.length === 0) return [makeReport(name, id, undefined, unlocated, 0)];
  return sorted.map(([place, count], index) => makeReport(name, id, place, count, index === 0 ? unlocated : 0));
}

function makeReport(
  name: string,
  id: string,
  origin: string | undefined,
  count: number,
  unlocated: number,
): ForgottenReport {
  const one = count === 1;
  const shown = escapeControls(name);
  const which = one ? `1 scope named ${shown}` : `${count} scopes named ${shown}`;
  const where =
    origin === undefined ? 'at a place that was not looked up (set forgotten.origin to "always")' : `at ${origin}`;
  const more = unlocated === 0 ? "" : ` (and ${unlocated} more of that name whose place was not looked up)`;
  return {
    code: "SCOPELOG_WARN_FORGOTTEN",
    name,
    id,
    origin,
    count,
    unlocated,
    message:
      `${which}, opened ${where}${more}, ${one ? "was" : "were"} garbage collected without being disposed. ` +
      `What ${one ? "its" : "their"} handlers held open has been closed. ` +
      'Write "using log = getScoped(...)", or call dispose() when the work is done.',
  };
}
