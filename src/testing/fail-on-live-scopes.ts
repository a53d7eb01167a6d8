import { defaultRegistry } from "../logger/default.ts";
import type { ScopeInfo } from "../logger/registry.ts";
import { excusedCollected } from "./excused.ts";
import { ExpectationError } from "./expectation-error.ts";
import { describeLive, sequenceOf } from "./live-scopes.ts";
import { realDelay, realNow } from "./runtime.ts";

/** The hooks of a test runner, as vitest, node:test, Bun, Jest and Mocha have them. */
export interface TestHooks {
  beforeEach(hook: () => void): unknown;
  afterEach(hook: () => Promise<void>): unknown;
}

/** How things stood before a test. */
interface Start {
  /** The number of the newest scope. */
  readonly opened: number;
  /** Scopes that were live: those of a whole suite, or left by tests that failed for it already. */
  readonly live: ReadonlySet<number>;
  /** Scopes collected so far, but for those that a test wanted to be. */
  readonly collected: number;
}

/** What node:test hands to its hooks: a way to come after all other hooks of the test. */
interface TestContext {
  after?(hook: () => Promise<void>): void;
}

// A scope that ends with an event, such as the close of a socket, may end just after the test did.
const graceMs = 100;

/**
 * Fails every test that leaves a scope of the default registry open, or has one collected instead of ended. Scopes that
 * are opened outside tests (in a module, in `beforeAll`) may stay open. Tests must not run concurrently in one process.
 * `scopelog/testing/setup` does this by itself; call this where it does not find the hooks.
 */
export function failOnLiveScopes(hooks: TestHooks): void {
  const starts = new WeakMap<object, Start>();
  // For runners that tell their hooks nothing of the test: there is one at a time.
  const anyTest = {};
  const check = async (test: object) => {
    const start = starts.get(test);
    if (start !== undefined) await expectEnded(start);
  };
  // No parameters: some runners take one for a callback to wait for, others read its name. They pass it all the same.
  hooks.beforeEach(function remember() {
    // biome-ignore lint/complexity/noArguments: a rest parameter is seen by the runners, too
    starts.set(testOf(arguments) ?? anyTest, lookAround());
  });
  hooks.afterEach(async function expectNothingLeft() {
    // biome-ignore lint/complexity/noArguments: a rest parameter is seen by the runners, too
    const test = testOf(arguments) ?? anyTest;
    const context = test as TestContext;
    // node:test runs hooks of one level in the order they were given: this one, the first, must let the others clean up.
    if (typeof context.after === "function") context.after(() => check(test));
    else await check(test);
  });
}

function testOf(given: IArguments): object | undefined {
  const first: unknown = given[0];
  return typeof first === "object" && first !== null ? first : undefined;
}

function lookAround(): Start {
  const registry = defaultRegistry();
  registry.sweep();
  const { opened, collected } = registry.stats();
  const live = new Set([...registry.scopes()].map(sequenceOf));
  return { opened, live, collected: collected - excusedCollected() };
}

async function expectEnded(start: Start): Promise<void> {
  const end = realNow() + graceMs;
  while (leftOpen(start).length > 0 && realNow() < end) await realDelay(5);
  const left = leftOpen(start);
  const lost = lostSince(start);
  const parts: string[] = [];
  if (left.length > 0) parts.push(describeLive(left));
  if (lost > 0) {
    const which = lost === 1 ? "1 scope was" : `${lost} scopes were`;
    parts.push(`${which} garbage collected without being disposed; the warnings SCOPELOG_WARN_FORGOTTEN say where.`);
  }
  if (parts.length > 0) throw new ExpectationError(`This test leaves scopes. ${parts.join("\n")}`);
}

function leftOpen({ opened }: Start): ScopeInfo[] {
  return [...defaultRegistry().scopes()].filter((info) => sequenceOf(info) > opened);
}

/** How many scopes of the test were collected, at least: those that were live before may be among the collected. */
function lostSince(start: Start): number {
  const registry = defaultRegistry();
  registry.sweep();
  const live = new Set([...registry.scopes()].map(sequenceOf));
  const gone = [...start.live].filter((sequence) => !live.has(sequence)).length;
  return registry.stats().collected - excusedCollected() - start.collected - gone;
}
