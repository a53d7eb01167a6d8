import { type CheckName, type HandlerFactory, type TestHandlerOptions, testHandler } from "scopelog/testing";
import { expect } from "vitest";

/** What cannot be asked of a handler that has no end. */
export const endless: CheckName[] = ["dispose", "async-dispose", "drain", "after-dispose", "drops"];

/** Every check of the conformance suite passes; those in `skipped`, and those of wrappers, could not be made. */
export async function conforms(
  factory: HandlerFactory,
  { skipped, ...options }: TestHandlerOptions & { skipped: CheckName[] },
): Promise<void> {
  const results = await testHandler(factory, { timeoutMs: 30_000, ...options });
  const wrapping = results.flatMap(({ name }) => (name.startsWith("wrapper") ? [name] : []));
  const found = results.flatMap((result) => (result.skipped ? [result.name] : []));
  expect(found.sort()).toEqual([...skipped, ...wrapping].sort());
}
