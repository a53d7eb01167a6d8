// A server at full speed, without the network in front: scopes like those of requests, one after the other and many at
// once, for as long as is asked for. Now and then it comes to rest, and is measured.
import { readdirSync } from "node:fs";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setImmediate as turn } from "node:timers/promises";
import { type Configuration, configure, defaultRegistry, type ForgottenReport, shutdown } from "scopelog";
import { rotatingFileHandler } from "scopelog/node";
import { syslogHandler, syslogTransports } from "scopelog/syslog";
import { answer } from "./answer.ts";
import { counts, request, syslogAt } from "./soak-requests.ts";

export interface SoakSettings {
  readonly seconds: number;
  /** How often it comes to rest. */
  readonly restSeconds: number;
  /** Where syslog is listened for, TCP. */
  readonly port: number;
  readonly folder: string;
  /** The size of a file at which the next is begun. */
  readonly fileBytes: number;
  /** Whether the places where scopes are opened are looked up: of a few, sampling may miss those that forget. */
  readonly origin: "sampled" | "always";
}

/** What is looked at every second. */
export interface Sample {
  readonly seconds: number;
  readonly heapBytes: number;
  readonly rssBytes: number;
  readonly fds: number;
  /** The 99th percentile of the event loop's delay in the last second, in milliseconds. */
  readonly delayMs: number;
  /** Scopes that live. */
  readonly live: number;
  /** Lines a second, in the last second. */
  readonly linesPerSecond: number;
  /** The same for a second of processor time: what the machine does besides has less of a say in it. */
  readonly linesPerCpuSecond: number;
}

/** What is looked at while nothing is under way, after collecting. */
export interface Rest {
  readonly seconds: number;
  readonly heapBytes: number;
  readonly rssBytes: number;
  readonly fds: number;
  readonly live: number;
  readonly leases: number;
}

export type SoakResult = typeof counts & {
  readonly samples: readonly Sample[];
  readonly rests: readonly Rest[];
  readonly scopes: number;
  readonly requests: number;
  /** Forgotten scopes that were told, and those of them that were told with the place. */
  readonly told: number;
  readonly places: readonly string[];
  readonly configurations: number;
  readonly stats: ReturnType<ReturnType<typeof defaultRegistry>["stats"]>;
  readonly problems: Readonly<Record<string, number>>;
  readonly fdsAtStart: number;
  readonly fdsAtEnd: number;
};

const registry = defaultRegistry();
const workers = 64;
/** Beyond this a server of one's own would not take further requests either. */
const mostPendingBytes = 4 * 1024 * 1024;
const delayResolutionMs = 10;
const collect = (globalThis as { gc?: () => void }).gc as () => void;

let requests = 0;
let told = 0;
let underWay = 0;
let configurations = 0;
let pause: Promise<unknown> | undefined;
let stopped = false;
const places = new Set<string>();
const problems: Record<string, number> = {};

function reported({ count, unlocated, origin }: ForgottenReport): void {
  told += count + unlocated;
  if (origin !== undefined) places.add(origin);
}

function putInForce({ port, folder, fileBytes, origin }: SoakSettings): Configuration {
  configurations++;
  return configure({
    loggers: { "": { level: "info", handlers: ["file", "syslog"] }, request: { level: "debug" } },
    handlers: {
      file: rotatingFileHandler({ path: `${folder}/soak.log`, maxBytes: fileBytes, lingerMs: 30_000 }),
      syslog: syslogHandler(syslogAt(port)),
    },
    forgotten: { report: reported, origin },
    onError({ code, count, message }) {
      const problem = `${code}: ${message}`.slice(0, 200);
      problems[problem] = (problems[problem] ?? 0) + count;
    },
  });
}

async function work(settings: SoakSettings, flush: () => Promise<void>): Promise<void> {
  for (;;) {
    await pause;
    if (stopped) return;
    if (pendingBytes() > mostPendingBytes) await flush();
    underWay++;
    await request(++requests, settings.port);
    underWay--;
    await turn();
  }
}

