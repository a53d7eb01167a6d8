// What the server under soak does for a request: scopes in scopes, ended in all the ways there are, or not at all.
import { EventEmitter, once } from "node:events";
import { setImmediate as turn } from "node:timers/promises";
import { currentLogger, type Fields, getScoped, type Logger, type ScopedLogger } from "scopelog";
import { syslogHandler } from "scopelog/syslog";

/** What was done so far. */
export const counts = {
  /** Lines that were to reach the file and the syslog server. */
  lines: 0,
  /** Lines that were to reach the syslog server once more, through a handler of their scope. */
  own: 0,
  /** Lines that were held, and were not to be written. */
  held: 0,
  /** Scopes that nobody ends. */
  forgotten: 0,
};

export function syslogAt(port: number) {
  return { transport: "tcp", host: "127.0.0.1", port, lingerMs: 30_000, idleMs: 200 } as const;
}

const levels = ["debug", "info", "warn", "error"] as const;

/** Logs a line that must arrive, if its level is on. */
function say(log: Logger, level: (typeof levels)[number], message: string, fields?: Fields): void {
  if (log.isEnabled(level)) log[level](message, { line: ++counts.lines, ...fields });
}

/** Logs a line that must not arrive: it is held, and nothing goes wrong. */
function whisper(log: Logger, level: "debug" | "info", message: string): void {
  log[level](message, { held: ++counts.held });
}

/** The ring that was hard to collect: it knows its logger, and the formatter of that logger's handler shows it. */
class Request {
  readonly number: number;
  readonly path: string;
  readonly log: ScopedLogger;

  constructor(number: number, port: number) {
    this.number = number;
    this.path = `/orders/${number % 1000}`;
    const handler = syslogHandler({ ...syslogAt(port), formatter: (record) => this.show(record.message) });
    this.log = getScoped("request", { request: number, path: this.path }, { handlers: [handler], summary: true });
  }

  show(message: string): string {
    return `own=${++counts.own} ${this.path} ${this.log.id} ${message}`;
  }
}

/** Nobody ends what this opens. */
function forget(number: number, port: number): void {
  counts.forgotten += 2;
  const { log } = new Request(number, port);
  say(log, "info", "forgotten");
  const inner = log.scope("query", { table: "orders" });
  say(inner, "info", "forgotten as well");
  if (number % 400 === 0) void neverEnds(inner);
}

async function neverEnds(log: ScopedLogger): Promise<void> {
  await new Promise<void>(() => {});
  log.error("never");
}

/** A request with a handler of its own, which ends with what it answers, or with the work that it leaves behind. */
async function serveAlone(number: number, port: number): Promise<void> {
  const { log } = new Request(number, port);
  const answered = new EventEmitter();
  if (number % 20 === 0) {
    using rest = log.fork();
    log.ok({ line: ++counts.lines });
    log.dispose();
    await turn();
    say(rest, "info", "done after the answer");
    return;
  }
  log.until(answered);
  const closed = once(answered, "close");
  answered.on("close", () => say(log, "info", "answered"));
  say(log, "debug", "asked");
  await turn();
  log.ok({ line: ++counts.lines });
  answered.emit("close");
  await closed;
}

/** A request that holds its lines; every tenth fails, and writes them. */
async function serveHolding(number: number): Promise<void> {
  const fails = number % 10 === 1;
  const tell = fails ? say : whisper;
  using log = getScoped("request", { request: number }, { buffer: { until: "error" }, summary: true });
  await log.run(async () => {
    tell(log, "info", "asked");
    await turn();
    using query = currentLogger().scope("query", { table: "orders" });
    tell(query, "debug", "planned");
    tell(query, "info", "queried");
    await turn();
  });
  if (!fails) {
    log.ok({ line: ++counts.lines });
    return;
  }
  const error = new Error(`request ${number} failed`);
  if (number % 20 === 1) say(log, "error", "failed");
  log.fail(error, { line: ++counts.lines });
}

async function serve(number: number): Promise<void> {
  using log = getScoped("request", { request: number, user: `user-${number % 97}` }, { summary: true });
  await log.run(async () => {
    say(currentLogger(), "info", "asked", { headers: { accept: "text/html", host: "shop.example" } });
    await turn();
    {
      using query = log.scope("query", { table: "orders" });
      say(query, "debug", "planned", { rows: number % 13 });
      say(query.with({ part: "index" }), "info", "queried", { ms: (number % 31) / 10 });
      await turn();
    }
    say(currentLogger(), "warn", "slow", { ms: number % 7 });
  });
  log.ok({ line: ++counts.lines });
}

/** The scopes, and the lines, of one request. */
export async function request(number: number, port: number): Promise<void> {
  if (number % 200 === 0) forget(number, port);
  else if (number % 10 === 0) await serveAlone(number, port);
  else if (number % 2 === 1) await serveHolding(number);
  else await serve(number);
}
