import { check, equal, inGroup, ok, skip } from "./check.ts";
import { turn } from "./gc.ts";
import { world } from "./world.ts";

inGroup("ambient context");

const follows = "process" in globalThis;

check("run() is around the call: currentLogger(), fields of lines and new scopes", () => {
  const { registry, root } = world();
  using log = registry.getScoped("req", { id: 1 });
  const answer = log.run(() => {
    ok(registry.currentLogger() === log, "the current logger is the scope");
    registry.getLogger("db").info("query");
    using inner = registry.getScoped("tx", { n: 2 });
    inner.info("begun");
    return 42;
  });
  equal(answer, 42);
  equal(registry.currentLogger().name, "", "the current logger afterwards");
  equal(
    root.records.map(({ bound, fields }) => ({ ...bound, ...fields })),
    [{ id: 1 }, { id: 1, n: 2 }],
  );
});

check("the innermost counts, also after an exception", () => {
  const { registry } = world();
  using outer = registry.getScoped("outer");
  using inner = registry.getScoped("inner");
  outer.run(() => {
    try {
      inner.run(() => {
        throw new Error("on purpose");
      });
    } catch {
      // Only who is current then is of interest.
    }
    ok(registry.currentLogger() === outer, "the outer one is current again");
  });
  equal(registry.currentLogger().name, "");
});

check("an error that leaves run() remembers the fields", () => {
  const { registry, root } = world();
  using log = registry.getScoped("req", { id: 7 });
  try {
    log.run(() => {
      throw new Error("on purpose");
    });
  } catch (error) {
    registry.getLogger().error("caught", error);
  }
  equal(root.records[0]?.fields, { id: 7 });
});

check("it follows what run() starts: promises, timers", async () => {
  const { registry } = world();
  using one = registry.getScoped("one");
  using two = registry.getScoped("two");
  const names = async () => {
    const seen = [registry.currentLogger().name];
    await Promise.resolve();
    seen.push(registry.currentLogger().name);
    await turn();
    seen.push(registry.currentLogger().name);
    return seen;
  };
  const both = await Promise.all([one.run(names), two.run(names)]);
  if (follows)
    equal(both, [
      ["one", "one", "one"],
      ["two", "two", "two"],
    ]);
  else {
    equal(both, [
      ["one", "", ""],
      ["two", "", ""],
    ]);
    skip("no AsyncLocalStorage: the context reaches as far as the synchronous call, and is never a wrong one");
  }
});

check("a context of one's own is taken", () => {
  const frames: string[] = [];
  const { registry } = world({
    context: {
      current: () => undefined,
      run: (frame, fn) => {
        frames.push(frame.name);
        return fn();
      },
    },
  });
  using log = registry.getScoped("req");
  log.run(() => {});
  equal(frames, ["req"]);
});
