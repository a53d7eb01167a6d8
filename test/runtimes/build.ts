import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type BuildOptions, build } from "esbuild";
import { build as viteBuild } from "vite";
import { compileInto } from "../support/compile.ts";
import type { Using } from "./outcome.ts";

/** Code that is run before anything else of a bundle. */
// Node's own `fetch` is loaded when first looked at, and needs what is taken away.
const withoutFinalization = "void Response; delete globalThis.FinalizationRegistry;";
const withoutWeakRef = `${withoutFinalization} delete globalThis.WeakRef;`;

// A realm of the language alone, as an old browser has it, with what the suite asks of the web.
const realmStart = `
import { readFileSync } from "node:fs";
import { createContext, runInContext } from "node:vm";
const given = { setTimeout, clearTimeout, queueMicrotask, console, performance, gc, AbortController, AbortSignal, Event };
const web = { EventTarget, ReadableStream, Response, TextEncoder };
const realm = createContext({ ...given, ...web });
runInContext('Symbol.dispose ??= Symbol("Symbol.dispose"); Symbol.asyncDispose ??= Symbol("Symbol.asyncDispose");', realm);
const filename = new URL("./realm.js", import.meta.url).pathname;
runInContext(readFileSync(filename, "utf8"), realm, { filename });
console.log("RESULTS " + JSON.stringify(await realm.scopelogResults));
`;

const targets: Readonly<Record<Using, string>> = { native: "esnext", lowered: "es2022" };

/** The compiled package and the suite, in all their forms. */
export interface Built {
  /** A script of the suite that imports the compiled package. */
  script(name: string, using: Using): string;
  /** A file that has the package in it. */
  bundle(name: BundleName): string;
  /** What a browser is served. */
  readonly www: string;
}

export type BundleName = "esm.mjs" | "commonjs.cjs" | "no-finalization.mjs" | "no-weakref.mjs" | "realm.mjs";

/**
 * Compiles the package as `npm run build` does, into a folder of its own, so that nothing is rewritten while it runs,
 * and the suite beside it: `using` as it is, and lowered; for servers, and bundled for browsers by esbuild and by Vite.
 * @param root of the repository, with a slash at its end
 */
export async function buildAll(root: string, purpose: string): Promise<Built> {
  const folder = `${root}.build/runtimes-${purpose}`;
  rmSync(folder, { recursive: true, force: true });
  const library = `${folder}/node_modules/scopelog`;
  mkdirSync(library, { recursive: true });
  // A package of its own: the runtimes are to find the compiled scopelog below, not the one around.
  writeFileSync(`${folder}/package.json`, JSON.stringify({ private: true, type: "module" }));
  cpSync(`${root}package.json`, `${library}/package.json`);
  compileInto(root, library);
  copySuite(`${root}test/runtimes/suite`, `${folder}/source`);
  const scripts = ["server", "exit-child", "worker-thread", "cluster-child", "syslog-child"].map(
    (name) => `${folder}/source/${name}.ts`,
  );
  await Promise.all([
    ...forms.map((using) =>
      esbuild(using, {
        entryPoints: scripts,
        outdir: `${folder}/${using}`,
        platform: "node",
        packages: "external",
        external: ["../node_modules/*"],
      }),
    ),
    ...bundles(folder),
    realm(folder),
    ...pages(folder),
  ]);
  // One at a time: both say what is built where in the same process.
  for (const using of forms) await vitePage(folder, using);
  return {
    script: (name, using) => `${folder}/${using}/${name}.js`,
    bundle: (name) => `${folder}/bundles/${name}`,
    www: `${folder}/www`,
  };
}

const forms: readonly Using[] = ["native", "lowered"];

/** The one import of the suite from inside the package is bent to what is compiled. */
function copySuite(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from)) {
    const text = readFileSync(`${from}/${name}`, "utf8");
    writeFileSync(
      `${to}/${name}`,
      text.replace(/"\.\.\/\.\.\/\.\.\/src\/(.+)\.ts"/g, '"../node_modules/scopelog/dist/$1.js"'),
    );
  }
}

function esbuild(using: Using, options: BuildOptions): Promise<unknown> {
  return build({
    bundle: true,
    format: "esm",
    target: targets[using],
    define: { "globalThis.scopelogUsing": JSON.stringify(using) },
    logLevel: "error",
    sourcemap: false,
    ...options,
  });
}

function bundles(folder: string): Promise<unknown>[] {
  const one = (name: BundleName, options: BuildOptions = {}) =>
    esbuild("lowered", {
      entryPoints: [`${folder}/source/bundled.ts`],
      outfile: `${folder}/bundles/${name}`,
      platform: "node",
      external: ["unix-dgram"],
      ...options,
    });
  return [
    one("esm.mjs"),
    one("commonjs.cjs", { format: "cjs", logOverride: { "empty-import-meta": "silent" } }),
    one("no-finalization.mjs", { banner: { js: withoutFinalization } }),
    one("no-weakref.mjs", {
      banner: { js: withoutWeakRef },
      entryPoints: [`${folder}/source/without-weakref.ts`],
    }),
  ];
}

function realm(folder: string): Promise<unknown> {
  mkdirSync(`${folder}/bundles`, { recursive: true });
  writeFileSync(`${folder}/bundles/realm.mjs`, realmStart);
  return esbuild("lowered", {
    entryPoints: [`${folder}/source/portable.ts`],
    outfile: `${folder}/bundles/realm.js`,
    platform: "browser",
    format: "iife",
    logOverride: { "empty-import-meta": "silent" },
  });
}

function pages(folder: string): Promise<unknown>[] {
  const one = (name: string, using: Using, options: BuildOptions = {}) => {
    page(folder, name, `<script type="module" src="/${name}.js"></script>`);
    return esbuild(using, {
      entryPoints: [`${folder}/source/portable.ts`],
      outfile: `${folder}/www/${name}.js`,
      platform: "browser",
      ...options,
    });
  };
  page(folder, "worker", `<script>${workerStart}</script>`);
  const iife = one("iife", "native", { format: "iife", logOverride: { "empty-import-meta": "silent" } });
  page(folder, "iife", `<script src="/iife.js"></script>`);
  return [
    one("esbuild-native", "native"),
    one("esbuild-lowered", "lowered", { minify: true }),
    one("no-finalization", "native", { banner: { js: withoutFinalization } }),
    iife,
  ];
}

const workerStart = `
  const worker = new Worker("/esbuild-native.js", { type: "module" });
  globalThis.scopelogResults = new Promise((resolve, reject) => {
    worker.onmessage = (event) => resolve(event.data);
    worker.onerror = (event) => reject(new Error(event.message));
  });
`;

function page(folder: string, name: string, script: string): void {
  mkdirSync(`${folder}/www`, { recursive: true });
  writeFileSync(`${folder}/www/${name}.html`, `<!doctype html><meta charset="utf-8"><title>${name}</title>${script}`);
}

async function vitePage(folder: string, using: Using): Promise<void> {
  writeFileSync(
    `${folder}/index.html`,
    `<!doctype html><meta charset="utf-8"><title>vite</title><script type="module" src="/source/portable.ts"></script>`,
  );
  await viteBuild({
    root: folder,
    configFile: false,
    logLevel: "warn",
    base: "./",
    define: { "globalThis.scopelogUsing": JSON.stringify(using) },
    build: { target: targets[using], outDir: `${folder}/www/vite-${using}`, emptyOutDir: true },
  });
}
