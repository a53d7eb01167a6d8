import { ExpectationError } from "../expectation-error.ts";
import { handlerChecks } from "./handler-checks.ts";
import type { CheckResult, HandlerFactory, TestHandlerOptions } from "./options.ts";

/**
 * Checks a handler against what the core and other handlers rely on, see `CheckName` for the list. Runs under any test
 * runner and without one; takes some seconds, and should be alone in its process meanwhile, because it counts open
 * descriptors, dropped lines and what keeps the process alive.
 * @param factory makes a new handler each time
 * @param options what it may know of the handler: without `lines` it cannot see what arrives, without `broken` not
 *   whether drops are counted
 * @returns the result of each check
 * @throws {ScopelogError} as a rejection, `ERR_SCOPELOG_OPTION`, for an option or a check to skip that there is not
 * @throws {ExpectationError} as a rejection, if a check failed, with the reasons of all; unless `throws` is false
 */
export async function testHandler(factory: HandlerFactory, options: TestHandlerOptions = {}): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  // One after the other: they count what happens in the process.
  for (const check of handlerChecks(factory, options)) results.push(await check.result());
  const failed = results.filter(({ passed }) => !passed);
  if (failed.length === 0 || options.throws === false) return results;
  const made = results.filter(({ skipped }) => skipped !== true);
  throw new ExpectationError(
    [
      `${options.name ?? "the handler"}: ${failed.length} of ${made.length} checks failed`,
      ...failed.map(({ name, reason }) => `  ${name}: ${reason}`),
    ].join("\n"),
  );
}
