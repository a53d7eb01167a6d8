import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

/**
 * Compiles the package into `dist` of `folder`, as `npm run build` does here.
 * @param root of the repository, with a slash at its end
 */
export function compileInto(root: string, folder: string): void {
  // Types are checked elsewhere; this must run while other parts are being worked on.
  const args = ["-p", `${root}tsconfig.json`, "--outDir", `${folder}/dist`, "--noCheck"];
  spawnSync(process.execPath, [`${root}node_modules/typescript/bin/tsc`, ...args], { stdio: "ignore" });
  if (!existsSync(`${folder}/dist/index.js`)) throw new Error("the package could not be compiled");
  joinModules(root, folder);
}

/** Makes what runtimes read, out of the modules in `dist` of `folder`. */
export function joinModules(root: string, folder: string): void {
  execFileSync(process.execPath, [`${root}join.mjs`, folder]);
}
