import { configure, createRegistry, getScoped, type ScopedLogger } from "scopelog";
import { ExpectationError, expectCollected } from "scopelog/testing";
import { afterAll, expect, test } from "vitest";

const quiet = configure({ forgotten: { report: "silent" } });
afterAll(() => quiet.close());

const held: unknown[] = [];
const soon = { timeoutMs: 100 };

async function failure(act: Promise<unknown>): Promise<string> {
  const error = await act.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ExpectationError);
  return (error as Error).message;
}

test("passes for an object, for several, and for a scope that is opened in it", async () => {
  expect(await expectCollected(() => ({ any: "object" }))).toBe(1);
  expect(await expectCollected(() => [{}, () => {}, new Map()])).toBe(3);
  expect(await expectCollected(() => void getScoped("opened").info("in it"))).toBe(1);
  expect(await expectCollected(() => getScoped("returned"))).toBe(1);
  expect(await expectCollected(() => [getScoped("outer").scope("inner"), {}])).toBe(3);
});

test("watches the scopes of another registry", async () => {
  const registry = createRegistry({ forgotten: { report: "silent" } });
  expect(await expectCollected(() => void registry.getScoped("there"), { registry })).toBe(1);
  expect(registry.stats()).toMatchObject({ opened: 1, collected: 1, live: 0 });
});

test("fails for what is held, with the path that scopelog/leaks finds", async () => {
  class Session {}
  const message = await failure(
    expectCollected(() => {
      const session = new Session();
      held.push({ sessions: [session] });
      return [session, {}];
    }, soon),
  );
  held.length = 0;
  expect(message).toContain("1 of 2 were not collected: Session.");
  expect(message).toMatch(/Session is held/);
  expect(message).toContain(".sessions[0]");
});

test("fails for a scope that is held, by its id", async () => {
  const message = await failure(
    expectCollected(() => {
      const log = getScoped("kept");
      held.push({ callback: () => log.info("still here") });
    }, soon),
  );
  const { callback } = held.pop() as { callback: () => void };
  callback();
  expect(message).toMatch(/1 of 1 were not collected: kept#\d+\./);
  expect(message).toMatch(/kept#\d+ is held:/);
  expect(message).toContain('variable "log"');
});

test("asks the given explain instead", async () => {
  const asked: unknown[] = [];
  const explain = (target: unknown) => {
    asked.push(target);
    return "it is in a list";
  };
  const object = {};
  let log: ScopedLogger | undefined;
  const make = () => {
    log = getScoped("explained");
    return object;
  };
  const message = await failure(expectCollected(make, { ...soon, explain }));
  expect(message).toContain("2 of 2 were not collected");
  expect(message).toContain("it is in a list");
  expect(asked).toEqual([log?.id, object]);
  log?.dispose();
  const thrower = () => {
    throw new Error("no idea");
  };
  expect(await failure(expectCollected(() => object, { ...soon, explain: thrower }))).toContain("no idea");
});

test("a scope that was ended in it is no concern", async () => {
  const message = await failure(expectCollected(() => getScoped("ended").dispose()));
  expect(message).toContain("nothing to watch");
});

test("refuses a promise, whose frame would hold what it made", async () => {
  expect(await failure(expectCollected(async () => ({})))).toContain("synchronous");
});
