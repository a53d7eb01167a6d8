import plugin from "scopelog/eslint";
import { ruleTester } from "./rule-tester.ts";

const imports = 'import { getLogger, getScoped } from "scopelog";\n';

/** A case whose only error is a missing `using`, which is fixed as `output`, or suggested as `suggestions`. */
function bind(code: string, name: string, rest: { output?: string; suggestions?: [string, string][] } = {}) {
  const suggestions = rest.suggestions?.map(([messageId, output]) => ({ messageId, output: imports + output }));
  return {
    code: imports + code,
    output: rest.output === undefined ? null : imports + rest.output,
    errors: [{ messageId: "bind", data: { name }, ...(suggestions === undefined ? {} : { suggestions }) }],
  };
}

function lost(code: string, text: string) {
  return { code: imports + code, output: null, errors: [{ messageId: "lost", data: { text } }] };
}

ruleTester().run("require-using", plugin.rules["require-using"] as never, {
  valid: [
    'function f() { using log = getScoped("a"); log.info("x"); }',
    'async function f() { await using log = getScoped("a"); log.info("x"); }',
    'for (using log = getScoped("a"); ; ) log.info("x");',
    'using log = getScoped("of the module");',
    'function open() { return getScoped("a"); }',
    'const open = () => getScoped("a");',
    'const open = (big) => (big ? getScoped("big") : getScoped("small"));',
    'function* open() { yield getScoped("a"); }',
    'function open() { return { log: getScoped("a"), others: [getScoped("b")] }; }',
    'function open() { const log = getScoped("a"); log.info("opened"); return log; }',
    'function open() { const log = getScoped("a"); return { log, at: 1 }; }',
    'function f(socket) { getScoped("a").until(socket).info("x"); }',
    'function f(socket) { const log = getScoped("a").until(socket); log.info("x"); }',
    'function f(socket) { const log = getScoped("a"); log.until(socket); }',
    'function f(socket) { const log = getScoped("a")?.until(socket); }',
    'function f(stack) { const log = stack.use(getScoped("a")); }',
    'function f(stack) { const log = getScoped("a"); stack.use(log); }',
    'function f(stack) { stack.adopt(getScoped("a"), (log) => log.dispose()); }',
    'function f() { const log = getScoped("a"); try { log.info("x"); } finally { log.dispose(); } }',
    'async function f() { let log; try { log = getScoped("a"); } finally { await log?.close(); } }',
    'function f() { const log = getScoped("a"); using same = log; }',
    'function f() { getScoped("a").dispose(); }',
    'async function f() { await getScoped("a").close(); }',
    'class A { constructor() { this.log = getScoped("a"); } [Symbol.dispose]() { this.log.dispose(); } }',
    'class A { #log = getScoped("a"); close() { this.#log.dispose(); } }',
    'class A { start() { this.#log = getScoped("a"); } #log; dispose = () => this.#log?.dispose(); }',
    'class A { constructor() { const log = getScoped("a"); this.log = log; } async [Symbol.asyncDispose]() {} }',
    {
      code: 'class A { log = getScoped("a"); onModuleDestroy() { this.log.dispose(); } }',
      options: [{ disposeMethods: ["onModuleDestroy"] }],
    },
    // Loggers without an end.
    'const log = getLogger("a"); const child = log.with({ b: 1 }).getChild("c"); child.info("x");',
    // Not ours.
    "const { fork } = process; const child = cluster.fork(); const scope = angular.scope();",
    'import { getScoped as other } from "elsewhere"; const x = other("a");',
    'function f(getScoped) { const x = getScoped("a"); }',
  ].map((test) => (typeof test === "string" ? { code: imports + test } : { ...test, code: imports + test.code })),
  invalid: [
    bind('function f() { const log = getScoped("a"); log.info("x"); }', "log", {
      output: 'function f() { using log = getScoped("a"); log.info("x"); }',
    }),
    bind('async function f() { const log = getScoped("a", { b: 1 }); await work(log); log.ok(); }', "log", {
      output: 'async function f() { using log = getScoped("a", { b: 1 }); await work(log); log.ok(); }',
    }),
    bind('async function f() { const log = getScoped("a"); return await work(log); }', "log", {
      output: 'async function f() { using log = getScoped("a"); return await work(log); }',
    }),
    bind('if (big) { const log = big ? getScoped("a") : undefined; log?.info("x"); }', "log", {
      output: 'if (big) { using log = big ? getScoped("a") : undefined; log?.info("x"); }',
    }),
    bind('class A { static { const log = getScoped("a"); log.info("x"); } }', "log", {
      output: 'class A { static { using log = getScoped("a"); log.info("x"); } }',
    }),
    // The end of the block may be too early: a suggestion, not a fix.
    bind('function f(s) { const log = getScoped("a"); s.on("data", () => log.info("x")); }', "log", {
      suggestions: [["useUsing", 'function f(s) { using log = getScoped("a"); s.on("data", () => log.info("x")); }']],
    }),
    bind('async function f() { const log = getScoped("a"); return work(log); }', "log", {
      suggestions: [
        ["useUsing", 'async function f() { using log = getScoped("a"); return work(log); }'],
        ["useAwaitUsing", 'async function f() { await using log = getScoped("a"); return work(log); }'],
      ],
    }),
    bind('function f(state) { const log = getScoped("a"); state.log = log; }', "log", {
      suggestions: [["useUsing", 'function f(state) { using log = getScoped("a"); state.log = log; }']],
    }),
    bind('function f() { const log = getScoped("a"); start({ log }); }', "log", {
      suggestions: [["useUsing", 'function f() { using log = getScoped("a"); start({ log }); }']],
    }),
    // No place for using.
    bind('const log = getScoped("a"); log.info("x");', "log"),
    bind('export const log = getScoped("a");', "log"),
    bind('function f() { let log = getScoped("a"); log.info("x"); }', "log"),
    bind('function f() { const log = getScoped("a"), n = 1; log.info("x", { n }); }', "log"),
    bind('switch (x) { case 1: const log = getScoped("a"); log.info("x"); }', "log"),
    bind('for (const log = getScoped("a"); ; ) log.info("x");', "log"),
    bind('let log; function f() { log = getScoped("a"); }', "log"),
    bind('function f(res) { res.locals.log = getScoped("a"); }', "res.locals.log"),
    // dispose() is not reached when what comes before it throws.
    bind('function f() { const log = getScoped("a"); work(log); log.dispose(); }', "log", {
      output: 'function f() { using log = getScoped("a"); work(log); log.dispose(); }',
    }),
    // Other ways to open one.
    bind('function f(registry) { const x = registry.getScoped("a"); }', "x", {
      output: 'function f(registry) { using x = registry.getScoped("a"); }',
    }),
    bind('function f(log) { const inner = log.scope("b"); }', "inner", {
      output: 'function f(log) { using inner = log.scope("b"); }',
    }),
    bind("function f(req) { const held = req.log.fork(); }", "held", {
      output: "function f(req) { using held = req.log.fork(); }",
    }),
    bind('const app = getLogger("app"); function f() { const x = app.with({ a: 1 }).scope("b"); }', "x", {
      output: 'const app = getLogger("app"); function f() { using x = app.with({ a: 1 }).scope("b"); }',
    }),
    bind('class A { f() { const x = this.logger.scope("b"); } }', "x", {
      output: 'class A { f() { using x = this.logger.scope("b"); } }',
    }),
    {
      code: "function f(tracer) { const x = tracer.scope('b'); }",
      output: "function f(tracer) { using x = tracer.scope('b'); }",
      options: [{ names: ["tracer"] }],
      errors: [{ messageId: "bind" }],
    },
    {
      code: 'import { getScoped as open } from "scopelog"; function f() { const x = open("a"); }',
      output: 'import { getScoped as open } from "scopelog"; function f() { using x = open("a"); }',
      errors: [{ messageId: "bind" }],
    },
    {
      code: 'import * as scopelog from "scopelog"; function f() { const x = scopelog.getScoped("a"); }',
      output: 'import * as scopelog from "scopelog"; function f() { using x = scopelog.getScoped("a"); }',
      errors: [{ messageId: "bind" }],
    },
    {
      code: 'const { getScoped: open } = require("scopelog"); function f() { const x = open("a"); }',
      output: 'const { getScoped: open } = require("scopelog"); function f() { using x = open("a"); }',
      languageOptions: { sourceType: "commonjs" },
      errors: [{ messageId: "bind" }],
    },
    {
      code: 'import { getScoped } from "#log"; function f() { const x = getScoped("a"); }',
      output: 'import { getScoped } from "#log"; function f() { using x = getScoped("a"); }',
      options: [{ modules: ["#log"] }],
      errors: [{ messageId: "bind" }],
    },
    // Nobody has it.
    lost('getScoped("a");', 'getScoped("a")'),
    lost('getScoped("a").info("x");', 'getScoped("a")'),
    lost('function f() { const log = getScoped("a").with({ b: 1 }); }', 'getScoped("a")'),
    lost('work(getScoped("a"));', 'getScoped("a")'),
    lost('function f(log = getScoped("a")) {}', 'getScoped("a")'),
    lost('const { id } = getScoped("a");', 'getScoped("a")'),
    lost('getScoped("a").run(() => work());', 'getScoped("a")'),
    lost('void getScoped("a");', 'getScoped("a")'),
    lost('export default getScoped("a");', 'getScoped("a")'),
    lost(
      'work(getScoped("a long name", {\n  first: 1, second: 2, third: 3, fourth: 4 }));',
      'getScoped("a long name", { first: 1, second: 2, third: 3,...',
    ),
    // Kept by an object that cannot end it.
    {
      code: `${imports}class A { log = getScoped("a"); }`,
      output: null,
      errors: [{ messageId: "field", data: { name: "log" } }],
    },
    {
      code: `${imports}class A { constructor() { this.#log = getScoped("a"); } #log; }`,
      output: null,
      errors: [{ messageId: "field", data: { name: "log" } }],
    },
  ],
});
