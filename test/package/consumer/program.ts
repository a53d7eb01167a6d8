// A user's program on "scopelog" alone. Compiled with no more than the language's own library, then run: the last line
// it prints says whether the types told the truth.
import {
  type Config,
  configure,
  createRegistry,
  currentLogger,
  getLogger,
  getScoped,
  type Handler,
  jsonFormatter,
  type LogRecord,
  memoryHandler,
  redact,
  type ScopedLogger,
  ScopelogError,
  shutdown,
} from "scopelog";

const memory = memoryHandler([], { filter: redact(["password"]) });
const config: Config = {
  handlers: { memory },
  loggers: { "": { level: "debug", handlers: ["memory"] }, "conn.quiet": { level: "warn" } },
  forgotten: { report: "silent" },
};

class Lines implements Handler {
  readonly texts: string[] = [];
  readonly #formatter = jsonFormatter();
  closed = false;

  handle(record: LogRecord): void {
    this.texts.push(this.#formatter.format(record));
  }

  [Symbol.dispose](): void {
    this.closed = true;
  }
}

function block(): Lines {
  using log: ScopedLogger = getScoped("conn", { peer: "a", password: "secret" });
  const lines = log.use(new Lines());
  log.info("opened");
  log.debug(() => ["lazy", { at: 1 }]);
  using inner = log.scope("query", { sql: "select 1" }, { summary: true });
  inner.run(() => currentLogger().warn("slow", new Error("late"), { ms: 12 }));
  inner.ok({ rows: 1 });
  return lines;
}

async function work(): Promise<string> {
  await using log = getScoped("job", { id: 1 }, { buffer: { until: "error" } });
  return await log.run(async () => {
    log.debug("held, then dropped");
    return log.id;
  });
}

const registry = createRegistry({ loggers: { "": { level: "off" } } });
const seen: unknown[] = [];
{
  using _configuration = configure(config);
  const lines = block();
  seen.push(lines.closed, lines.texts.length, memory.records.length, memory.records[0]?.bound["password"]);
  seen.push(await work());
  getLogger("conn.quiet").info("not written");
  seen.push(getLogger("conn.quiet").isEnabled("info"), registry.stats().opened);
}
try {
  getScoped(1 as never);
} catch (error) {
  if (error instanceof ScopelogError) seen.push(error.code);
}
await shutdown();

interface ConsoleOfTheRuntime {
  log(text: string): void;
}
(globalThis as unknown as { console: ConsoleOfTheRuntime }).console.log(JSON.stringify(seen));
