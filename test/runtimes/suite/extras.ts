import { check, equal, inGroup, ok } from "./check.ts";
import { world } from "./world.ts";

inGroup("buffer and summary");

check("finer lines are held, and written in order when it goes wrong", () => {
  const { registry, root } = world();
  {
    using log = registry.getScoped("req", {}, { buffer: { until: "error" } });
    log.debug("1");
    log.info("2", { a: 1 });
    equal(root.messages, []);
    ok(registry.stats().buffered > 0, "the buffer is counted");
    log.error("3");
    log.info("4");
  }
  equal(root.messages, ["1", "2", "3", "4"]);
  equal(registry.stats().buffered, 0, "bytes in buffers");
});

check("they go with a scope that went well, and come by fail()", () => {
  const { registry, root } = world();
  {
    using log = registry.getScoped("req", {}, { buffer: { until: "error", limit: 2 } });
    log.info("well");
  }
  equal(root.messages, []);
  {
    using log = registry.getScoped("req", {}, { buffer: { until: "error", limit: 2 } });
    for (const message of ["1", "2", "3"]) log.info(message);
    log.fail(new Error("on purpose"));
  }
  equal(root.messages, ["2", "3"]);
});

check("the summary tells duration, outcome and counts", () => {
  const { registry, root } = world();
  {
    using log = registry.getScoped("req", { id: 1 }, { summary: true });
    log.info("1");
    log.info("2");
    log.warn("3");
    log.ok({ status: 200 });
  }
  const { message, level, fields = {} } = root.records.at(-1) ?? {};
  const { durationMs, ...rest } = fields;
  equal([message, level, rest], ["req ended", "info", { outcome: "ok", lines: { info: 2, warn: 1 }, status: 200 }]);
  ok(typeof durationMs === "number" && durationMs >= 0, "the duration is a number");
  {
    using log = registry.getScoped("req", {}, { summary: true });
    log.fail(new Error("on purpose"));
  }
  const last = root.records.at(-1);
  equal([last?.level, last?.fields?.["outcome"], String(last?.error)], ["error", "error", "Error: on purpose"]);
});
