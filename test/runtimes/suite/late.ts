import { check, equal, inGroup } from "./check.ts";
import { recorder, world } from "./world.ts";

inGroup("late lines");

check("go to what the scope inherited, marked, counted, and told once", () => {
  const own = recorder();
  const { registry, root, told } = world();
  const log = registry.getScoped("conn", { peer: "a" }, { handlers: [own] });
  log.dispose();
  log.info("1");
  log.with({ x: 1 }).info("2");
  equal(own.messages, []);
  equal(
    root.records.map(({ late, message, scope }) => [late, message, scope]),
    [
      [true, "1", "conn#1"],
      [true, "2", "conn#1"],
    ],
  );
  equal([registry.stats().late, told], [2, ["SCOPELOG_WARN_LATE"]]);
});

check("go to the scope around that lives", () => {
  const around = recorder();
  const { registry } = world();
  using outer = registry.getScoped("conn", {}, { handlers: [around] });
  const inner = outer.scope("req");
  inner.dispose();
  inner.warn("late");
  equal(
    around.records.map(({ late }) => late),
    [true],
  );
});

check("an ended scope is not mistaken for the next tenant of its cell", () => {
  const { registry, root } = world();
  const one = registry.getScoped("conn");
  one.dispose();
  const two = registry.getScoped("conn");
  one.dispose();
  one.info("late");
  two.info("in time");
  equal([one.disposed, two.disposed], [true, false]);
  equal(
    root.records.map(({ scope, late }) => [scope, late]),
    [
      ["conn#1", true],
      ["conn#2", false],
    ],
  );
  two.dispose();
});
