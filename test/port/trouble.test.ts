import type { Problem } from "scopelog";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { hear, processTrouble, quietMs, Trouble, warn } from "../../src/port/trouble.ts";
import { collectUntil } from "../support/gc.ts";

const code = "SCOPELOG_WARN_HANDLER_FAILED";

describe("Trouble", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"] }));
  afterEach(() => void vi.useRealTimers());

  function listened(): { trouble: Trouble; heard: Problem[] } {
    const heard: Problem[] = [];
    return { trouble: new Trouble((problem) => heard.push(problem)), heard };
  }

  test("tells a problem with its cause, if there is one", () => {
    const { trouble, heard } = listened();
    trouble.report(code, "one", { key: "a", cause: undefined });
    trouble.report(code, "two", { key: "b" });
    expect(heard).toEqual([
      { code, message: "one", count: 1, cause: undefined },
      { code, message: "two", count: 1 },
    ]);
    expect(heard.map((problem) => "cause" in problem)).toEqual([true, false]);
  });

  test("tells one kind once in its quiet time, and counts the others into the next", () => {
    const { trouble, heard } = listened();
    for (let n = 0; n < 5; n++) trouble.report(code, `m${n}`);
    expect(heard.map(({ message, count }) => [message, count])).toEqual([["m0", 1]]);
    vi.advanceTimersByTime(quietMs - 1);
    trouble.report(code, "still quiet");
    expect(heard).toHaveLength(1);
    vi.advanceTimersByTime(1);
    trouble.report(code, "again");
    expect(heard.at(-1)).toMatchObject({ message: "again", count: 6 });
    vi.advanceTimersByTime(quietMs);
    trouble.report(code, "later");
    expect(heard.at(-1)).toMatchObject({ message: "later", count: 1 });
  });

  test("keeps kinds apart by code and key", () => {
    const { trouble, heard } = listened();
    trouble.report(code, "1");
    trouble.report(code, "2", { key: "a" });
    trouble.report(code, "3", { key: "b" });
    trouble.report("SCOPELOG_WARN_LATE", "4", { key: "a" });
    trouble.report(code, "5", { key: "a" });
    expect(heard.map(({ message }) => message)).toEqual(["1", "2", "3", "4"]);
  });

  test("is not silenced by a clock that was set back", () => {
    const { trouble, heard } = listened();
    trouble.report(code, "now");
    vi.setSystemTime(Date.now() - 24 * 3600_000);
    trouble.report(code, "yesterday");
    expect(heard).toHaveLength(2);
  });

  test("lets its memory go instead of growing with a flood of keys", () => {
    const { trouble, heard } = listened();
    for (let n = 0; n < 10_000; n++) trouble.report(code, "m", { key: String(n) });
    expect(heard).toHaveLength(10_000);
    trouble.report(code, "first again", { key: "0" });
    expect(heard).toHaveLength(10_001);
  });

  test("does not tell what arises while it tells, and goes on afterwards", () => {
    let depth = 0;
    let told = 0;
    const trouble: Trouble = new Trouble(() => {
      told++;
      expect(++depth).toBe(1);
      trouble.report("SCOPELOG_WARN_DROPPED", "from within");
      depth--;
    });
    trouble.report(code, "one", { key: "1" });
    trouble.report(code, "two", { key: "2" });
    expect(told).toBe(2);
  });

  test("never throws what its listener throws, and tells the next one again", () => {
    let told = 0;
    const trouble = new Trouble(() => {
      told++;
      throw new Error("bad listener");
    });
    trouble.report(code, "one", { key: "1" });
    trouble.report(code, "two", { key: "2" });
    expect(told).toBe(2);
  });

  test("listen() returns the listener before, and undefined goes back to the runtime's warnings", () => {
    const emitted = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
    const first = vi.fn();
    const trouble = new Trouble(first);
    expect(trouble.listened).toBe(true);
    expect(trouble.listen(undefined)).toBe(first);
    expect(trouble.listened).toBe(false);
    trouble.report(code, "a warning");
    expect(first).not.toHaveBeenCalled();
    expect(emitted).toHaveBeenCalledWith("a warning", { type: "ScopelogWarning", code });
    emitted.mockRestore();
  });
});

