// Runs the behaviour suite on every runtime that is there: `node test/runtimes/run.mjs [--write] [part of a name ...]`.
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("../../", import.meta.url));
const outfile = `${root}.build/runtimes-command.mjs`;
await build({
  entryPoints: [`${root}test/runtimes/command.ts`],
  outfile,
  bundle: true,
  platform: "node",
  format: "esm",
  target: "es2022",
  packages: "external",
  logLevel: "error",
});
const { command } = await import(pathToFileURL(outfile).href);
process.exitCode = await command(root, process.argv.slice(2));
