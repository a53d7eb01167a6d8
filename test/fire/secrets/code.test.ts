import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { parseAst } from "vite";
import { describe, expect, test } from "vitest";
import type { pageHtml } from "../../../src/cli/report/page-html.ts";
import { filesBelow, root, textOf } from "../../support/repo.ts";

type Node = { readonly type: string } & Readonly<Record<string, unknown>>;

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && typeof (value as Partial<Node>).type === "string";
}

function* nodesOf(value: unknown): Generator<Node> {
  if (Array.isArray(value)) for (const item of value) yield* nodesOf(item);
  else if (isNode(value)) {
    yield value;
    for (const part of Object.values(value)) yield* nodesOf(part);
  }
}

const nameOf = (node: unknown) => (isNode(node) && node.type === "Identifier" ? String(node["name"]) : undefined);
const propertyOf = (node: unknown) =>
  isNode(node) && node.type === "MemberExpression" ? nameOf(node["property"]) : undefined;
const isText = (node: unknown) => isNode(node) && node.type === "Literal" && typeof node["value"] === "string";

/** Where a text could become code: `eval`, `Function`, timers with a text, `vm`, `import()` and `require` of what is made up. */
function codeFromText(code: string, lang: "ts" | "js"): string[] {
  const found: string[] = [];
  for (const node of nodesOf(parseAst(code, { lang }))) {
    if (node.type === "ImportDeclaration") {
      const { value } = node["source"] as unknown as { value: string };
      if (/^(?:node:)?vm$/.test(value) && node["importKind"] !== "type") found.push("vm");
    }
    if (node.type === "ImportExpression" && !isText(node["source"])) found.push("import()");
    if (node.type === "Identifier" && (node["name"] === "eval" || node["name"] === "Function")) {
      found.push(String(node["name"]));
    }
    if (node.type !== "CallExpression" && node.type !== "NewExpression") continue;
    const { callee } = node as { callee?: unknown };
    const args = node["arguments"] as readonly unknown[];
    const name = nameOf(callee) ?? propertyOf(callee) ?? "";
    if (
      /^set(?:Timeout|Interval|Immediate)$/.test(name) &&
      (isText(args[0]) || (isNode(args[0]) && args[0].type === "TemplateLiteral"))
    )
      found.push("a timer");
    if (/^runIn\w*Context$|^compileFunction$/.test(name))
      found.push(isText(args[0]) ? `vm ${String((args[0] as Node)["value"])}` : "vm");
    if (name === "Script" && node.type === "NewExpression") found.push("vm");
    if (name === "require" && !isText(args[0])) found.push("require");
    // `x.constructor.constructor("...")` is Function by another name.
    if (propertyOf(callee) === "constructor") found.push("constructor");
  }
  return found;
}

// `Function` is also a type, and has `prototype.toString`, which makes no code.
const harmless = (text: string) => text.replace(/\bFunction\.prototype\b/g, "Method.prototype");

/** What is allowed, and why. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  // The collector, which some runtimes give to a new context alone; tools, never where lines are written.
  "cli/demo/measure/collector": ["vm", "vm gc"],
  "testing/collect-garbage": ["vm gc"],
  // A built-in of the runtime, by one of five names that the compiler checks.
  "testing/runtime": ["import()"],
};

const keyOf = (file: string) => file.replace(/^(?:src|dist)\//, "").replace(/\.[a-z]+$/, "");

function faultsOf(file: string, lang: "ts" | "js"): string[] {
  const found = codeFromText(harmless(textOf(file)), lang);
  const known = allowed[keyOf(file)] ?? [];
  return found.filter((what) => !known.includes(what)).map((what) => `${file}: ${what}`);
}

describe("no text becomes code", () => {
  test("and what would make it so is seen", () => {
    const bad = {
      'eval("1")': "eval",
      "(0, eval)(x)": "eval",
      'new Function("a", x)': "Function",
      "globalThis.Function(x)": "Function",
      'setTimeout("x()", 1)': "a timer",
      'import vm from "node:vm"; vm.runInThisContext(x)': "vm",
      "await import(x)": "import()",
      "await import(`./${x}.js`)": "import()",
      "require(x)": "require",
      '[].constructor.constructor("x")()': "constructor",
    };
    for (const [code, what] of Object.entries(bad)) expect(codeFromText(code, "js"), code).toContain(what);
    const good =
      'const a: () => void = () => {}; await import("./b.ts"); setTimeout(a, 1); import type * as vm from "node:vm";';
    expect(codeFromText(good, "ts")).toEqual([]);
  });

  test("in the sources", () => {
    const files = filesBelow("src", ".ts");
    expect(files.length).toBeGreaterThan(200);
    expect(files.flatMap((file) => faultsOf(file, "ts"))).toEqual([]);
    // What is allowed is still there, or need not be allowed.
    for (const key of Object.keys(allowed)) expect(files).toContain(`src/${key}.ts`);
  });

  test.skipIf(!existsSync(`${root}dist`))("in what is published", () => {
    const files = filesBelow("dist", ".js").filter((file) =>
      existsSync(`${root}${file.replace(/^dist/, "src").replace(/js$/, "ts")}`),
    );
    expect(files.length).toBeGreaterThan(200);
    expect(files.flatMap((file) => faultsOf(file, "js"))).toEqual([]);
  });
});

describe.skipIf(!existsSync(`${root}dist/cli/report/page/app.js`))("the page of scopelog report", () => {
  const hostile = `</script><script>alert(1)</script>"'><img src=x onerror=alert(2)>`;
  const packed = { scopes: Buffer.from(hostile), texts: Buffer.from(hostile) };
  // Its script is made of the modules of the page as they are built.
  const page = () => {
    const built = new URL(`file://${root}dist/cli/report/page-html.js`).href;
    return import(/* @vite-ignore */ built).then(({ pageHtml: make }: { pageHtml: typeof pageHtml }) =>
      [...make(hostile, packed as never)].join(""),
    );
  };

  test("runs its own script alone, by its hash, and loads nothing", async () => {
    const html = await page();
    const policy = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(html)?.[1] ?? "";
    const directives = new Map(policy.split("; ").map((directive) => directive.split(" ", 2) as [string, string]));
    expect([...directives.keys()]).toEqual(["default-src", "script-src", "style-src", "base-uri", "form-action"]);
    expect(policy).not.toMatch(/unsafe|\*|https?:|data:|blob:/);
    for (const name of ["default-src", "base-uri", "form-action"]) expect(directives.get(name)).toBe("'none'");
    const hashOf = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
    const scripts = [...html.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(([, text]) => hashOf(text as string));
    expect(scripts).toEqual([directives.get("script-src")]);
    const styles = [...html.matchAll(/<style>([\s\S]*?)<\/style>/g)].map(([, text]) => hashOf(text as string));
    expect(styles).toEqual([directives.get("style-src")]);
    // The policy comes before anything that it is to stop.
    expect(html.indexOf("Content-Security-Policy")).toBeLessThan(html.search(/<(?:style|script|title|body)/));
  });

  test("has nothing of a log as markup", async () => {
    const html = await page();
    expect(html).not.toContain("<img");
    expect(html).not.toContain("alert(1)</script>");
    expect(html.replace(/<script>[\s\S]*?<\/script>/g, "")).not.toMatch(/<[a-z][^>]*\son[a-z]+\s*=/i);
  });
});
