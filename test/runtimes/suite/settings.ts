import { shutdown } from "scopelog";
import { check, equal, inGroup, throwsCode } from "./check.ts";
import { books, recorder, world } from "./world.ts";

inGroup("levels and configuration");

check("levels are inherited along the dots, and by the scopes inside", () => {
  const { registry } = world({ loggers: { net: { level: "warn" }, "net.http": { level: "debug" } } });
  equal(
    ["net", "net.tcp", "net.http", "net.http.keep"].map((name) => registry.getLogger(name).level),
    ["warn", "warn", "debug", "debug"],
  );
  using log = registry.getScoped("net", {}, { level: "error" });
  using inner = log.scope("inner");
  equal([log.isEnabled("warn"), inner.isEnabled("warn"), inner.isEnabled("error")], [false, false, true]);
});

check("a new configuration reaches loggers, views and scopes that are there already", () => {
  const { registry, root } = world({ loggers: { conn: { level: "error" } } });
  const logger = registry.getLogger("conn");
  using log = registry.getScoped("conn");
  const view = log.with({ x: 1 });
  for (const one of [logger, log, view]) one.info("off");
  const other = recorder();
  const configuration = registry.configure({
    handlers: { other },
    loggers: { "": { level: "trace", handlers: ["other"] } },
  });
  for (const one of [logger, log, view]) one.info("on");
  configuration[Symbol.dispose]();
  for (const one of [logger, log, view]) one.info("off");
  equal([root.messages, other.messages], [[], ["on", "on", "on"]]);
});

check("levels can be set from outside: one scope, a category, all below", () => {
  const { registry } = world();
  using one = registry.getScoped("conn");
  using two = registry.getScoped("conn");
  equal(registry.setLevel(one.id, "fatal"), 1);
  equal([one.level, two.level], ["fatal", "trace"]);
  equal(registry.setLevel("conn.*", "warn"), 2);
  equal([two.level, registry.getLogger("conn.tls").level], ["warn", "warn"]);
  registry.setLevel("conn.*", undefined);
  registry.setLevel(one.id, undefined);
  equal([one.level, two.level], ["trace", "trace"]);
  throwsCode(() => registry.setLevel("#", "info"), "ERR_SCOPELOG_TARGET");
});

check("a mistake in a configuration names the key, and changes nothing", () => {
  const { registry, root } = world();
  throwsCode(() => registry.configure({ logers: {} } as never), "ERR_SCOPELOG_CONFIG_KEY");
  throwsCode(() => registry.configure({ loggers: { a: { handlers: ["none"] } } }), "ERR_SCOPELOG_CONFIG_HANDLER");
  throwsCode(() => registry.configure({ loggers: { a: { level: "loud" as never } } }), "ERR_SCOPELOG_LEVEL");
  registry.getLogger().info("m");
  equal(root.messages, ["m"]);
});

check("the environment may be asked where there is none", () => {
  const { registry, root } = world({ env: true });
  registry.getLogger().fatal("m");
  equal(root.messages, ["m"]);
});

inGroup("shutdown");

check("ends scopes and configurations, flushes and closes, once", async () => {
  const diary: string[] = [];
  const handler = recorder("configured", diary);
  const { registry } = world({ handlers: { handler } });
  const log = registry.getScoped("conn", {}, { handlers: [recorder("own", diary)] });
  await Promise.all([registry.shutdown(), registry.shutdown()]);
  equal(log.disposed, true);
  equal(diary, ["own flushed", "own closed", "configured flushed", "configured closed"]);
  equal([books(registry).shutdown, books(registry).live], [1, 0]);
  await registry.shutdown();
  equal(diary.length, 4);
});

check("of the registry of the process", async () => {
  await shutdown();
});
