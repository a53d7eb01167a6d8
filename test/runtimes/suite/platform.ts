import { createRegistry, getLogger, nullHandler } from "scopelog";
import { LeasePool } from "../../../src/lifetime/lease.ts";
import { check, equal, inGroup, matches, ok } from "./check.ts";
import { waitUntil } from "./gc.ts";

inGroup("platform");

const { process } = globalThis as { process?: NodeJS.Process };

if (process === undefined) {
  check("nothing has put a `process` where there is none", () => {
    for (const name of ["process", "Buffer", "setImmediate", "require", "global"])
      equal(name in globalThis, false, name);
  });
} else {
  check("opening and ending are told to diagnostics_channel", () => {
    const { subscribe, unsubscribe } = process.getBuiltinModule("node:diagnostics_channel");
    const heard: unknown[] = [];
    const listen = (message: unknown) => void heard.push(message);
    for (const channel of ["scopelog:open", "scopelog:end"]) subscribe(channel, listen);
    createRegistry().getScoped("conn", { peer: "a" }).dispose();
    for (const channel of ["scopelog:open", "scopelog:end"]) unsubscribe(channel, listen);
    equal(heard, [
      { id: "conn#1", name: "conn", parent: undefined, fields: { peer: "a" } },
      { id: "conn#1", name: "conn", reason: "disposed" },
    ]);
  });

  check("LOG_LEVEL sets levels, where the configuration asks for it", () => {
    process.env["LOG_LEVEL"] = "error,net=debug";
    try {
      const levels = (env: boolean) => {
        const registry = createRegistry({ env });
        return ["", "net.tcp"].map((name) => registry.getLogger(name).level);
      };
      equal(
        [levels(true), levels(false)],
        [
          ["error", "debug"],
          ["info", "info"],
        ],
      );
    } finally {
      delete process.env["LOG_LEVEL"];
    }
  });
}

check("where stacks cannot be captured, a scope is opened without its place", () => {
  const { captureStackTrace } = Error;
  const registry = createRegistry({ forgotten: { origin: "always" } });
  try {
    Error.captureStackTrace = undefined as never;
    registry.getScoped("conn").dispose();
    using _log = registry.getScoped("conn");
    equal(
      [...registry.scopes()].map(({ origin }) => origin),
      [undefined],
    );
  } finally {
    Error.captureStackTrace = captureStackTrace;
  }
});

check("an idle transport is closed by its timer, whether that can be unref'ed or not", async () => {
  const closed: string[] = [];
  const pool = new LeasePool<Disposable>();
  const open = () => ({ [Symbol.dispose]: () => void closed.push("closed") });
  const lease = pool.lease("key", open, 5);
  lease[Symbol.dispose]();
  equal(closed, []);
  await waitUntil(() => closed.length > 0, "the idle transport is closed");
  const timer: unknown = setTimeout(() => {}, 0);
  if (process === undefined && "navigator" in globalThis) equal(typeof timer, "number", "the kind of a timer");
});

check("a warning nobody listens for goes to the console", async () => {
  const handlers = { nowhere: nullHandler() };
  const registry = createRegistry({ handlers, loggers: { "": { handlers: ["nowhere"] } } });
  const log = registry.getScoped("conn");
  log.dispose();
  const { console } = globalThis as { console: { warn: (text: string) => void } };
  const heard: string[] = [];
  const { warn } = console;
  console.warn = (text) => void heard.push(String(text));
  process?.once("warning", (warning) => heard.push(`${warning.name} [${(warning as { code?: string }).code}]`));
  try {
    log.info("late");
    await waitUntil(() => heard.length > 0, "the warning");
  } finally {
    console.warn = warn;
  }
  matches(heard[0], /ScopelogWarning \[SCOPELOG_WARN_LATE\]/);
});

check("nothing is written as long as nobody has configured", () => {
  equal(getLogger("silent").isEnabled("fatal"), false);
  ok(getLogger("silent").level === "info", "and the level is info");
});
