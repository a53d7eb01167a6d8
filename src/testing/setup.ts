/**
 * A set-up file for tests: with it, a test that leaves scopes of the default registry open fails, and says which.
 *
 * - vitest: `setupFiles: ["scopelog/testing/setup"]`
 * - node:test: `node --import scopelog/testing/setup --test`
 * - Bun: `bun test --preload scopelog/testing/setup`
 *
 * Elsewhere, or where the runner cannot be found, call `failOnLiveScopes` of `scopelog/testing` with the runner's hooks.
 */
import { defaultRegistry } from "../logger/default.ts";
import { ScopelogError } from "../port/codes.ts";
import { failOnLiveScopes, type TestHooks } from "./fail-on-live-scopes.ts";
import { importIfThere } from "./runtime.ts";

interface Runtime extends Partial<TestHooks> {
  readonly Bun?: object;
  readonly process?: { readonly env: Record<string, string | undefined>; readonly execArgv: readonly string[] };
}

const runtime = globalThis as unknown as Runtime;

/** The parent of `node --test`, which has the test files run by children and runs no test itself. */
function isParentOnly(): boolean {
  const { env, execArgv } = runtime.process ?? { env: {}, execArgv: [] };
  if (env["NODE_TEST_CONTEXT"] !== undefined || !execArgv.includes("--test")) return false;
  return !/--(?:experimental-)?test-isolation[= ]none/.test(execArgv.join(" "));
}

async function findHooks(): Promise<TestHooks | undefined> {
  if (typeof runtime.beforeEach === "function" && typeof runtime.afterEach === "function") return runtime as TestHooks;
  const runner =
    runtime.process?.env["VITEST"] !== undefined
      ? "vitest"
      : runtime.Bun !== undefined
        ? "bun:test"
        : runtime.process === undefined
          ? undefined
          : "node:test";
  if (runner === undefined) return undefined;
  const hooks = (await importIfThere(runner)) as Partial<TestHooks> | undefined;
  return typeof hooks?.beforeEach === "function" ? (hooks as TestHooks) : undefined;
}

if (!isParentOnly()) {
  const hooks = await findHooks();
  if (hooks === undefined) {
    throw new ScopelogError(
      "ERR_SCOPELOG_UNAVAILABLE",
      "scopelog/testing/setup finds no test runner here; call failOnLiveScopes() of scopelog/testing with its hooks",
    );
  }
  // So that what was left open can be told with its place; a configuration that a test puts in force decides for itself.
  defaultRegistry().configure({ forgotten: { origin: "always" } });
  failOnLiveScopes(hooks);
}
