import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { SourceMap } from "node:module";
import { dirname, join, posix } from "node:path";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { describe, expect, test } from "vitest";
import { root } from "../support/repo.ts";
import { manifestOf, pack, run, specifierOf, subPathsOf, type Targets } from "./support/packed.ts";

const packed = pack();
const manifest = manifestOf(packed);
const read = (file: string) => readFileSync(join(packed.folder, file), "utf8");
const sourceOf = (file: string) => readFileSync(join(packed.tree, file), "utf8");

/** What belongs: compiled modules with their maps, their types, and what npm shows. */
const belongs = [/^package\.json$/, /^(?:README|CHANGELOG)\.md$/, /^LICENSE$/, /^dist\/.+\.(?:js|js\.map|d\.ts)$/];
/** What nobody can import. */
const forNobody = [/^dist\/cli\/.+\.d\.ts$/];

// Raise one on purpose, with a reason.
const maxFiles = 1270;
// The modules are there twice: for bundlers, and joined for runtimes.
const maxPackedBytes = 1_350_000;

/** The files of the package that are read to import `file`. */
function filesReadBy(file: string, known = new Set<string>()): Set<string> {
  if (known.has(file)) return known;
  known.add(file);
  for (const [, path] of read(file).matchAll(/^(?:import|export)(?:[^;"]* from)? ?"(\.[^"]+)";/gm)) {
    filesReadBy(posix.normalize(posix.join(posix.dirname(file), path as string)), known);
  }
  return known;
}

describe("the tarball", () => {
  test("holds what belongs and nothing else", () => {
    const { files } = packed;
    expect(files.filter((file) => !belongs.some((pattern) => pattern.test(file)))).toEqual([]);
    expect(files.filter((file) => forNobody.some((pattern) => pattern.test(file)))).toEqual([]);
    expect(files).toEqual(expect.arrayContaining(["package.json", "README.md", "CHANGELOG.md", "LICENSE"]));
  });

  test("holds every module of src, and none that is not of it", () => {
    const modules = packed.files.filter((file) => /^dist\/(?!joined\/).+\.js$/.test(file));
    const sources = readdirSync(join(packed.tree, "src"), { recursive: true, encoding: "utf8" });
    const expected = sources.filter((name) => name.endsWith(".ts")).map((name) => `dist/${name.replace(/ts$/, "js")}`);
    expect(modules).toEqual(expected.sort());
  });

  test("is not large", () => {
    const { size } = statSync(packed.tarball);
    const unpacked = packed.files.reduce((sum, file) => sum + statSync(join(packed.folder, file)).size, 0);
    console.log(`${packed.files.length} files, ${size} B packed, ${unpacked} B unpacked`);
    expect(packed.files.length).toBeLessThanOrEqual(maxFiles);
    expect(size).toBeLessThanOrEqual(maxPackedBytes);
  });

  test("has no path of the machine that made it", () => {
    for (const file of packed.files) {
      const text = read(file);
      expect(text.includes(root) || text.includes(packed.tree), `${file} names the folder it was built in`).toBe(false);
    }
  });

  test("needs nothing but tslib, and nothing that is installed for development", () => {
    const { dependencies, optionalDependencies } = JSON.parse(read("package.json")) as Record<string, object>;
    expect(Object.keys(dependencies ?? {})).toEqual(["tslib"]);
    expect(optionalDependencies).toBeUndefined();
  });
});

const isJoined = (file: string) => file.startsWith("dist/joined/");
/** Whether nothing in it can be on a stack. */
const onlyNames = (file: string) => isJoined(file) && /^(?:(?:import|export) [^;]*;\s*)+$/.test(read(file));

describe("source maps", () => {
  const maps = packed.files.filter((file) => file.endsWith(".js.map"));

  test("stand beside every module, and are named in it", () => {
    for (const file of packed.files) {
      const named = [...read(file).matchAll(/^\/\/# sourceMappingURL=(.+)$/gm)].map(([, url]) => url as string);
      const expected = file.endsWith(".js") && !onlyNames(file) ? [`${posix.basename(file)}.map`] : [];
      if (/\.(?:js|ts)$/.test(file)) expect(named, file).toEqual(expected);
    }
    expect(maps.length).toBeGreaterThan(100);
  });

  test("of what is joined lead to its modules", () => {
    for (const file of maps.filter(isJoined)) {
      const { sources } = JSON.parse(read(file)) as { sources: string[] };
      const modules = sources.map((source) => posix.normalize(posix.join(posix.dirname(file), source)));
      const foreign = modules.filter((module) => !packed.files.includes(module));
      // The helpers of what tslib is for.
      expect(foreign.filter((module) => !module.endsWith("node_modules/tslib/tslib.es6.mjs"))).toEqual([]);
    }
  });

  test("carry their sources", () => {
    for (const file of maps.filter((map) => !isJoined(map))) {
      const map = JSON.parse(read(file)) as { sources: string[]; sourcesContent?: (string | null)[] };
      expect(map.sources, file).toHaveLength(1);
      const source = posix.normalize(posix.join(posix.dirname(file), map.sources[0] as string));
      expect(source).toBe(file.replace(/^dist/, "src").replace(/js\.map$/, "ts"));
      expect(map.sourcesContent, file).toEqual([sourceOf(source)]);
    }
  });

  test("lead back to the line", () => {
    const module = "dist/record/level.js";
    const lines = read(module).split("\n");
    const line = lines.findIndex((text) => text.includes("function levelName("));
    const entry = new SourceMap(JSON.parse(read(`${module}.map`))).findEntry(
      line,
      lines[line]?.indexOf("levelName") ?? 0,
    );
    if (!("originalLine" in entry)) throw new Error("the map has nothing for the line");
    expect(sourceOf("src/record/level.ts").split("\n")[entry.originalLine]).toContain("function levelName(");
  });
});

describe("exports", () => {
  test("lead to modules and types that are there", () => {
    for (const [subPath, target] of Object.entries(manifest.exports)) {
      const targets = typeof target === "string" ? [target] : Object.values(target);
      for (const path of targets) expect(packed.files, subPath).toContain(posix.normalize(path));
      if (typeof target === "string") continue;
      expect(Object.keys(target)).toEqual(["types", "module", "node", "default"]);
      expect([target.module, target.node]).toEqual([target.default, target.default.replace("dist", "dist/joined")]);
    }
  });

  test("are right by publint, which is strict", async () => {
    const { messages } = await publint({ pkgDir: packed.folder, strict: true, pack: false });
    expect(messages.map((message) => formatMessage(message, JSON.parse(read("package.json"))))).toEqual([]);
  });

  test("have right types for every way of resolving, by are-the-types-wrong", { timeout: 120_000 }, () => {
    const args = [`${root}node_modules/@arethetypeswrong/cli/dist/index.js`, packed.tarball, "--profile", "esm-only"];
    const { status, stdout } = spawnSync(process.execPath, [...args, "--format", "table-flipped", "--no-color"], {
      encoding: "utf8",
    });
    expect({ status, problems: status === 0 ? "" : stdout }).toEqual({ status: 0, problems: "" });
    for (const subPath of subPathsOf(packed)) expect(stdout).toContain(`"${specifierOf(subPath)}"`);
  });

  test("name the same, joined or not", () => {
    for (const subPath of required) {
      const target = manifest.exports[subPath] as Targets;
      const code = `const [a, b] = await Promise.all([${[target.node, target.default].map((path) => `import(${JSON.stringify(join(packed.folder, path))})`).join()}]);
        console.log(JSON.stringify([Object.keys(a).sort(), Object.keys(b).sort()]));`;
      const [joined, modules] = JSON.parse(run(packed.project, process.execPath, ["--input-type=module", "-e", code]));
      expect(joined, subPath).toEqual(modules);
    }
  });

  test("lead runtimes to few files", () => {
    const count = ({ node }: Targets) => filesReadBy(posix.normalize(node)).size;
    const counts = required.map((subPath) => [subPath, count(manifest.exports[subPath] as Targets)] as const);
    expect(Object.fromEntries(counts)["."]).toBe(2);
    // Two of them are what doors share beside the core.
    expect(counts.filter(([, files]) => files < 1 || files > 4)).toEqual([]);
    expect(filesReadBy("dist/index.js").size).toBeGreaterThan(80);
  });

  test.each([
    ["scopelog/node", ["zlib", "net", "tls", "dgram", "worker_threads", "http"]],
    [
      "scopelog/syslog",
      ["tls", "net", "crypto", "dgram", "dns", "worker_threads", "http", "internal/util/parse_args/parse_args"],
    ],
  ])("%s loads what few programs use when it is used", (specifier, seldom) => {
    const code = `const before = process.moduleLoadList.slice(); await import("${specifier}");
      console.log(JSON.stringify([before, process.moduleLoadList]));`;
    const lists = JSON.parse(run(packed.project, process.execPath, ["--input-type=module", "-e", code])) as string[][];
    const [before, after] = lists.map((list) => list.map((name) => name.replace("NativeModule ", "")));
    expect(after).toContain("fs");
    expect(seldom.filter((name) => after?.includes(name) && !before?.includes(name))).toEqual([]);
  });

  test("have the thread of the syslog door beside the file that starts it", () => {
    const starting = packed.files.filter((file) => /\.js$/.test(file) && read(file).includes('"./exit-worker.js"'));
    expect(starting).toContain("dist/joined/syslog/index.js");
    for (const file of starting) expect(packed.files).toContain(posix.join(posix.dirname(file), "exit-worker.js"));
  });

  // The set-up file waits for the runner at its top, which `require` cannot.
  const required = subPathsOf(packed).filter((subPath) => subPath !== "./testing/setup");

  test("can be required", () => {
    const file = join(packed.project, "require.cjs");
    const specifiers = JSON.stringify(required.map(specifierOf));
    const code = `const out = {}; for (const one of ${specifiers}) out[one] = Object.keys(require(one)).length;`;
    writeFileSync(file, `${code} console.log(JSON.stringify(out));\n`);
    const { status, stdout, stderr } = spawnSync(process.execPath, [file], { encoding: "utf8" });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const counts = JSON.parse(stdout) as Record<string, number>;
    for (const [specifier, count] of Object.entries(counts)) expect(count, specifier).toBeGreaterThan(0);
  });

  test("are the same modules for import and require", () => {
    const file = join(packed.project, "both.cjs");
    writeFileSync(
      file,
      'import("scopelog").then((m) => console.log(m.getLogger === require("scopelog").getLogger));\n',
    );
    expect(run(packed.project, process.execPath, [file])).toBe("true\n");
  });
});

test("the command runs from the package", () => {
  const { bin, version } = JSON.parse(read("package.json")) as { bin: { scopelog: string }; version: string };
  expect(read(bin.scopelog).startsWith("#!/usr/bin/env node\n")).toBe(true);
  const runIt = (...args: string[]) =>
    spawnSync(process.execPath, [join(packed.folder, bin.scopelog), ...args], {
      encoding: "utf8",
      cwd: dirname(packed.project),
    });
  expect(runIt("pretty", "--help")).toMatchObject({
    status: 0,
    stderr: "",
    stdout: expect.stringContaining("scopelog pretty"),
  });
  expect(runIt("--version")).toMatchObject({ status: 0, stderr: "", stdout: `${version}\n` });
});