function pendingBytes(): number {
  return syslogTransports().reduce((bytes, { pending }) => bytes + pending, 0);
}

function openFiles(): number {
  return readdirSync("/proc/self/fd").length;
}

const elapsedSince = (start: number): number => Math.round(performance.now() - start) / 1000;

/** Collects until nothing lives any more, or it does not help; returns the least the heap came to. */
async function collectAll(): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 100 && (round < 5 || registry.stats().live > 0); round++) {
    collect();
    await turn();
    least = Math.min(least, process.memoryUsage().heapUsed);
  }
  return least;
}

async function soak(settings: SoakSettings): Promise<SoakResult> {
  const fdsAtStart = openFiles();
  const start = performance.now();
  const samples: Sample[] = [];
  const rests: Rest[] = [];
  let configuration = putInForce(settings);
  const flush = () => configuration.flush();
  const delay = monitorEventLoopDelay({ resolution: delayResolutionMs });
  delay.enable();

  let at = start;
  let linesBefore = 0;
  let cpuBefore = process.cpuUsage();
  const sampling = setInterval(() => {
    const now = performance.now();
    const { user, system } = process.cpuUsage(cpuBefore);
    const logged = counts.lines + counts.own - linesBefore;
    samples.push({
      seconds: elapsedSince(start),
      heapBytes: process.memoryUsage().heapUsed,
      rssBytes: process.memoryUsage().rss,
      fds: openFiles(),
      delayMs: Math.max(0, delay.percentile(99) / 1e6 - delayResolutionMs),
      live: registry.stats().live,
      linesPerSecond: Math.round((logged / (now - at)) * 1000),
      linesPerCpuSecond: Math.round((logged / (user + system)) * 1_000_000),
    });
    at = now;
    linesBefore = counts.lines + counts.own;
    cpuBefore = process.cpuUsage();
    delay.reset();
  }, 1000);

  // What an operator does to a running server.
  let turns = 0;
  let closing: Promise<void> | undefined;
  const operating = setInterval(() => {
    turns++;
    registry.setLevel("request.query", turns % 2 === 0 ? "info" : undefined);
    const [scope] = registry.scopes();
    if (scope !== undefined) registry.setLevel(scope.id, "trace");
    if (turns % 3 !== 0) return;
    const before = configuration;
    configuration = putInForce(settings);
    closing = before.close();
  }, 1000);

  const working = Array.from({ length: workers }, () => work(settings, flush));
  while (elapsedSince(start) < settings.seconds) {
    const next = Math.min(settings.seconds, (rests.length + 1) * settings.restSeconds);
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, next - elapsedSince(start)) * 1000));
    let goOn: (value?: unknown) => void = () => {};
    pause = new Promise((resolve) => {
      goOn = resolve;
    });
    while (underWay > 0) await turn();
    await closing;
    await configuration.flush();
    const heapBytes = await collectAll();
    const { live, leases } = registry.stats();
    rests.push({
      seconds: elapsedSince(start),
      heapBytes,
      rssBytes: process.memoryUsage().rss,
      fds: openFiles(),
      live,
      leases,
    });
    pause = undefined;
    if (elapsedSince(start) >= settings.seconds) stopped = true;
    goOn();
  }
  await Promise.all(working);
  clearInterval(sampling);
  clearInterval(operating);
  delay.disable();
  await shutdown();
  await collectAll();
  // The connection that nobody uses any more stays open for a moment.
  for (const end = performance.now() + 10_000; openFiles() > fdsAtStart && performance.now() < end; ) await turn();
  return {
    samples,
    rests,
    requests,
    scopes: registry.stats().opened,
    ...counts,
    told,
    places: [...places],
    configurations,
    stats: registry.stats(),
    problems,
    fdsAtStart,
    fdsAtEnd: openFiles(),
  };
}

answer({ soak });
