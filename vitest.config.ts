import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const src = (path: string) => fileURLToPath(new URL(`./src/${path}`, import.meta.url));

export default defineConfig({
  resolve: {
    // The sub-paths of package.json, by their sources.
    alias: [
      { find: /^scopelog$/, replacement: src("index.ts") },
      { find: /^scopelog\/testing\/setup$/, replacement: src("testing/setup.ts") },
      { find: /^scopelog\/(http|fastify|hono|nest|ws)$/, replacement: src("framework/$1/index.ts") },
      { find: /^scopelog\/(otel|pino|winston|logtape|console)$/, replacement: src("bridge/$1/index.ts") },
      { find: /^scopelog\/(.+)$/, replacement: src("$1/index.ts") },
    ],
  },
  test: {
    include: ["test/**/*.test.ts"],
    // `--expose-gc` is only possible in child processes; lifetimes are what most tests are about.
    pool: "forks",
    execArgv: ["--expose-gc"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
