import { expect, test } from "vitest";
import { jsonNumber } from "../../src/format/json-number.ts";

/** The first of `numbers` that is not written as JSON.stringify has it. */
function firstWrong(numbers: Iterable<number>): string | undefined {
  for (const number of numbers) {
    const text = jsonNumber(number);
    if (text !== JSON.stringify(number)) return `${JSON.stringify(number)} as ${text}`;
  }
  return undefined;
}

test("whole thousandths are written as JSON.stringify writes them", () => {
  const all = function* (): Iterable<number> {
    for (let thousandths = 0; thousandths < 300_000; thousandths++) yield thousandths / 1000;
    // Steps that meet all last digits, up to and over the end of what is put together out of parts.
    for (let thousandths = 1; thousandths < 2e12; thousandths = Math.ceil(thousandths * 1.0003)) {
      yield thousandths / 1000;
    }
  };
  expect(firstWrong(all())).toBeUndefined();
});

test("so are their neighbours, and numbers of every size and sign", () => {
  const all = function* (): Iterable<number> {
    for (let power = -320; power <= 308; power++) {
      for (const digits of [1, 1.5, 2.001, 7.123, 9.999, 4.123456789012345, 1 / 3]) {
        const number = digits * 10 ** power;
        yield* [number, -number, number * (1 + Number.EPSILON), number * (1 - Number.EPSILON)];
      }
    }
    for (let thousandths = 1; thousandths < 1e9; thousandths = Math.ceil(thousandths * 1.01)) {
      const number = thousandths / 1000;
      yield* [number * (1 + Number.EPSILON), number * (1 - Number.EPSILON), -number, number + 0.0005];
    }
  };
  expect(firstWrong(all())).toBeUndefined();
});

test("what JSON has no number for is null, and nothing has a sign without a value", () => {
  expect([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 0].map(jsonNumber)).toEqual([
    "null",
    "null",
    "null",
    "0",
    "0",
  ]);
});
