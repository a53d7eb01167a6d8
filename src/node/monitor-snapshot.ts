import { basename } from "node:path";
import { openShares } from "../lifetime/lease.ts";
import type { Registry, ScopeInfo } from "../logger/registry.ts";
import {
  type MonitoredForgotten,
  type MonitoredScope,
  type MonitoredTransport,
  type MonitorInfo,
  type MonitorOrder,
  type MonitorSnapshot,
  monitorProtocol,
} from "./monitor-protocol.ts";

/** Which scopes are listed, and what of them. */
export interface SnapshotQuery {
  readonly limit: number;
  readonly order: MonitorOrder;
  readonly filter: string;
  /** The names of the fields that are shown. */
  readonly fields: readonly string[];
}

const maxTransports = 200;
// Names, fields and places are as long as the program likes; an answer is not.
const maxText = 200;
const maxFieldText = 80;

/** Which process this is. */
export function takeInfo(registry: Registry): MonitorInfo {
  return {
    protocol: monitorProtocol,
    pid: process.pid,
    program: cut(basename(process.argv[1] ?? process.argv0), maxText),
    uptime: Math.round(process.uptime() * 1000),
    live: registry.stats().live,
  };
}

/** What is known of the process now. Looks at every live scope once, at what is open, and at nothing else. */
export function takeSnapshot(
  registry: Registry,
  query: SnapshotQuery,
  forgotten: readonly MonitoredForgotten[],
): MonitorSnapshot {
  const start = performance.now();
  const stats = registry.stats();
  const { infos, matching, lines } = choose(registry.scopes(), query);
  const scopes = infos.map((info) => scopeOf(info, query.fields));
  const transports = [...listTransports()].sort((a, b) => b.pending - a.pending).slice(0, maxTransports);
  const cost = performance.now() - start;
  return {
    ...takeInfo(registry),
    time: Date.now(),
    cost,
    stats,
    scopes,
    matching,
    lines,
    transports,
    forgotten: forgotten.map(shortened),
  };
}

function choose(all: Iterable<ScopeInfo>, { limit, order, filter, fields }: SnapshotQuery) {
  const wanted = filter.toLowerCase();
  let infos: ScopeInfo[] = [];
  let matching = 0;
  let lines = 0;
  const trim = (): void => {
    if (order === "lines") infos = infos.sort((a, b) => b.lines - a.lines).slice(0, limit);
    else infos = infos.slice(-limit);
  };
  for (const info of all) {
    lines += info.lines;
    if (wanted !== "" && !matches(info, wanted, fields)) continue;
    matching++;
    if (order === "oldest" && infos.length >= limit) continue;
    infos.push(info);
    // Now and then, so that what is held stays as small as what is asked for.
    if (infos.length >= 2 * limit + 64) trim();
  }
  if (order !== "oldest") trim();
  // They come the oldest first.
  if (order === "newest") infos.reverse();
  return { infos, matching, lines };
}

function matches({ id, origin, fields }: ScopeInfo, wanted: string, shown: readonly string[]): boolean {
  if (id.toLowerCase().includes(wanted) || origin?.toLowerCase().includes(wanted) === true) return true;
  return shown.some((key) => fieldText(fields, key)?.toLowerCase().includes(wanted) === true);
}

function scopeOf(info: ScopeInfo, shown: readonly string[]): MonitoredScope {
  const { id, name, parent, age, level, lines, handlers, buffered, origin } = info;
  const fields: Record<string, string> = {};
  for (const key of shown) {
    const text = fieldText(info.fields, key);
    if (text !== undefined) fields[key] = text;
  }
  return {
    id: cut(id, maxText),
    name: cut(name, maxText),
    ...(parent === undefined ? undefined : { parent: cut(parent, maxText) }),
    age,
    level,
    lines,
    handlers,
    buffered,
    ...(origin === undefined ? undefined : { origin: cutStart(origin, maxText) }),
    ...(shown.length === 0 ? undefined : { fields }),
  };
}

/** A field as a short text. Only plain values are: a function or an object is not looked into. */
function fieldText(fields: ScopeInfo["fields"], key: string): string | undefined {
  try {
    if (!Object.hasOwn(fields, key)) return undefined;
    const value = fields[key];
    if (typeof value === "string") return cut(value, maxFieldText);
    if (typeof value === "number" || typeof value === "boolean" || typeof value === "bigint" || value === null) {
      return String(value);
    }
    return value === undefined ? undefined : `[${typeof value}]`;
  } catch {
    return undefined;
  }
}

/** What a transport may tell: those of files and streams, those of syslog, and those of others. */
interface Talkative {
  readonly destination?: unknown;
  readonly pending?: unknown;
  readonly state?: unknown;
  readonly counts?: { readonly dropped?: unknown; readonly sent?: unknown };
  readonly drops?: { readonly total?: unknown };
}

function* listTransports(): Iterable<MonitoredTransport> {
  for (const { target, leases } of openShares()) {
    try {
      const { destination, pending, state, counts, drops } = target as Talkative;
      const dropped = counts?.dropped ?? drops?.total;
      yield {
        destination: typeof destination === "string" ? cut(destination, maxText) : "(not told)",
        leases,
        pending: typeof pending === "number" ? pending : 0,
        ...(typeof dropped === "number" ? { dropped } : undefined),
        ...(typeof counts?.sent === "number" ? { sent: counts.sent } : undefined),
        ...(typeof state === "string" ? { state } : undefined),
      };
    } catch {
      // One that cannot be asked must not keep the others from being seen.
    }
  }
}

function shortened(row: MonitoredForgotten): MonitoredForgotten {
  const { name, id, origin } = row;
  return {
    ...row,
    name: cut(name, maxText),
    id: cut(id, maxText),
    ...(origin === undefined ? undefined : { origin: cutStart(origin, maxText) }),
  };
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}

/** Of a place, the end says most. */
function cutStart(text: string, length: number): string {
  return text.length > length ? `…${text.slice(1 - length)}` : text;
}
