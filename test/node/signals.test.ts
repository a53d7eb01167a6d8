import { renameSync } from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { fileHandler, flushOnSignals, flushSync, reopenOnSignal } from "scopelog/node";
import { describe, expect, onTestFinished, test } from "vitest";
import { expectCode } from "../support/errors.ts";
import { collectUntil, until } from "../support/gc.ts";
import { linesOf, plain, record, temporaryFolder } from "./support.ts";

/** Sends this process a signal that only ends it if nobody listens. */
async function signal(name: NodeJS.Signals): Promise<void> {
  let came = false;
  const listener = () => {
    came = true;
  };
  process.on(name, listener);
  process.kill(process.pid, name);
  await until(() => came, name);
  process.off(name, listener);
}

describe("reopenOnSignal", () => {
  test("opens all files anew, until it is disposed", async () => {
    const path = join(temporaryFolder(), "app.log");
    const listeners = process.listenerCount("SIGHUP");
    using handler = fileHandler({ path, formatter: plain });
    {
      using _reopening = reopenOnSignal();
      handler.handle(record("old"));
      renameSync(path, `${path}.1`);
      await signal("SIGHUP");
      handler.handle(record("new"));
      await handler.flush();
    }
    expect(linesOf(`${path}.1`)).toEqual(["old"]);
    expect(linesOf(path)).toEqual(["new"]);
    expect(process.listenerCount("SIGHUP")).toBe(listeners);
  });

  test("opens only the handlers it was given, at the signal it was given", async () => {
    const folder = temporaryFolder();
    const [one, two] = [join(folder, "one.log"), join(folder, "two.log")];
    using first = fileHandler({ path: one, formatter: plain, sync: true });
    using second = fileHandler({ path: two, formatter: plain, sync: true });
    using _reopening = reopenOnSignal("SIGUSR2", [first]);
    renameSync(one, `${one}.1`);
    renameSync(two, `${two}.1`);
    await signal("SIGUSR2");
    first.handle(record("line"));
    second.handle(record("line"));
    expect(linesOf(one)).toEqual(["line"]);
    expect(linesOf(`${two}.1`)).toEqual(["line"]);
  });

  test("does not keep a handler", async () => {
    const path = join(temporaryFolder(), "app.log");
    let reopening: Disposable | undefined;
    const handler = (() => {
      const made = fileHandler(path);
      reopening = reopenOnSignal("SIGUSR2", [made]);
      made[Symbol.dispose]();
      return new WeakRef(made);
    })();
    await collectUntil(() => handler.deref() === undefined, "the end of the handler");
    reopening?.[Symbol.dispose]();
  });

  test("refuses what is no signal, and what cannot be opened anew", () => {
    expectCode("ERR_SCOPELOG_OPTION", () => reopenOnSignal("SIGNONE" as NodeJS.Signals), "SIGNONE");
    expectCode("ERR_SCOPELOG_OPTION", () => reopenOnSignal("SIGKILL"), "SIGKILL");
    expectCode("ERR_SCOPELOG_OPTION", () => reopenOnSignal("SIGHUP", [{} as never]), "handlers[0]");
  });
});

describe("flushOnSignals", () => {
  test("where the program listens itself, lines are out and the program goes on", async () => {
    const path = join(temporaryFolder(), "app.log");
    const listeners = process.listenerCount("SIGTERM");
    using handler = fileHandler({ path, formatter: plain, flushMs: 60_000 });
    {
      using _flushing = flushOnSignals({ signals: ["SIGTERM"] });
      handler.handle(record("before"));
      await signal("SIGTERM");
    }
    expect(linesOf(path)).toEqual(["before"]);
    expect(process.listenerCount("SIGTERM")).toBe(listeners);
  });

  test.each<[string, object]>([
    ["signals", { signals: ["SIGSTOP"] }],
    ["signals", { signals: "SIGTERM" }],
    ["finish", { finish: true }],
    ["graceMs", { graceMs: -1 }],
    ["grace", { grace: 1 }],
  ])("refuses a wrong %s: %j", (option, options) => {
    const listeners = process.listenerCount("SIGTERM");
    expectCode("ERR_SCOPELOG_OPTION", () => flushOnSignals(options), "flushOnSignals", option);
    expect(process.listenerCount("SIGTERM")).toBe(listeners);
  });

  test("refuses a worker thread, which gets no signals", async () => {
    const dist = process.env["SCOPELOG_DIST"] ?? new URL("../../dist/", import.meta.url).href;
    const worker = new Worker(
      `import(${JSON.stringify(`${dist}node/index.js`)})
         .then(({ flushOnSignals }) => flushOnSignals())
         .catch(({ code }) => require("node:worker_threads").parentPort.postMessage(code));`,
      { eval: true },
    );
    onTestFinished(() => void worker.terminate());
    const code = await new Promise((resolve) => worker.once("message", resolve));
    expect(code).toBe("ERR_SCOPELOG_UNAVAILABLE");
  });
});

test("flushSync() brings out what every handler holds", () => {
  const folder = temporaryFolder();
  using one = fileHandler({ path: join(folder, "one.log"), formatter: plain });
  using two = fileHandler({ path: join(folder, "two.log"), formatter: plain });
  one.handle(record("one"));
  two.handle(record("two"));
  flushSync();
  expect(linesOf(join(folder, "one.log"))).toEqual(["one"]);
  expect(linesOf(join(folder, "two.log"))).toEqual(["two"]);
});
