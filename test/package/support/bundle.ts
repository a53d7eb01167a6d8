import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { build, type Plugin } from "esbuild";
import { type Packed, specifierOf } from "./packed.ts";

/** How large a bundle is. */
export interface Size {
  /** Bytes, minified. */
  readonly minified: number;
  /** The same, compressed by brotli at its best, as a web server keeps it. */
  readonly brotli: number;
  /** Bytes, minified, by the file they come from, the largest first. */
  readonly parts: readonly (readonly [file: string, bytes: number])[];
}

const core = /scopelog\/dist\/(?:lifetime|record|port|format|filter|handler|tree|logger)\/|\/tslib\//;

/** Leaves out what a bundle of the core has anyhow. */
const besideTheCore: Plugin = {
  name: "beside the core",
  setup({ onResolve, resolve }) {
    onResolve({ filter: /^\.|^tslib$/ }, async ({ path, pluginData, ...rest }) => {
      if (pluginData === "resolving") return undefined;
      const found = await resolve(path, { ...rest, pluginData: "resolving" });
      return core.test(found.path) ? { path, external: true } : found;
    });
  },
};

async function bundle({ project }: Packed, contents: string, plugins: Plugin[]): Promise<Size> {
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: project },
    bundle: true,
    write: false,
    minify: true,
    metafile: true,
    format: "esm",
    platform: "node",
    // Of programs that have `using`; others are a little larger.
    target: "es2022",
    legalComments: "none",
    outdir: join(project, "out"),
    logLevel: "silent",
    external: ["fastify", "unix-dgram"],
    absWorkingDir: project,
    plugins,
  });
  const [output] = outputFiles;
  const inputs = Object.values(metafile.outputs)[0]?.inputs ?? {};
  const parts = Object.entries(inputs).map(
    ([file, { bytesInOutput }]) => [file.replace(/^node_modules\//, ""), bytesInOutput] as const,
  );
  return {
    minified: output?.contents.byteLength ?? 0,
    brotli: brotliCompressSync(output?.contents ?? "").byteLength,
    parts: parts.sort(([, a], [, b]) => b - a),
  };
}

/** The size of a program that imports `names` from the core, and nothing else of the library. */
export function sizeOfNames(packed: Packed, names: readonly string[]): Promise<Size> {
  return bundle(packed, `export { ${names.join(", ")} } from "scopelog";`, []);
}

/** The size of everything that a sub-path exports; for a door without the core, which is there in any case. */
export function sizeOfSubPath(packed: Packed, subPath: string): Promise<Size> {
  return bundle(
    packed,
    // Both forms: a set-up file is imported for what it does.
    `export * from "${specifierOf(subPath)}"; import "${specifierOf(subPath)}";`,
    subPath === "." ? [] : [besideTheCore],
  );
}
