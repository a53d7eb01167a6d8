import type { Trouble } from "../port/trouble.ts";
import type { ForgottenConfig, ForgottenReport } from "../tree/config.ts";
import type { OriginSampler } from "./origin.ts";

interface Group {
  readonly name: string;
  readonly origin: string | undefined;
  sequence: number;
  count: number;
}

// More origins than this in one collection are told as they come; the table is not allowed to grow with them.
const maxGroups = 256;

/** Gathers the scopes that were collected, and tells them once a collection, grouped by where they were opened. */
export class ForgottenBook {
  report: NonNullable<ForgottenConfig["report"]> = "warn";
  readonly #groups = new Map<string, Group>();
  readonly #trouble: Trouble;
  readonly #origins: OriginSampler;

  constructor(trouble: Trouble, origins: OriginSampler) {
    this.#trouble = trouble;
    this.#origins = origins;
  }

  /** Takes down one collected scope. The collector brings them in a crowd, so they are told after the last of it. */
  add(name: string, sequence: number, origin: string | undefined): void {
    if (this.report === "silent") return;
    if (this.#groups.size === 0) queueMicrotask(() => this.tell());
    const key = origin === undefined ? name : `${name} ${origin}`;
    const group = this.#groups.get(key);
    if (group !== undefined) {
      group.count++;
      group.sequence = sequence;
      return;
    }
    if (this.#groups.size >= maxGroups) this.tell();
    this.#groups.set(key, { name, origin, sequence, count: 1 });
  }

  /** Tells what was taken down since the last time. */
  tell(): void {
    const groups = [...this.#groups.values()];
    this.#groups.clear();
    for (const group of groups) {
      this.#origins.suspect(group.name);
      this.#tellGroup(reportOf(group));
    }
  }

  #tellGroup(report: ForgottenReport): void {
    if (typeof this.report !== "function") {
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

function reportOf({ name, origin, sequence, count }: Group): ForgottenReport {
  const id = `${name}#${sequence}`;
  const which = count === 1 ? `The scope ${id}` : `${count} scopes named ${name} (the last was ${id})`;
  const where =
    origin === undefined ? 'at a place that was not looked up (set forgotten.origin to "always")' : `at ${origin}`;
  return {
    code: "SCOPELOG_WARN_FORGOTTEN",
    name,
    id,
    origin,
    count,
    message:
      `${which}, opened ${where}, ${count === 1 ? "was" : "were"} garbage collected without being disposed. ` +
      `What ${count === 1 ? "its" : "their"} handlers held open was closed. ` +
      `Write "using log = getScoped(...)", or call dispose() when the work is done.`,
  };
}
