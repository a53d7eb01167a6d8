import type { ScopedLogger } from "scopelog";
import { check, equal, inGroup, ok, skip } from "./check.ts";
import { books, recorder, world } from "./world.ts";

inGroup("using");

const { registry, root } = world();

check("the end of the block ends the scope", () => {
  let kept: ScopedLogger | undefined;
  {
    using log = registry.getScoped("block");
    kept = log;
    equal(log.disposed, false);
  }
  equal(kept.disposed, true);
});

check("an exception ends the scope on its way", () => {
  const diary: string[] = [];
  let caught: unknown;
  try {
    using log = registry.getScoped("throw", {}, { handlers: [recorder("h", diary)] });
    log.info("before");
    throw new Error("on purpose");
  } catch (error) {
    caught = error;
    equal(diary, ["h disposed"], "what was done before the catch");
  }
  equal((caught as Error).message, "on purpose");
});

check("an early return ends the scope", () => {
  const early = (scopes: ScopedLogger[]): string => {
    using log = registry.getScoped("return");
    scopes.push(log);
    if (scopes.length > 0) return log.id;
    return "never";
  };
  const scopes: ScopedLogger[] = [];
  ok(early(scopes).startsWith("return#"), "what is returned");
  equal(
    scopes.map(({ disposed }) => disposed),
    [true],
  );
});

check("each turn of a loop has a scope of its own: break, continue, for-of", () => {
  const scopes: ScopedLogger[] = [];
  for (let index = 0; index < 10; index++) {
    using log = registry.getScoped("loop", { index });
    equal(
      scopes.every(({ disposed }) => disposed),
      true,
      "all before have ended",
    );
    scopes.push(log);
    if (index < 2) continue;
    if (index === 4) break;
  }
  for (using log of [registry.getScoped("of"), registry.getScoped("of")]) scopes.push(log);
  equal(scopes.length, 7);
  equal(
    scopes.every(({ disposed }) => disposed),
    true,
    "all have ended",
  );
});

check("several in one block end in reverse", () => {
  const diary: string[] = [];
  {
    using _one = registry.getScoped("a", {}, { handlers: [recorder("a", diary)] });
    using two = registry.getScoped("b", {}, { handlers: [recorder("b", diary)] });
    using _three = two.scope("c", {}, { handlers: [recorder("c", diary)] });
  }
  equal(diary, ["c disposed", "b disposed", "a disposed"]);
});

check("a variable that a closure captures is disposed too", () => {
  let later: (() => boolean) | undefined;
  {
    using log = registry.getScoped("captured");
    later = () => log.disposed;
    equal(later(), false);
  }
  equal(later(), true);
});

check("an asynchronous function ends its scope after what it awaits", async () => {
  const work = async (log: ScopedLogger) => {
    await Promise.resolve();
    log.info("at work");
    return log.disposed;
  };
  const right = async () => {
    using log = registry.getScoped("async");
    return await work(log);
  };
  const early = async () => {
    using log = registry.getScoped("async");
    return work(log);
  };
  equal([await right(), await early()], [false, true]);
});

check("await using flushes, closes and waits", async () => {
  const diary: string[] = [];
  {
    await using log = registry.getScoped("await", {}, { handlers: [recorder("one", diary)] });
    log.use(recorder("two", diary));
  }
  equal(diary, ["two flushed", "two closed", "one flushed", "one closed"]);
});

check("await using waits when the block throws", async () => {
  const diary: string[] = [];
  let caught: unknown;
  try {
    await using _log = registry.getScoped("await", {}, { handlers: [recorder("h", diary)] });
    throw new Error("on purpose");
  } catch (error) {
    caught = error;
  }
  equal([(caught as Error).message, diary], ["on purpose", ["h flushed", "h closed"]]);
});

check("a generator that is left early ends its scope", () => {
  const scopes: ScopedLogger[] = [];
  function* numbers() {
    using log = registry.getScoped("generator");
    scopes.push(log);
    yield 1;
    yield 2;
  }
  for (const number of numbers()) if (number === 1) break;
  equal(
    scopes.map(({ disposed }) => disposed),
    [true],
  );
});

check("a configuration is for using as well", () => {
  const other = recorder();
  {
    using _other = registry.configure({ handlers: { other }, loggers: { "": { handlers: ["other"] } } });
    registry.getLogger().info("there");
  }
  registry.getLogger().info("here again");
  equal([other.messages, root.messages.at(-1)], [["there"], "here again"]);
});

check("the syntax is what this run says it is", () => {
  const form = (globalThis as { scopelogUsing?: string }).scopelogUsing;
  if (form === undefined) skip("nobody said");
  // A function shows its source: the runtime's own syntax is still in it, or it was lowered.
  const probe = () => {
    using _log = registry.getScoped("probe");
  };
  probe();
  equal(/using\s+\w+\s*=/.test(probe.toString()) ? "native" : "lowered", form);
});

check("the books add up", () => {
  equal(books(registry).live, 0);
});
