// Whether a scope and a line cost the same at the end of a long life as at its beginning.
import { configure, getLogger, getScoped, jsonFormatter } from "scopelog";
import { measureAgainstLoop, tell } from "../measure.mjs";

configure({ forgotten: { report: "silent" }, budget: { scopes: Number.POSITIVE_INFINITY } });
const quick = process.argv.includes("--quick");
const calls = quick ? 5_000 : 50_000;
const rounds = quick ? 3 : 45;
const format = jsonFormatter();
let bytes = 0;
const counting = { handle: (record) => void (bytes += format.format(record).length) };
const rows = [];

async function point(series, x, contestants) {
  const figures = await measureAgainstLoop(contestants, { calls, rounds, warmUp: 5 });
  rows.push({ suite: "growth", series, x, unit: "ns", ...figures });
}

const openAndEnd = (id) => getScoped("conn", { id, peer: "127.0.0.1:4242" }).dispose();

{
  const configuration = configure({ loggers: { "": { handlers: ["count"] } }, handlers: { count: counting } });
  let opened = 0;
  for (const target of [1, 10_000, 100_000, 1_000_000]) {
    for (; opened < target; opened++) openAndEnd(opened);
    const log = getLogger("line");
    await point("scopes opened before", target, { scope: openAndEnd, line: () => log.info("request completed") });
  }
  configuration[Symbol.dispose]();
}
for (const alive of [1, 100, 10_000, 100_000]) {
  const kept = Array.from({ length: alive }, (_, id) => getScoped("kept", { id }));
  await point("scopes alive", alive, { scope: openAndEnd });
  for (const scope of kept) scope.dispose();
}
for (const categories of [1, 10, 100, 1000]) {
  const loggers = Object.fromEntries(
    Array.from({ length: categories }, (_, index) => [`a.b${index}`, { level: "info" }]),
  );
  const configuration = configure({
    loggers: { ...loggers, "": { handlers: ["count"] } },
    handlers: { count: counting },
  });
  const log = getLogger("a.b0.c");
  await point("categories configured", categories, {
    scope: (id) => getScoped("a.b0.c", { id }).dispose(),
    line: () => log.info("request completed"),
  });
  configuration[Symbol.dispose]();
}
for (const count of [1, 5, 10, 25, 50]) {
  const configuration = configure({ loggers: { "": { handlers: ["count"] } }, handlers: { count: counting } });
  const fields = Object.fromEntries(Array.from({ length: count }, (_, index) => [`field${index}`, `value ${index}`]));
  const log = getScoped("bound", fields);
  await point("bound fields", count, {
    line: () => log.info("request completed"),
    "scope + line": () => {
      const scope = getScoped("bound", fields);
      scope.info("request completed");
      scope.dispose();
    },
  });
  log.dispose();
  configuration[Symbol.dispose]();
}
// As long as all would have taken while the machine was at its fastest.
const fastest = Math.min(...rows.map(({ reference }) => reference));
const figures = rows.map(({ suite, series, x, unit, reference, ...quotients }) => {
  const times = Object.entries(quotients).map(([name, quotient]) => [name, quotient * fastest]);
  return { suite, series, x, unit, ...Object.fromEntries(times) };
});
tell(figures);
process.exit(0);
