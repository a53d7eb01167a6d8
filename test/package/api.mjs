// Makes the API reference out of the docstrings, with the guides of docs/ beside it: node test/package/api.mjs
// The pages are in .build/api. It fails on an export without a docstring, and on a link that leads nowhere.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
const tools = join(root, ".build/typedoc");
const out = join(root, ".build/api");

// Apart from our own packages: typedoc takes no TypeScript 7, and npm would not install it beside one.
const dependencies = { typedoc: "~0.28.20", typescript: "~6.0.3", "@types/node": "^20.19.43" };

function install() {
  const file = join(tools, "package.json");
  const manifest = JSON.stringify({ private: true, type: "module", dependencies });
  const installed = join(tools, "node_modules/typedoc/dist/index.js");
  if (existsSync(installed) && readFileSync(file, "utf8") === manifest) return installed;
  mkdirSync(tools, { recursive: true });
  rmSync(join(tools, "node_modules"), { recursive: true, force: true });
  writeFileSync(file, manifest);
  const args = ["install", "--no-fund", "--no-audit", "--no-package-lock", "--loglevel=error"];
  const { status, stderr } = spawnSync("npm", args, { cwd: tools, encoding: "utf8", timeout: 300_000 });
  if (status === 0) return installed;
  if (process.env.CI) throw new Error(`npm install failed: ${stderr}`);
  console.warn(`SKIPPED: typedoc cannot be installed: ${stderr.slice(0, 300)}`);
  return undefined;
}

/** The index files of the sub-paths, by what an importer writes. */
function entryPoints() {
  const { exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const targets = Object.entries(exports).filter(([, target]) => typeof target === "object");
  return new Map(
    targets.map(([subPath, { default: path }]) => [
      join(root, path.replace("./dist/", "src/").replace(/js$/, "ts")),
      `scopelog${subPath.slice(1)}`,
    ]),
  );
}

// Parts of signatures that are nothing to import.
const intentionallyNotExported = [
  "src/logger/until.ts:WebStreamLike",
  "src/logger/until.ts:ResponseLike",
  "src/record/log-source.ts:SourceTexts",
  "src/port/trouble.ts:Trouble",
  "src/framework/request/stream.ts:ReaderLike",
  "src/framework/request/pipeline.ts:SocketLike",
  "src/framework/http/middleware.ts:Next",
  "src/bridge/winston/scopelog-transport.ts:WinstonParent",
  "src/bridge/otel/observe-registry.ts:InstrumentLike",
  "src/bridge/otel/count-losses.ts:CounterLike",
  "src/eslint/rule.ts:RuleContext",
  "src/eslint/ast.ts:Node",
];

/** An empty comment, or one of tags alone, tells nothing. */
function hasText(reflection) {
  const comments = [reflection, ...(reflection.signatures ?? [])].map(({ comment }) => comment);
  return comments.some((comment) => comment?.hasVisibleComponent() === true);
}

async function main() {
  const typedoc = install();
  if (typedoc === undefined) return;
  const { Application, ReflectionKind } = await import(pathToFileURL(typedoc).href);
  const entries = entryPoints();
  const app = await Application.bootstrap({
    name: "scopelog",
    entryPoints: [...entries.keys()],
    tsconfig: join(root, "tsconfig.json"),
    out,
    basePath: root,
    readme: join(root, "README.md"),
    projectDocuments: readdirSync(join(root, "docs"))
      .filter((name) => name.endsWith(".md"))
      .map((name) => join(root, "docs", name)),
    router: "structure",
    disableSources: true,
    excludeInternal: true,
    excludePrivate: true,
    // Types are checked elsewhere, by the compiler that compiles us.
    skipErrorChecking: true,
    intentionallyNotExported,
    externalSymbolLinkMappings: { "@types/node": { "*": "#" }, typescript: { "*": "#" } },
    highlightLanguages: ["bash", "js", "json", "python", "sh", "text", "toml", "ts", "tsx", "yaml"],
    validation: { notExported: true, invalidLink: true, invalidPath: true, notDocumented: false, rewrittenLink: true },
    compilerOptions: { types: ["node"], typeRoots: [join(tools, "node_modules/@types")] },
  });
  const project = await app.convert();
  if (project === undefined) throw new Error("typedoc could not read the sources");
  for (const module of project.getChildrenByKind(ReflectionKind.Module)) {
    module.name =
      entries.get(join(root, module.name, "index.ts")) ?? entries.get(join(root, `${module.name}.ts`)) ?? module.name;
    // Of members, the name and the type may say it all; of what is imported they do not.
    for (const one of module.children ?? []) {
      if (!one.kindOf(ReflectionKind.Reference) && !hasText(one))
        app.logger.warn(`${one.name} of ${module.name} has no docstring`);
    }
  }
  app.validate(project);
  rmSync(out, { recursive: true, force: true });
  await app.generateOutputs(project);
  const { warningCount, errorCount } = app.logger;
  console.log(`${warningCount} warnings, ${errorCount} errors; the pages are in .build/api`);
  if (warningCount + errorCount > 0) process.exitCode = 1;
}

await main();
