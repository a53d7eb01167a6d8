import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));

/**
 * Compiles the examples, and the library before if it is newer than what is built. Returns where they are: in a folder
 * of their own, so that nothing is rewritten while another test runs it, and inside the package, so that they find it.
 */
export function buildExamples(test: string): string {
  const built = `${root}.build/test-${test}`;
  if (!existsSync(`${root}dist/index.js`) || newest(`${root}src`) > statSync(`${root}dist/index.js`).mtimeMs) {
    compile("tsconfig.json");
  }
  compile("examples/tsconfig.json", "--outDir", built);
  return built;
}

function compile(project: string, ...more: string[]): void {
  const compiler = `${root}node_modules/typescript/bin/tsc`;
  execFileSync(process.execPath, [compiler, "-p", project, ...more], { cwd: root, stdio: "inherit" });
}

function newest(folder: string): number {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return Math.max(...files.map((file) => statSync(`${folder}/${file}`).mtimeMs));
}
