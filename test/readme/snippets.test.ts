import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));
const folder = `${root}.build/snippets`;

interface Snippet {
  readonly name: string;
  readonly code: string;
  /** `ts check` is only checked by the compiler, `ts` is run as well. */
  readonly run: boolean;
  /** What it prints: the `text` block that follows at once. */
  readonly output: string | undefined;
}

function snippetsOf(file: string): Snippet[] {
  const text = readFileSync(`${root}${file}`, "utf8");
  const blocks = text.matchAll(/^```ts( check)?\n([\s\S]*?)^```$(?:\n\n```text\n([\s\S]*?)^```$)?/gm);
  return [...blocks].map(([, check, code, output], index) => ({
    name: `${file.replace(/\W/g, "-")}-${index + 1}`,
    code: code as string,
    run: check === undefined,
    output,
  }));
}

const documents = [
  "README.md",
  ...readdirSync(`${root}docs`)
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];
const snippets = documents.flatMap(snippetsOf);

beforeAll(() => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const { name, code } of snippets) writeFileSync(`${folder}/${name}.ts`, `${code}\nexport {};\n`);
  const options = {
    extends: "../../examples/tsconfig.json",
    compilerOptions: { rootDir: ".", outDir: "out", erasableSyntaxOnly: false },
    include: ["*.ts"],
  };
  writeFileSync(`${folder}/tsconfig.json`, JSON.stringify(options));
  execFileSync(process.execPath, [`${root}node_modules/typescript/bin/tsc`, "-p", folder], { stdio: "inherit" });
}, 120_000);

test("the documents have snippets", () => {
  expect(snippets.filter(({ run }) => run).length).toBeGreaterThanOrEqual(3);
});

describe.each(snippets.filter(({ run }) => run))("$name", ({ name, output }) => {
  test("runs, and prints what is said", () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ["--trace-uncaught", `${folder}/out/${name}.js`], {
      encoding: "utf8",
      timeout: 30_000,
      cwd: folder,
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    if (output !== undefined) expect(stdout).toBe(output);
  });
});
