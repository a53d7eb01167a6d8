import { createRegistry, defaultRegistry, type Fields, getLogger, getScoped } from "scopelog";
import { check, equal, inGroup, ok, throwsCode } from "./check.ts";
import { books, recorder, world } from "./world.ts";

inGroup("scopes");

check("every call opens a new scope, with an id and fields of its own", () => {
  const { registry, root } = world();
  const [one, two] = [registry.getScoped("conn", { peer: "a" }), registry.getScoped("conn", { peer: "b" })];
  equal([one.id, two.id], ["conn#1", "conn#2"]);
  one.info("hello", { bytes: 3 });
  const [record] = root.records;
  equal(
    [record?.level, record?.message, record?.logger, record?.scope, record?.bound, record?.fields, record?.late],
    ["info", "hello", "conn", "conn#1", { peer: "a" }, { bytes: 3 }, false],
  );
  equal(
    [...registry.scopes()].map(({ id, fields, lines }) => [id, fields, lines]),
    [
      ["conn#1", { peer: "a" }, 1],
      ["conn#2", { peer: "b" }, 0],
    ],
  );
  one.dispose();
  two.dispose();
  equal([one.disposed, two.disposed, [...registry.scopes()].length], [true, true, 0]);
});

check("a scope inside another inherits name, fields and handlers, and ends alone", () => {
  const own = recorder();
  const { registry, root } = world();
  const outer = registry.getScoped("conn", { peer: "a" }, { handlers: [own] });
  const inner = outer.scope("req", { path: "/" });
  equal([inner.name, inner.id, inner.fields], ["conn.req", "conn.req#2", { peer: "a", path: "/" }]);
  equal([...registry.scopes()][1]?.parent, "conn#1", "the scope around");
  inner.info("m");
  inner.dispose();
  equal([own.messages, root.messages, outer.disposed, inner.disposed], [["m"], ["m"], false, true]);
  outer.dispose();
  throwsCode(() => outer.use(recorder()), "ERR_SCOPELOG_SCOPE_ENDED");
});

check("views need no end: with() and getChild()", () => {
  const { registry, root } = world();
  const log = registry.getScoped("conn", { peer: "a" });
  log.with({ user: 1 }).info("1");
  log.getChild("tls").warn("2");
  equal(
    root.records.map(({ logger, scope, bound }) => [logger, scope, bound]),
    [
      ["conn", "conn#1", { peer: "a", user: 1 }],
      ["conn.tls", "conn#1", { peer: "a" }],
    ],
  );
  log.dispose();
  equal(books(registry).live, 0);
});

check("log calls take a message, an error, both, or a function, and never throw", () => {
  const { registry, root } = world();
  const log = registry.getLogger("x");
  const error = new Error("bad");
  log.error("failed", error, { a: 1 });
  log.error(error);
  log.info(() => ["lazy", { b: 2 }]);
  log.trace(() => "only text");
  log.info("hostile", hostile());
  equal(
    root.records.slice(0, 4).map(({ message, error, fields }) => [message, error, fields]),
    [
      ["failed", error, { a: 1 }],
      ["bad", error, undefined],
      ["lazy", undefined, { b: 2 }],
      ["only text", undefined, undefined],
    ],
  );
});

function hostile(): Fields {
  const getPrototypeOf = () => {
    throw new Error("on purpose");
  };
  return new Proxy({}, { getPrototypeOf });
}

check("ending twice is ending once", async () => {
  const diary: string[] = [];
  const { registry } = world();
  const log = registry.getScoped("conn", {}, { handlers: [recorder("h", diary)] });
  log.dispose();
  log.dispose();
  await log.close();
  log[Symbol.dispose]();
  await log[Symbol.asyncDispose]();
  equal(diary, ["h disposed"]);
  equal([books(registry).disposed, books(registry).live], [1, 0]);
});

check("bad input is refused with a code, and opens nothing", () => {
  const registry = createRegistry();
  throwsCode(() => registry.getScoped(""), "ERR_SCOPELOG_NAME");
  throwsCode(() => registry.getScoped("a", 1 as never), "ERR_SCOPELOG_FIELDS");
  throwsCode(() => registry.getScoped("a", {}, { level: "loud" as never }), "ERR_SCOPELOG_LEVEL");
  throwsCode(() => registry.getScoped("a", {}, { handlers: [{} as never] }), "ERR_SCOPELOG_HANDLER");
  equal(registry.stats().opened, 0);
});

check("the registry of the process is one for all copies", () => {
  const shared = globalThis as { [key: symbol]: unknown };
  const registry = defaultRegistry();
  ok(shared[Symbol.for("scopelog/registry@1")] === registry, "it is at its symbol");
  const before = registry.stats().opened;
  getScoped("conn").dispose();
  equal(registry.stats().opened, before + 1);
  ok(!("dispose" in getLogger("conn")), "an ordinary logger has no end");
});
