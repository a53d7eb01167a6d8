import { defaultRegistry } from "../logger/default.ts";
import type { Registry, ScopeInfo } from "../logger/registry.ts";
import { checkKeys } from "../port/check-object.ts";
import { optionError } from "./options.ts";
import { checkSignals } from "./signal-options.ts";

/** What `dumpScopesOnSignal` takes. */
export interface DumpScopesOptions {
  /** `SIGUSR2` if absent. */
  readonly signal?: NodeJS.Signals | undefined;
  /** The registry whose scopes are listed; the default one if absent. */
  readonly registry?: Registry | undefined;
  /** How many scopes are listed, the oldest first; 50 if absent. */
  readonly limit?: number | undefined;
  /** Takes the text; standard error if absent. */
  readonly write?: ((text: string) => void) | undefined;
}

/**
 * Lists the live scopes when a signal comes: `kill -USR2 <pid>` asks a running process who is still open. Their bound
 * fields are shown as they are: what the filters of handlers redact in lines is not redacted here.
 * @returns what stops it when it is disposed
 * @throws {ScopelogError} `ERR_SCOPELOG_OPTION` for a wrong option; `ERR_SCOPELOG_UNAVAILABLE` in a worker thread
 */
export function dumpScopesOnSignal(options: DumpScopesOptions = {}): Disposable {
  checkKeys("dumpScopesOnSignal", options, ["signal", "registry", "limit", "write"]);
  const { signal = "SIGUSR2", registry = defaultRegistry(), limit = 50 } = options;
  const write = options.write ?? ((text: string) => void process.stderr.write(text));
  checkSignals("dumpScopesOnSignal", [signal]);
  if (typeof write !== "function") throw optionError("dumpScopesOnSignal", "write", "must be a function");
  const dump = (): void => write(describeScopes(registry, limit));
  process.on(signal, dump);
  return { [Symbol.dispose]: () => void process.off(signal, dump) };
}

/** The live scopes as a table for people, the oldest first, under a line of counts. */
export function describeScopes(registry: Registry, limit = 50): string {
  const { live, opened, disposed, collected, late, dropped, transports } = registry.stats();
  const counts = `${live} scopes live of ${opened} opened (${disposed} disposed, ${collected} collected); ${late} lines late, ${dropped} dropped; ${transports} transports open\n`;
  const rows = [["id", "age", "lines", "level", "handlers", "buffered", "opened at", "fields"]];
  for (const scope of registry.scopes()) {
    if (rows.length > limit) break;
    rows.push(rowOf(scope));
  }
  if (rows.length === 1) return counts;
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  const more = live > limit ? `and ${live - limit} more\n` : "";
  return `${counts}${lines.join("\n")}\n${more}`;
}

function rowOf({ id, age, lines, level, handlers, buffered, origin, fields }: ScopeInfo): string[] {
  return [
    id,
    `${(age / 1000).toFixed(1)} s`,
    `${lines}`,
    level,
    `${handlers}`,
    `${buffered}`,
    origin ?? "-",
    fieldsText(fields),
  ];
}

const maxFieldsText = 120;

function fieldsText(fields: ScopeInfo["fields"]): string {
  let text: string;
  try {
    text = JSON.stringify(fields) ?? "";
  } catch {
    text = Object.keys(fields).join(", ");
  }
  return text.length > maxFieldsText ? `${text.slice(0, maxFieldsText)}…` : text;
}
