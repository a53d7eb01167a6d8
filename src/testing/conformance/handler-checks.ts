import { checkKeys } from "../../port/check-object.ts";
import { ScopelogError } from "../../port/codes.ts";
import { messageOf } from "../../record/fields.ts";
import { ExpectationError } from "../expectation-error.ts";
import { nextTurn } from "../runtime.ts";
import { checkAfterDispose, checkAsyncDispose, checkDescriptors, checkDispose, checkDrain } from "./end-checks.ts";
import { Escapes } from "./escapes.ts";
import { checkExit } from "./exit-check.ts";
import { checkForgotten } from "./forgotten-check.ts";
import {
  checkDelivery,
  checkDrops,
  checkFlush,
  checkHostile,
  checkLevel,
  checkRecord,
  checkShape,
} from "./line-checks.ts";
import {
  type CheckName,
  type CheckResult,
  checkNames,
  type HandlerFactory,
  type TestHandlerOptions,
} from "./options.ts";
import { Trial } from "./trial.ts";
import { CheckFailed, CheckSkipped } from "./verdict.ts";
import {
  checkWrapperDispose,
  checkWrapperFailure,
  checkWrapperFlush,
  checkWrapperLevel,
  checkWrapperResource,
} from "./wrapper-checks.ts";

const checks: Readonly<Record<CheckName, (trial: Trial) => Promise<void>>> = {
  shape: checkShape,
  hostile: checkHostile,
  record: checkRecord,
  delivery: checkDelivery,
  level: checkLevel,
  flush: checkFlush,
  dispose: checkDispose,
  "async-dispose": checkAsyncDispose,
  drain: checkDrain,
  "after-dispose": checkAfterDispose,
  drops: checkDrops,
  descriptors: checkDescriptors,
  exit: checkExit,
  forgotten: checkForgotten,
  "wrapper-flush": checkWrapperFlush,
  "wrapper-dispose": checkWrapperDispose,
  "wrapper-resource": checkWrapperResource,
  "wrapper-level": checkWrapperLevel,
  "wrapper-failure": checkWrapperFailure,
};

const optionNames: readonly (keyof TestHandlerOptions)[] = [
  ...(["name", "throws", "lines", "immediate", "configured"] as const),
  ...(["broken", "wrap", "exit", "skip", "timeoutMs"] as const),
];

/** One check of a handler, to be made a test of its own. */
export interface HandlerCheck {
  readonly name: CheckName;
  /** Makes the check; resolves to its result. */
  result(): Promise<CheckResult>;
  /**
   * Makes the check.
   * @throws {ExpectationError} as a rejection, if the handler does not pass
   */
  run(): Promise<void>;
}

/**
 * The checks of `testHandler` one by one, for a test each:
 * `for (const check of handlerChecks(factory, options)) test(check.name, check.run)`. They count what happens in the
 * whole process, so one must not run beside another.
 * @throws {ScopelogError} `ERR_SCOPELOG_OPTION` for an option or a check to skip that there is not
 */
export function handlerChecks(factory: HandlerFactory, options: TestHandlerOptions = {}): HandlerCheck[] {
  // What it is not told of, it does not check: an option that is misspelt would leave checks out.
  checkKeys("testHandler", options, optionNames);
  for (const name of options.skip ?? []) {
    if (checkNames.includes(name)) continue;
    throw new ScopelogError("ERR_SCOPELOG_OPTION", `testHandler: there is no check ${String(name)} to skip`);
  }
  return checkNames.map((name) => {
    const result = () => runCheck(name, factory, options);
    return {
      name,
      result,
      async run() {
        const { passed, reason } = await result();
        if (!passed) throw new ExpectationError(`${options.name ?? "the handler"}: ${name}: ${reason}`);
      },
    };
  });
}

async function runCheck(name: CheckName, factory: HandlerFactory, options: TestHandlerOptions): Promise<CheckResult> {
  if (options.skip?.includes(name)) return { name, passed: true, skipped: true, reason: "left out by options.skip" };
  const trial = new Trial(factory, options);
  const escapes = new Escapes();
  try {
    await checks[name](trial);
    await trial.end();
    // What a check leads to may escape a turn later: a rejection is found to be nobody's at the end of its turn.
    await nextTurn();
    await nextTurn();
    if (escapes.errors.length > 0) throw new CheckFailed(escaped(escapes.errors));
    return { name, passed: true };
  } catch (error) {
    await trial.end();
    if (error instanceof CheckSkipped) return { name, passed: true, skipped: true, reason: error.message };
    const reason = error instanceof CheckFailed ? error.message : `the check could not be made: ${stackOf(error)}`;
    return {
      name,
      passed: false,
      reason: escapes.errors.length > 0 ? `${reason}; ${escaped(escapes.errors)}` : reason,
    };
  } finally {
    escapes[Symbol.dispose]();
  }
}

function stackOf(error: unknown): string {
  return error instanceof Error && typeof error.stack === "string" ? error.stack : messageOf(error);
}

function escaped(errors: readonly unknown[]): string {
  return `an error escaped that would have ended the process: ${messageOf(errors[0])}`;
}
