import { defaultRegistry } from "../../logger/default.ts";
import type { Registry, RegistryStats } from "../../logger/registry.ts";
import { ScopelogError } from "../../port/codes.ts";

/** The part of an OpenTelemetry `ObservableResult` that is used here. */
export interface ResultLike {
  observe(value: number, attributes?: Readonly<Record<string, string>>): void;
}

/** The part of an OpenTelemetry observable instrument that is used here. */
export interface InstrumentLike {
  addCallback(callback: (result: ResultLike) => void): void;
  removeCallback(callback: (result: ResultLike) => void): void;
}

/** The part of an OpenTelemetry `Meter` that is used here: of `@opentelemetry/api`, any version with metrics. */
export interface MeterLike {
  createObservableGauge(name: string, options?: { description?: string; unit?: string }): InstrumentLike;
  createObservableCounter(name: string, options?: { description?: string; unit?: string }): InstrumentLike;
}

type Read = (stats: RegistryStats, result: ResultLike) => void;

/** Units in the braces of UCUM annotations, as the semantic conventions want them for things that are counted. */
const gauges: readonly [name: string, unit: string, description: string, read: Read][] = [
  ["scopelog.scopes.live", "{scope}", "Scopes that have not ended", ({ live }, to) => to.observe(live)],
  [
    "scopelog.transports.open",
    "{transport}",
    "Open sockets and files of handlers",
    (s, to) => to.observe(s.transports),
  ],
  ["scopelog.leases.held", "{lease}", "Shares of transports held by handlers", ({ leases }, to) => to.observe(leases)],
  ["scopelog.buffer.size", "By", "Bytes held by the buffers of scopes", ({ buffered }, to) => to.observe(buffered)],
];

const counters: typeof gauges = [
  ["scopelog.scopes.opened", "{scope}", "Scopes opened", ({ opened }, to) => to.observe(opened)],
  [
    "scopelog.scopes.ended",
    "{scope}",
    "Scopes ended, by reason",
    (stats, to) => {
      for (const reason of ["disposed", "collected", "shutdown"] as const) to.observe(stats[reason], { reason });
    },
  ],
  ["scopelog.lines.late", "{line}", "Lines logged after the end of their scope", ({ late }, to) => to.observe(late)],
  ["scopelog.lines.dropped", "{line}", "Lines given up", ({ dropped }, to) => to.observe(dropped)],
  ["scopelog.lines.failed", "{line}", "Lines a handler failed on", ({ failed }, to) => to.observe(failed)],
];

/**
 * Shows a registry's counts as OpenTelemetry metrics: gauges for what is open, counters for what has happened. They are
 * read when the SDK collects, and cost nothing in between.
 * @param registry the default one if absent
 * @throws {ScopelogError} `ERR_SCOPELOG_OPTION` if it is no meter
 * @returns what takes the callbacks back when it is disposed
 */
export function observeRegistry(meter: MeterLike, registry: Registry = defaultRegistry()): Disposable {
  if (typeof meter?.createObservableGauge !== "function") {
    throw new ScopelogError("ERR_SCOPELOG_OPTION", "observeRegistry() takes an OpenTelemetry Meter");
  }
  const undo: (() => void)[] = [];
  const watch = (instrument: InstrumentLike, read: Read): void => {
    const callback = (result: ResultLike): void => read(registry.stats(), result);
    instrument.addCallback(callback);
    undo.push(() => instrument.removeCallback(callback));
  };
  for (const [name, unit, description, read] of gauges) {
    watch(meter.createObservableGauge(name, { unit, description }), read);
  }
  for (const [name, unit, description, read] of counters) {
    watch(meter.createObservableCounter(name, { unit, description }), read);
  }
  return {
    [Symbol.dispose]() {
      for (const back of undo.splice(0)) back();
    },
  };
}
