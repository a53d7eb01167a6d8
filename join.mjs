// Joins the modules of each door, and those of the core that they share, for runtimes that read a package file by file: to
// import a hundred small files takes five times as long as two. Bundlers get the modules, because of those they can leave
// out what a program does not use.
// node join.mjs [folder of a compiled package, this one if absent]
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "rolldown";

const { exports } = JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8"));
const doors = Object.values(exports).flatMap((target) => (typeof target === "object" ? [target.default] : []));
// It is started as a thread of its own, from beside the syslog door.
const entries = [...doors, "./dist/syslog/exit-worker.js"];

/** What several doors share, by folders. */
const shared = {
  core: /[\\/]dist[\\/](?:lifetime|record|port|format|filter|handler|tree|logger)[\\/]|[\\/]tslib[\\/]/,
  bridge: /[\\/]dist[\\/]bridge[\\/]shared[\\/]/,
  request: /[\\/]dist[\\/]framework[\\/]request[\\/]/,
};
const groups = Object.entries(shared).map(([name, test]) => ({ name, test, includeDependenciesRecursively: false }));

await build({
  cwd: resolve(process.argv[2] ?? fileURLToPath(new URL(".", import.meta.url))),
  resolve: { alias: { tslib: fileURLToPath(import.meta.resolve("tslib/tslib.es6.mjs")) } },
  input: Object.fromEntries(entries.map((file) => [file.replace(/^\.\/dist\/|\.js$/g, ""), file])),
  platform: "node",
  preserveEntrySignatures: "allow-extension",
  output: {
    dir: "dist/joined",
    cleanDir: true,
    entryFileNames: "[name].js",
    chunkFileNames: "[name].js",
    comments: false,
    sourcemap: true,
    // They are in the package.
    sourcemapExcludeSources: true,
    codeSplitting: { groups },
  },
});
