import { describe, expect, test, vi } from "vitest";
import { callbackHandler } from "../../src/handler/callback-handler.ts";
import { type ConsoleLike, consoleHandler } from "../../src/handler/console-handler.ts";
import { deliver } from "../../src/handler/deliver.ts";
import { memoryHandler } from "../../src/handler/memory-handler.ts";
import { tally } from "../../src/port/tally.ts";
import { Trouble } from "../../src/port/trouble.ts";
import { levelNames, levelNumber } from "../../src/record/level.ts";
import { createRecord } from "../../src/record/log-record.ts";
import { expectCode } from "../support/errors.ts";

function fakeConsole(): { console: ConsoleLike; calls: [method: string, ...lines: string[]][] } {
  const calls: [string, ...string[]][] = [];
  const method =
    (name: string) =>
    (...lines: string[]) =>
      void calls.push([name, ...lines]);
  return {
    calls,
    console: {
      debug: method("debug"),
      log: method("log"),
      info: method("info"),
      warn: method("warn"),
      error: method("error"),
    },
  };
}

const records = levelNames.map((level) => createRecord({ levelNumber: levelNumber(level), message: level }));

describe("consoleHandler", () => {
  test("each level has its method", () => {
    const { console, calls } = fakeConsole();
    const handler = consoleHandler({ console, formatter: ({ message }) => `<${message}> %s` });
    for (const record of records) handler.handle(record);
    expect(calls).toEqual([
      ["debug", "<trace> %s"],
      ["debug", "<debug> %s"],
      ["info", "<info> %s"],
      ["warn", "<warn> %s"],
      ["error", "<error> %s"],
      ["error", "<fatal> %s"],
    ]);
  });

  test("or another", () => {
    const { console, calls } = fakeConsole();
    const handler = consoleHandler({ console, formatter: () => "", methods: { info: "error", trace: "log" } });
    for (const record of records) handler.handle(record);
    expect(calls.map(([method]) => method)).toEqual(["log", "debug", "error", "warn", "error", "error"]);
  });

  test("writes to the console of now, as text", () => {
    const info = vi.spyOn(globalThis.console, "info").mockImplementation(() => {});
    try {
      consoleHandler().handle(createRecord({ message: "hello\u001b[31m", logger: "app" }));
      expect(info).toHaveBeenCalledTimes(1);
      expect(info.mock.calls[0]).toHaveLength(1);
      expect(info.mock.calls[0]?.[0]).toMatch(/INFO.*app.*hello\\x1b\[31m$/);
    } finally {
      info.mockRestore();
    }
  });

  test("a console that was patched to log through it ends at once, and what is dropped is counted", () => {
    const { console, calls } = fakeConsole();
    const patched: ConsoleLike = {
      ...console,
      info(line) {
        console.info(line);
        first.handle(createRecord({ message: `again ${line}` }));
        second.handle(createRecord({ message: `again ${line}` }));
      },
    };
    const first = consoleHandler({ formatter: ({ message }) => message, console: patched });
    const second = consoleHandler({ formatter: ({ message }) => message, console: patched });
    const before = tally.dropped;
    first.handle(createRecord({ message: "a" }));
    first.handle(createRecord({ message: "b" }));
    expect(calls).toEqual([
      ["info", "a"],
      ["info", "b"],
    ]);
    expect(tally.dropped - before).toBe(4);
  });

  test("works again after the console threw", () => {
    let broken = true;
    const { console, calls } = fakeConsole();
    const handler = consoleHandler({
      formatter: ({ message }) => message,
      console: {
        ...console,
        info(line) {
          if (broken) throw new Error("EPIPE");
          console.info(line);
        },
      },
    });
    const problems: unknown[] = [];
    const trouble = new Trouble(({ cause }) => void problems.push(cause));
    deliver(handler, createRecord({ message: "a" }), trouble);
    broken = false;
    deliver(handler, createRecord({ message: "b" }), trouble);
    expect(problems).toEqual([new Error("EPIPE")]);
    expect(calls).toEqual([["info", "b"]]);
  });

  test("a line that a getter logs meanwhile is not lost", () => {
    const { console, calls } = fakeConsole();
    const handler = consoleHandler({ console, formatter: ({ message, fields }) => `${message} ${fields?.["a"]}` });
    const fields = {
      get a() {
        handler.handle(createRecord({ message: "inner", fields: { a: 2 } }));
        return 1;
      },
    };
    handler.handle(createRecord({ message: "outer", fields }));
    expect(calls.map(([, line]) => line)).toEqual(["inner 2", "outer 1"]);
  });

  test("a wrong option is refused", () => {
    expectCode("ERR_SCOPELOG_OPTION", () => consoleHandler({ methods: { info: "table" as never } }), "methods.info");
    expectCode("ERR_SCOPELOG_OPTION", () => consoleHandler({ methods: { off: "info" } as never }), "methods.off");
    expectCode("ERR_SCOPELOG_FORMATTER", () => consoleHandler({ formatter: 5 as never }));
    expectCode("ERR_SCOPELOG_LEVEL", () => consoleHandler({ level: "loud" as never }), "loud");
    expectCode("ERR_SCOPELOG_FILTER", () => consoleHandler({ filter: [] as never }));
  });
});

describe("memoryHandler", () => {
  test("keeps records, in the array it was given", () => {
    const kept: (typeof records)[number][] = [];
    const handler = memoryHandler(kept);
    for (const record of records) handler.handle(record);
    expect(kept).toEqual(records);
    expect(handler.records).toBe(kept);
    handler.clear();
    expect(kept).toEqual([]);
  });

  test("keeps the latest, up to its limit", () => {
    const handler = memoryHandler([], { limit: 2, level: "debug" });
    for (const record of records) deliver(handler, record);
    expect(handler.records.map(({ level }) => level)).toEqual(["error", "fatal"]);
    expect(memoryHandler().records).not.toBe(memoryHandler().records);
  });

  test("a wrong option is refused", () => {
    for (const limit of [0, 1.5, Number.NaN, "2" as never]) {
      expectCode("ERR_SCOPELOG_OPTION", () => memoryHandler([], { limit }), "limit");
    }
    expectCode("ERR_SCOPELOG_OPTION", () => memoryHandler({} as never), "records");
    expectCode("ERR_SCOPELOG_LEVEL", () => memoryHandler([], { level: 5 as never }));
  });
});

describe("callbackHandler", () => {
  test("calls with each record that passes level and filter", () => {
    const seen: string[] = [];
    const handler = callbackHandler(({ level }) => void seen.push(level), {
      level: "info",
      filter: ({ level }) => level !== "error",
    });
    for (const record of records) deliver(handler, record);
    expect(seen).toEqual(["info", "warn", "fatal"]);
  });

  test("a wrong option is refused", () => {
    expectCode("ERR_SCOPELOG_OPTION", () => callbackHandler(undefined as never), "callback");
    expectCode("ERR_SCOPELOG_FILTER", () => callbackHandler(() => {}, { filter: 5 as never }));
  });
});
