import { execFileSync } from "node:child_process";
import { codes } from "scopelog";
import { describe, expect, test } from "vitest";
import { filesBelow, root, textOf } from "../support/repo.ts";

// The floors of the house; imports run downward only. What stands on the same floor does not know each other.
const floors: Readonly<Record<string, number>> = {
  lifetime: 0,
  record: 0,
  port: 1,
  format: 2,
  filter: 2,
  handler: 2,
  tree: 3,
  logger: 4,
};
const coreTop = 5;
const doorFloor = 6;
const doors = ["node", "syslog", "bridge", "framework", "testing", "leaks", "eslint", "cli"];
/** Doors that may open another one. */
const passages: Readonly<Record<string, readonly string[]>> = { syslog: ["node"], cli: ["leaks"] };
/** Neighbours on one floor of whom one may know the other: handlers have a formatter if none is given. */
const neighbours: Readonly<Record<string, readonly string[]>> = { filter: ["format"], handler: ["format"] };
/** ESLint's users expect a plugin to be the default export. */
const defaultExports = ["src/eslint/index.ts"];

const maxBytes = 16 * 1024;

/** All that stands at the top level. */
const top = {
  folders: [".ci", ".github", "bench", "docs", "examples", "src", "test"],
  texts: ["CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "README.md", "SECURITY.md", "llms.txt"],
  settings: [".gitignore", "biome.json", "jsr.json", "package.json", "package-lock.json", "tsconfig.json"],
  tools: ["join.mjs", "vitest.config.ts"],
};

const tracked = trackedFiles();

/** What git has; undefined where there is no git, or none of its data, as in an unpacked archive. */
function trackedFiles(): string[] | undefined {
  try {
    // Whoever owns the folder: nothing of it is run.
    const list = ["-c", "safe.directory=*", "ls-files"];
    const text = execFileSync("git", list, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    return text.trim().split("\n");
  } catch {
    return undefined;
  }
}

interface Import {
  readonly file: string;
  readonly specifier: string;
}

/** The text without comments, as far as a glance can tell. */
function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/.*$/gm, "$1");
}

