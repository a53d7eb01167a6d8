import plugin from "scopelog/eslint";
import { ruleTester } from "./rule-tester.ts";

const imports = 'import { getLogger, getScoped } from "scopelog";\n';
const open = 'using log = getScoped("a");';

/** What is returned, inside an async function with a scope; `await` is to be put where the mark `¤` is. */
function floating(body: string, name = "log") {
  const code = (text: string) => `${imports}async function f(x) { ${text} }`;
  return {
    code: code(body.replaceAll("¤", "")),
    output: code(body.replaceAll("¤", "await ")),
    errors: [...body.matchAll(/¤/g)].map(() => ({ messageId: "floating", data: { name } })),
  };
}

ruleTester().run("no-floating-return", plugin.rules["no-floating-return"] as never, {
  valid: [
    `async function f() { ${open} return await work(log); }`,
    `async function f() { ${open} await work(log); return 1; }`,
    `async function f() { ${open} return await work(log).then(() => log.info("x")); }`,
    // Nothing of the scope is in it.
    `async function f() { ${open} log.info("x"); return other(); }`,
    `async function f(log2) { ${open} return other(log2); }`,
    // Not over yet: the scope is of a block that was left, or of another function.
    `async function f() { { ${open} log.info("x"); } const log = getLogger(); return work(log); }`,
    `async function f() { ${open} const g = async () => { return work(1); }; await g(); }`,
    `async function f() { ${open} await each(async (x) => { return work(log, x); }); }`,
    // No work comes back.
    `async function f() { ${open} return log.isEnabled("debug"); }`,
    `async function f() { ${open} return log.with({ a: 1 }); }`,
    `async function f() { ${open} return JSON.stringify(log.fields); }`,
    `async function f() { ${open} return String(log); }`,
    `async function f() { ${open} return new Thing(log); }`,
    `async function f() { ${open} return log.id; }`,
    // What was awaited is there.
    `async function f() { ${open} return (await work(log)).map((x) => x + 1); }`,
    // A function that is not async cannot wait; an async generator waits by itself.
    `function f() { ${open} return work(log); }`,
    `async function* f() { ${open} return work(log); }`,
    // Not a scope of ours.
    "async function f() { using file = open(); return work(file); }",
    'async function f() { const log = getLogger("a"); return work(log); }',
  ].map((code) => ({ code: imports + code })),
  invalid: [
    floating(`${open} return ¤work(log);`),
    floating('await using log = getScoped("a"); return ¤work(log);'),
    floating('using scope = getScoped("a").until(x); return ¤work(scope);', "scope"),
    floating('using inner = x.log.scope("b"); return ¤work({ log: inner });', "inner"),
    floating("using log = x.open(); return ¤work(log);"),
    floating(`${open} if (x) { return ¤work(log); } return 1;`),
    floating(`${open} try { return ¤work(log); } catch { return undefined; }`),
    floating(`${open} return x ? ¤work(log) : undefined;`),
    floating(`${open} return x ? ¤work(log) : ¤other(1, log);`),
    floating(`${open} return x ?? ¤work(log);`),
    floating(`${open} return x.service.work(1, [log]);`.replace("return ", "return ¤")),
    // In something that has it in it.
    floating(`${open} return ¤work(() => log.info("x"));`),
    floating(`${open} return ¤work().then((y) => log.info("x", { y }));`),
    floating(`${open} return ¤work().catch((error) => { log.error(error); throw error; });`),
    floating(`${open} return ¤work(log).then((y) => y + 1);`),
    floating(`${open} return ¤Promise.all([1, 2].map((y) => work(y, log)));`),
    floating(`${open} return ¤new Promise((resolve) => { log.info("x"); resolve(); });`),
    floating(`${open} const child = log.with({ a: 1 }); return ¤work(child);`),
    floating(`${open} const child = log.getChild("b").with({ a: 1 }); return ¤work(child);`),
    floating(`${open} const options = { log, x }; return ¤work(options);`),
    floating(`${open} const done = () => log.info("x"); return ¤work(done);`),
    floating(`${open} async function inner() { log.info("x"); } return ¤inner();`),
    floating(
      `${open} const inner = async () => { const deep = () => log.info("x"); await x(deep); }; return ¤inner();`,
    ),
    floating(`${open} return ¤(async () => { log.info("x"); })();`),
    floating(`${open} const job = { log, run() {} }; return ¤job.run();`),
    floating(`${open} return ¤log.run(() => work());`),
    floating(`${open} return ¤log.run(async () => { log.info("x"); });`),
    {
      code: `${imports}const f = async () => { ${open} return work(log); };`,
      output: `${imports}const f = async () => { ${open} return await work(log); };`,
      errors: [{ messageId: "floating" }],
    },
    {
      code: `${imports}class A { async f() { ${open} return this.work(log); } }`,
      output: `${imports}class A { async f() { ${open} return await this.work(log); } }`,
      errors: [{ messageId: "floating" }],
    },
    {
      code: "async function f(x) { using tracer = x.open(); return work(tracer); }",
      output: "async function f(x) { using tracer = x.open(); return await work(tracer); }",
      options: [{ names: ["tracer"] }],
      errors: [{ messageId: "floating", data: { name: "tracer" } }],
    },
  ],
});
