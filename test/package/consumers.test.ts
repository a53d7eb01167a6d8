import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { root } from "../support/repo.ts";
import { compilers, installCompilers, tscOf, versionOf } from "./support/compilers.ts";
import { pack, specifierOf, subPathsOf } from "./support/packed.ts";
import { promised } from "./support/promised.ts";

const installed = installCompilers();
const packed = pack();

/** How a consumer's compiler finds modules, and how it writes them. */
const resolutions = {
  node16: { module: "node16", moduleResolution: "node16" },
  nodenext: { module: "nodenext", moduleResolution: "nodenext" },
  bundler: { module: "esnext", moduleResolution: "bundler" },
} as const;

const sources = `${root}test/package/`;
/** Needs nothing but the language; the rest brings in the types of Node by itself. */
const bare = ["types.test-d.ts", "consumer/program.ts", "consumer/anywhere.ts"];
const node = ["consumer/node.ts"];

/** A folder outside of the repository, so that nothing of ours is found by looking upward, with the package installed. */
function newHome(): string {
  const home = mkdtempSync(join(tmpdir(), "scopelog-consumers-"));
  writeFileSync(join(home, "package.json"), JSON.stringify({ private: true, type: "module" }));
  cpSync(join(packed.project, "node_modules"), join(home, "node_modules"), { recursive: true });
  return home;
}

const home = newHome();
const homeWithNode = newHome();
if (installed !== undefined) {
  for (const name of ["@types", "undici-types"]) {
    cpSync(join(installed, "node_modules", name), join(homeWithNode, "node_modules", name), { recursive: true });
  }
}
afterAll(() => {
  for (const folder of [home, homeWithNode]) rmSync(folder, { recursive: true, force: true });
});

/** A user's project with the given files. */
function newProject(inside: string, files: readonly string[], options: object): string {
  const folder = mkdtempSync(join(inside, "project-"));
  for (const file of files) cpSync(join(sources, file), join(folder, file.replace("consumer/", "")));
  const compilerOptions = {
    target: "es2022",
    lib: ["es2022"],
    types: [],
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: false,
    outDir: "out",
    ...options,
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.ts"] }));
  return folder;
}

// One compiler a core: more would only wait for each other.
let free = availableParallelism();
const waiting: (() => void)[] = [];

/** What a compiler prints; nothing if it finds nothing. */
async function compile(version: string, folder: string): Promise<string> {
  if (free > 0) free--;
  else await new Promise<void>((resolve) => waiting.push(resolve));
  try {
    const child = spawn(process.execPath, [tscOf(installed as string, version), "-p", folder], { cwd: folder });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
    const [code] = (await once(child, "close")) as [number | null];
    return code === 0 ? output : `${output}exit code ${code}`;
  } finally {
    const next = waiting.shift();
    if (next === undefined) free++;
    else next();
  }
}

// A test waits for its turn at the compiler.
const timeout = 600_000;

describe.skipIf(installed === undefined).concurrent.each(Object.keys(compilers))("TypeScript %s", (version) => {
  test("is that version", () => {
    expect(versionOf(installed as string, compilers[version] as string)).toMatch(new RegExp(`^${version}\\.`));
  });

  for (const [name, options] of Object.entries(resolutions)) {
    test(`${name}: compiles a program without any types but those of the language`, { timeout }, async () => {
      const folder = newProject(home, bare, options);
      expect(await compile(version, folder)).toBe("");
      if (name === "bundler") return;
      const { status, stdout, stderr } = spawnSync(process.execPath, ["out/program.js"], {
        cwd: folder,
        encoding: "utf8",
      });
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
      expect(JSON.parse(stdout)).toEqual([true, 4, 4, "[redacted]", "job#3", false, 0, "ERR_SCOPELOG_NAME"]);
    });
  }

  test("compiles a server with the types of Node", { timeout }, async () => {
    expect(await compile(version, newProject(homeWithNode, node, resolutions.nodenext))).toBe("");
  });
});

test.skipIf(installed === undefined)("a mistake is seen by this test", { timeout }, async () => {
  const folder = newProject(home, [], resolutions.nodenext);
  writeFileSync(
    join(folder, "wrong.ts"),
    'import { getLogger } from "scopelog";\nusing log = getLogger();\nlog.info(1);\n',
  );
  const output = await compile("6.0", folder);
  expect(output).toContain("wrong.ts(2,13): error TS2850");
  expect(output).toContain("wrong.ts(3,10): error TS2769");
});

test("the type tests use every name of the core", () => {
  const text = readFileSync(join(sources, "types.test-d.ts"), "utf8");
  const uses = (name: string) => text.match(new RegExp(`\\b${name}\\b`, "g"))?.length ?? 0;
  // Once in the import, and once at least where something is proven of it.
  expect(promised()["scopelog"]?.filter((name) => uses(name) < 2)).toEqual([]);
});

test("consumers import every sub-path", () => {
  const texts = [...bare, ...node].map((file) => readFileSync(join(sources, file), "utf8")).join("\n");
  // A set-up file exports nothing.
  const missing = subPathsOf(packed)
    .map(specifierOf)
    .filter((specifier) => !texts.includes(`from "${specifier}"`));
  expect(missing).toEqual(["scopelog/testing/setup"]);
});
