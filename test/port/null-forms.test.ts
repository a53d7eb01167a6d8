import { createRecord, nullContext, nullFilter, nullFormatter, nullHandler, nullTransport } from "scopelog";
import { expect, test } from "vitest";
import { noFields } from "../../src/record/fields.ts";

const record = createRecord({ message: "m" });

test("nullHandler takes everything and gives nothing", () => {
  const handler = nullHandler();
  expect(handler.handle(record)).toBeUndefined();
  expect(nullHandler()).not.toBe(handler);
});

test("nullFormatter says nothing", () => expect(nullFormatter.format(record)).toBe(""));

test("nullFilter lets everything pass", () => expect(nullFilter.filter(record)).toBe(true));

test("nullTransport takes everything and is never busy", async () => {
  const transport = nullTransport();
  expect([transport.destination, transport.pending, transport.write("x")]).toEqual(["null:", 0, true]);
  await transport.flush();
  await transport.close();
  transport[Symbol.dispose]();
  expect(nullTransport("here").destination).toBe("here");
});

test("nullContext carries nothing", () => {
  expect(nullContext.current()).toBeUndefined();
  const seen = nullContext.run(
    { name: "", fields: noFields, logger: new WeakRef({}) },
    () => nullContext.current() ?? "nothing",
  );
  expect(seen).toBe("nothing");
});