/** What a text imports: `import`, `export ... from`, `import()`. */
function importsOf(file: string, text = textOf(file)): Import[] {
  const specifiers = [
    ...withoutComments(text).matchAll(/\b(?:import|export)\b(?:[^;"'()]*?\bfrom)?\s*\(?\s*["']([^"']+)["']/g),
  ];
  return specifiers.map(([, specifier]) => ({ file, specifier: specifier as string }));
}

const folderOf = (file: string) => (file.split("/").length > 2 ? (file.split("/")[1] as string) : "");

/** The file that a relative import means. */
const targetOf = ({ file, specifier }: Import) => new URL(specifier, `file:///${file}`).pathname.slice(1);

function floorOf(folder: string): number | undefined {
  if (folder === "") return coreTop;
  return floors[folder] ?? (doors.includes(folder) ? doorFloor : undefined);
}

/** What is wrong with one import; undefined if nothing. */
function faultOf(one: Import): string | undefined {
  const { file, specifier } = one;
  const from = folderOf(file);
  const floor = floorOf(from);
  if (floor === undefined) return `${file}: the folder ${from} has no floor`;
  if (!specifier.startsWith(".")) {
    if (floor === doorFloor || specifier === "tslib") return undefined;
    return `${file} imports ${specifier}: below the doors there is nothing but the library itself`;
  }
  if (!specifier.endsWith(".ts")) return `${file} imports ${specifier}: without its ending`;
  const target = targetOf(one);
  if (!target.startsWith("src/")) return `${file} imports ${target}: outside of src`;
  const to = folderOf(target);
  if (to === from) return undefined;
  const below = floorOf(to);
  if (below === undefined) return `${file} imports ${target}: the folder ${to} has no floor`;
  if (below < floor || neighbours[from]?.includes(to)) return undefined;
  if (floor === doorFloor && below === doorFloor && passages[from]?.includes(to)) return undefined;
  return `${file} imports ${target}: not downward`;
}

/** Where a registry is made: by its name, or by another that it was given before. */
function registriesMadeIn(text: string): number {
  const types = /(?:typeof\s+FinalizationRegistry\b|[:<,|&]\s*FinalizationRegistry\s*<)/g;
  return (
    withoutComments(text)
      .replace(types, "")
      .match(/\bFinalizationRegistry\b/g)?.length ?? 0
  );
}

const files = filesBelow("src", ".ts");
const texts = files.map((file) => [file, textOf(file)] as const);

describe("the house", () => {
  test("its own rules see a fault", () => {
    const fault = (file: string, specifier: string) => faultOf({ file, specifier });
    expect(fault("src/lifetime/cell.ts", "../port/codes.ts")).toContain("not downward");
    expect(fault("src/lifetime/cell.ts", "../record/level.ts")).toContain("not downward");
    expect(fault("src/tree/plan.ts", "../index.ts")).toContain("not downward");
    expect(fault("src/logger/emit.ts", "../node/index.ts")).toContain("not downward");
    expect(fault("src/node/index.ts", "../syslog/index.ts")).toContain("not downward");
    expect(fault("src/logger/emit.ts", "node:fs")).toContain("nothing but");
    expect(fault("src/port/codes.ts", "left-pad")).toContain("nothing but");
    expect(fault("src/cellar/wine.ts", "../port/codes.ts")).toContain("no floor");
    expect(fault("src/port/codes.ts", "../../test/x.ts")).toContain("outside");
    expect(fault("src/port/codes.ts", "./trouble")).toContain("ending");
    expect(fault("src/syslog/index.ts", "../node/index.ts")).toBeUndefined();
    expect(fault("src/index.ts", "./logger/default.ts")).toBeUndefined();
    expect(
      importsOf(
        "x",
        'import a from "1"; import "2";\nexport {\n b,\n} from "3";\nimport type { C } from "4"; await import("5"); // import "6"\n/* import "7" */ export const from = "8";',
      ).map(({ specifier }) => specifier),
    ).toEqual(["1", "2", "3", "4", "5"]);
  });

  test("has imports that run downward only", () => {
    const faults = texts.flatMap(([file, text]) => importsOf(file, text).flatMap((one) => faultOf(one) ?? []));
    expect(faults).toEqual([]);
  });

  test("has every folder on a floor, and files of one noun in kebab-case", () => {
    expect(files.filter((file) => floorOf(folderOf(file)) === undefined)).toEqual([]);
    expect(files.filter((file) => !/^src\/(?:[a-z0-9-]+\/)*[a-z0-9-]+\.ts$/.test(file))).toEqual([]);
  });

  test("has no file that is too large", () => {
    expect(texts.filter(([, text]) => Buffer.byteLength(text) > maxBytes).map(([file]) => file)).toEqual([]);
  });

  test("has no default exports, enums or namespaces", () => {
    const forbidden =
      /^\s*(?:export\s+default\b|export\s*\{[^}]*\bas\s+default\b|(?:export\s+)?(?:declare\s+)?(?:const\s+)?enum\s|(?:export\s+)?namespace\s)/m;
    const found = texts.filter(([, text]) => forbidden.test(withoutComments(text))).map(([file]) => file);
    expect(found.filter((file) => !defaultExports.includes(file))).toEqual([]);
  });

  test("has one FinalizationRegistry", () => {
    expect(registriesMadeIn("const one = new FinalizationRegistry(() => {}); // new FinalizationRegistry()")).toBe(1);
    expect(registriesMadeIn("const Other = FinalizationRegistry; new Other(() => {});")).toBe(1);
    expect(registriesMadeIn('new globalThis["FinalizationRegistry"](() => {}); new FinalizationRegistry(f)')).toBe(2);
    expect(
      registriesMadeIn("let r: FinalizationRegistry<Slot>; if (typeof FinalizationRegistry === 'function') {}"),
    ).toBe(0);
    const made = texts.flatMap(([file, text]) => Array<string>(registriesMadeIn(text)).fill(file));
    expect(made).toEqual(["src/lifetime/cell.ts"]);
  });

  test("has index files that only list names", () => {
    // A framework's own types may be added to as well; that is no code.
    const statement =
      /^\s*(?:export\s+(?:type\s+)?\{[^}]*\}\s+from\s+"[^"]+";|import\s+type\s+\{[^}]*\}\s+from\s+"[^"]+";|declare module "[^"]+" \{\s*(?:interface \w+ \{[^{}]*\}\s*)+\})/;
    for (const [file, text] of texts) {
      if (!file.endsWith("/index.ts")) continue;
      let rest = withoutComments(text);
      while (statement.test(rest)) rest = rest.replace(statement, "");
      expect(rest.trim(), `${file} holds more than export lists`).toBe("");
    }
  });

  test("knows every code that it uses, and uses every code that it knows", () => {
    const known = new Set<string>(codes);
    const used = new Set<string>();
    for (const [file, text] of texts) {
      for (const [code] of text.matchAll(/(?:ERR_SCOPELOG|SCOPELOG_WARN)_[A-Z0-9]+(?:_[A-Z0-9]+)*/g)) {
        expect(known, `${code} in ${file}`).toContain(code);
        if (file !== "src/port/codes.ts") used.add(code);
      }
    }
    expect(codes.filter((code) => !used.has(code))).toEqual([]);
  });

  test("has nothing that says 'sink' or leaves work to be done", () => {
    const words = /\b(?:sinks?|TODO|FIXME|XXX)\b/;
    expect(texts.filter(([, text]) => words.test(text)).map(([file]) => file)).toEqual([]);
  });

  test("starts no timer, and hears no signal or event of the process, by being imported", () => {
    for (const [file, text] of texts) {
      if (floorOf(folderOf(file)) === doorFloor) continue;
      expect(withoutComments(text), file).not.toMatch(/\bprocess\s*\.\s*(?:on|once|addListener)\b/);
      expect(withoutComments(text), file).not.toMatch(/^(?:setTimeout|setInterval|setImmediate)\(/m);
    }
  });

  test.skipIf(tracked === undefined)("has at its top level what is known, and nothing that a tool left there", () => {
    const names = new Set(tracked?.map((file) => file.split("/")[0]));
    expect([...names].sort()).toEqual(Object.values(top).flat().sort());
  });
});
