import {
  consoleHandler,
  createRecord,
  dedupe,
  type Filter,
  jsonFormatter,
  levelNames,
  logfmtFormatter,
  memoryHandler,
  patternFormatter,
  rateLimit,
  redact,
  sample,
  textFormatter,
} from "scopelog";
import { check, equal, inGroup, matches, ok } from "./check.ts";
import { world } from "./world.ts";

inGroup("formatters and filters");

const time = Date.UTC(2026, 0, 2, 3, 4, 5, 678);

function sampleRecord(error?: unknown) {
  return createRecord({
    time,
    levelNumber: 40,
    message: 'said "no"\nand left',
    logger: "conn",
    scope: "conn#17",
    bound: { peer: "10.0.0.1", secure: true },
    fields: { bytes: 12, big: 12n, none: undefined, tags: ["a", "b c"] },
    error,
  });
}

check("JSON: one line that parses, whatever the values", () => {
  const line = jsonFormatter().format(sampleRecord());
  equal(line.includes("\n"), false);
  const { msg, level, scope, peer, bytes, big, tags } = JSON.parse(line);
  equal([msg, scope, peer, bytes, tags], ['said "no"\nand left', "conn#17", "10.0.0.1", 12, ["a", "b c"]]);
  matches(String(level), /warn|40/);
  matches(String(big), /12/);
  const round: Record<string, unknown> = {};
  round["self"] = round;
  JSON.parse(
    jsonFormatter().format(
      createRecord({
        fields: {
          round,
          bad: {
            toJSON: () => {
              throw new Error("no");
            },
          },
        },
      }),
    ),
  );
});

check("JSON: an error with its cause and stack", () => {
  const error = new Error("outer", { cause: new TypeError("inner") });
  const { err } = JSON.parse(jsonFormatter().format(sampleRecord(error)));
  equal([err.type ?? err.name, err.message, err.cause.message], ["Error", "outer", "inner"]);
  ok(typeof err.stack === "string" && err.stack.length > 10, "there is a stack");
});

check("JSON: the profiles", () => {
  for (const profile of ["native", "pino", "ecs", "gcp", "datadog"] as const) {
    ok(JSON.stringify(JSON.parse(jsonFormatter({ profile }).format(sampleRecord()))).includes("10.0.0.1"), profile);
  }
});

check("text: for people, one line, control characters shown", () => {
  equal(
    textFormatter({ color: false }).format(sampleRecord()),
    '2026-01-02T03:04:05.678Z WARN  conn#17 said "no"\\nand left peer=10.0.0.1 secure=true bytes=12 big=12 tags=["a","b c"]',
  );
  ok(textFormatter({ color: true }).format(sampleRecord()).includes("\x1b["), "colour where it is asked for");
});

check("logfmt and patterns", () => {
  equal(
    logfmtFormatter().format(createRecord({ time, logger: "conn", message: "hello there", bound: { peer: "a" } })),
    'time=2026-01-02T03:04:05.678Z level=info logger=conn msg="hello there" peer=a',
  );
  equal(
    patternFormatter("%LEVEL %name %message %fields").format(
      createRecord({ logger: "a", message: "m", fields: { b: 1 } }),
    ),
    "INFO a m b=1",
  );
  const pid = patternFormatter("[%pid]").format(createRecord());
  equal(pid === "[]", !("process" in globalThis), "no pid");
});

check("consoleHandler: each level to its method of the console", () => {
  const lines: string[] = [];
  const say = (method: string) => (line: string) => lines.push(`${method}: ${line}`);
  const console = {
    debug: say("debug"),
    log: say("log"),
    info: say("info"),
    warn: say("warn"),
    error: say("error"),
  };
  const handler = consoleHandler({ console, formatter: ({ message }) => message });
  const { registry } = world({ handlers: { handler }, loggers: { "": { level: "trace", handlers: ["handler"] } } });
  for (const level of levelNames) registry.getLogger().log(level, level);
  equal(lines, ["debug: trace", "debug: debug", "info: info", "warn: warn", "error: error", "error: fatal"]);
});

check("redact hides, sample, rateLimit and dedupe hold back", () => {
  const kept = (filter: Filter, count: number) => {
    const memory = memoryHandler([], { filter });
    const { registry } = world({ handlers: { memory }, loggers: { "": { handlers: ["memory"] } } });
    using log = registry.getScoped("x", { password: "secret", user: { token: "secret" } });
    for (let index = 0; index < count; index++) log.info("m", { index });
    return memory.records;
  };
  const [hidden] = kept(redact({ paths: ["user.token"], keys: ["password"] }), 1);
  equal(hidden?.bound, { password: "[redacted]", user: { token: "[redacted]" } });
  equal(kept(sample({ every: 5 }), 10).length, 2, "every fifth of 10");
  equal(kept(rateLimit({ limit: 3, perMs: 1e9 }), 10).length, 3, "3 of 10");
  equal(kept(dedupe({ windowMs: 1e9 }), 10).length, 1, "1 of 10 alike");
});