describe("warn", () => {
  test("says how many there were", () => {
    const emitted = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
    warn({ code, message: "m", count: 3 });
    expect(emitted).toHaveBeenCalledWith("m (3 times)", { type: "ScopelogWarning", code });
    emitted.mockRestore();
  });

  describe("of what threw", () => {
    const failed = "SCOPELOG_WARN_HANDLER_FAILED";
    const details = (cause: unknown, problem: Partial<Problem> = {}) => {
      const emitted = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
      warn({ code: failed, message: "m", count: 1, cause, ...problem });
      const [, options] = emitted.mock.calls[0] as unknown as [string, { detail?: string }];
      emitted.mockRestore();
      return options.detail;
    };

    test("says what it was, and where", () => {
      const error = new TypeError("no luck");
      expect(details(error)).toBe(error.stack);
      expect(details(error)).toContain("trouble.test.ts");
      expect(details(error, { code: "SCOPELOG_WARN_CLOSE_FAILED" })).toBe(error.stack);
      // An option that is a function, and threw.
      expect(details(error, { code: "SCOPELOG_WARN_IGNORED" })).toBe(error.stack);
      expect(details("a text")).toBe("a text");
      expect(details(null)).toBe("null");
      expect(details(undefined)).toBeUndefined();
    });

    test("is not obeyed by a terminal, and bounded", () => {
      const error = Object.assign(new Error(), { stack: "Error: \u001b[31m\u202e\n    at here" });
      expect(details(error)).toBe("Error: \\x1b[31m\\u202e\n    at here");
      expect(details(Object.assign(new Error(), { stack: "x".repeat(1e6) }))).toHaveLength(2000);
    });

    test("is told whatever its stack is", () => {
      const hostile = Object.defineProperty(new Error("m"), "stack", {
        get() {
          throw new Error("not that either");
        },
      });
      expect(details(hostile)).toBe("m");
      expect(details(Object.assign(new Error("m"), { stack: 5 }))).toBe("m");
    });

    test("is left to the message of other problems, which say why", () => {
      expect(details(new Error("c"), { code: "SCOPELOG_WARN_TRANSPORT" })).toBeUndefined();
    });

    test("goes to the console where there is no process", () => {
      const { process } = globalThis;
      const warned = vi.spyOn(console, "warn").mockImplementation(() => {});
      vi.stubGlobal("process", undefined);
      try {
        warn({ code: failed, message: "m", count: 1, cause: "thrown" });
      } finally {
        vi.stubGlobal("process", process);
        vi.unstubAllGlobals();
      }
      expect(warned).toHaveBeenCalledWith(`ScopelogWarning [${failed}]: m\nthrown`);
      warned.mockRestore();
    });
  });

  test("uses the console where there is no process", () => {
    const { process } = globalThis;
    const warned = vi.spyOn(console, "warn").mockImplementation(() => {});
    vi.stubGlobal("process", undefined);
    try {
      warn({ code, message: "m", count: 1 });
    } finally {
      vi.stubGlobal("process", process);
      vi.unstubAllGlobals();
    }
    expect(warned).toHaveBeenCalledWith(`ScopelogWarning [${code}]: m`);
    warned.mockRestore();
  });
});

describe("processTrouble", () => {
  test("is told to every trouble that has a listener, with its cause, else to the runtime", () => {
    const emitted = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
    const heard: Problem[] = [];
    const one = new Trouble((problem) => heard.push(problem));
    const two = new Trouble((problem) => heard.push(problem));
    const deaf = new Trouble();
    for (const trouble of [one, two, deaf, one]) hear(trouble);
    const cause = new Error("c");
    processTrouble.report("SCOPELOG_WARN_TRANSPORT", "lost", { key: "1", cause });
    expect(heard).toEqual([
      { code: "SCOPELOG_WARN_TRANSPORT", message: "lost", count: 1, cause },
      { code: "SCOPELOG_WARN_TRANSPORT", message: "lost", count: 1, cause },
    ]);
    expect(emitted).not.toHaveBeenCalled();
    one.listen(undefined);
    two.listen(undefined);
    processTrouble.report("SCOPELOG_WARN_TRANSPORT", "lost again", { key: "2" });
    expect(heard).toHaveLength(2);
    expect(emitted).toHaveBeenCalledTimes(1);
    emitted.mockRestore();
  });

  test("keeps nobody alive who wants to hear", async () => {
    const listening = (): WeakRef<Trouble> => {
      const trouble = new Trouble(() => {});
      hear(trouble);
      return new WeakRef(trouble);
    };
    const references = Array.from({ length: 20 }, listening);
    await collectUntil(() => references.every((reference) => reference.deref() === undefined), "all troubles gone");
  });
});
