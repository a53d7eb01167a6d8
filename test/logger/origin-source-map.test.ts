import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));
const folder = `${root}.build/origin-source-map`;

// The type and the enum are gone from the JavaScript, so that its lines are others than those of the source.
const source = `import { createRegistry } from "scopelog";

interface Peer {
  readonly address: string;
}

const registry = createRegistry({ forgotten: { origin: "always" } });
const peer: Peer = { address: "a" };
const log = registry.getScoped("conn", { peer });
for (const scope of registry.scopes()) console.log(scope.origin);
log.dispose();
`;

beforeAll(() => {
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/program.ts`, source);
  const compilerOptions = { rootDir: ".", outDir: "out", sourceMap: true };
  writeFileSync(
    `${folder}/tsconfig.json`,
    JSON.stringify({ extends: "../../examples/tsconfig.json", compilerOptions, include: ["*.ts"] }),
  );
  execFileSync(process.execPath, [`${root}node_modules/typescript/bin/tsc`, "-p", folder], { stdio: "inherit" });
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const originWith = (...flags: string[]): string =>
  execFileSync(process.execPath, [...flags, `${folder}/out/program.js`], { encoding: "utf8" }).trim();

test("with --enable-source-maps the place is that in the source, else that in the compiled file", () => {
  expect(originWith("--enable-source-maps")).toBe(`${folder}/program.ts:9:22`);
  expect(originWith()).toMatch(/\/out\/program\.js:4:22$/);
});
