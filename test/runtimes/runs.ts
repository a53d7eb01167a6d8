import { browserMissing, openBrowser, type Pages } from "./browser.ts";
import { type Built, type BundleName, buildAll } from "./build.ts";
import type { Run, Using } from "./outcome.ts";
import { type Runtime, runScript, serverRuntimes } from "./processes.ts";

/** All runs of the suite, and what must be ended after them. */
export interface Plan extends AsyncDisposable {
  readonly runs: readonly Run[];
}

/**
 * Plans all runs; what they need is built and started when the first of them is.
 * @param root of the repository, with a slash at its end
 * @param purpose names the folder that is built into, so that two that run at once have two
 */
export function planRuns(root: string, purpose: string): Plan {
  let built: Promise<Built> | undefined;
  let pages: Promise<Pages> | undefined;
  const build = () => (built ??= buildAll(root, purpose));
  const open = () => (pages ??= build().then(({ www }) => openBrowser(www)));

  const script = (runtime: Runtime, using: Using): Run => ({
    runtime: runtime.name,
    form: `${using} \`using\``,
    missing: runtime.missing,
    start: async () => runScript(runtime, (await build()).script("server", using)),
  });
  const bundle = (runtime: Runtime, name: BundleName, form: string): Run => ({
    runtime: runtime.name,
    form,
    missing: runtime.missing,
    start: async () => runScript(runtime, (await build()).bundle(name)),
  });
  const page = (path: string, form: string): Run => ({
    runtime: "Chromium",
    form,
    missing: browserMissing,
    start: async () => (await open()).run(path),
  });

  const servers = serverRuntimes(root);
  const [thisNode] = servers as [Runtime];
  const runs: Run[] = [];
  for (const runtime of servers) {
    // `using` came with Node.js 24.
    if (!/^Node\.js (20|22)$/.test(runtime.name)) runs.push(script(runtime, "native"));
    runs.push(script(runtime, "lowered"));
    if (runtime === thisNode || runtime.name === "Bun") {
      runs.push(bundle(runtime, "esm.mjs", "ESM bundle by esbuild"));
      runs.push(bundle(runtime, "commonjs.cjs", "CommonJS bundle by esbuild"));
    }
  }
  runs.push(
    bundle(thisNode, "no-finalization.mjs", "without FinalizationRegistry"),
    bundle(thisNode, "no-weakref.mjs", "without WeakRef"),
    bundle(thisNode, "realm.mjs", "IIFE bundle in a bare realm (`node:vm`), `Symbol.dispose` set before"),
    page("esbuild-native.html", "esbuild, native `using`"),
    page("esbuild-lowered.html", "esbuild, lowered `using`, minified"),
    page("vite-native/index.html", "Vite, native `using`, minified"),
    page("vite-lowered/index.html", "Vite, lowered `using`, minified"),
    page("iife.html", "IIFE bundle by esbuild, classic script"),
    page("worker.html", "web worker"),
    page("no-finalization.html", "without FinalizationRegistry"),
  );
  return {
    runs,
    async [Symbol.asyncDispose]() {
      await (await pages)?.[Symbol.asyncDispose]();
    },
  };
}
