import fc from "fast-check";
import pino from "pino";
import { createRecord, type LogRecord, redact } from "scopelog";
import { pinoHandler } from "scopelog/pino";
import { afterAll, expect, test } from "vitest";
import { noteFigure } from "../support/figure.ts";
import { seed, sizeOf } from "../support/size.ts";
import { Entrance, forms } from "./support/forms.ts";
import { everything, type Output, outputs, raw } from "./support/outputs.ts";
import { carriers, dressings, keys, neighbour, secret, secrets, type Wrap, words, wraps } from "./support/planting.ts";

const figures = { planted: 0, shown: 0 };
/** How often the secret of each kind came out where nothing was filtered: a test of what is never shown tests nothing. */
const seenBare = new Map<string, number>();
const see = (kind: string) => seenBare.set(kind, (seenBare.get(kind) ?? 0) + 1);

afterAll(() => {
  noteFigure("secrets", "secrets planted", figures.planted);
  noteFigure(
    "secrets",
    "carriers: kinds of wrapping x ways to log x outputs",
    wraps.length * forms.length * (outputs.length + 1),
  );
  noteFigure("secrets", "secrets that came out", figures.shown);
});

const entrances = { handler: new Entrance("handler"), category: new Entrance("category") };
const byKey = redact({ keys });
const field = "Field";

const plant = fc.record({
  around: fc.array(fc.constantFrom(...wraps), { maxLength: 5 }),
  carrier: fc.constantFrom(...carriers),
  hidden: fc.constantFrom(...Object.keys(secrets)),
  form: fc.constantFrom(...forms),
  place: fc.constantFrom("handler", "category"),
  outputs: fc.array(fc.constantFrom(...outputs), { minLength: 2, maxLength: 2 }),
  rule: fc.constantFrom("key", "path"),
  key: fc.constantFrom(...words),
  separator: fc.constantFrom("", "", "-", "_", " "),
  dressing: fc.constantFrom(...dressings),
  // Which letters are capitals, and how a path is written.
  capitals: fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }),
  writing: fc.array(fc.nat({ max: 9 }), { minLength: 12, maxLength: 12 }),
});
type Plant = typeof plant extends fc.Arbitrary<infer T> ? T : never;

function spelt(letters: readonly boolean[], name: string): string {
  return [...name].map((char, at) => (letters[at % letters.length] ? char.toUpperCase() : char)).join("");
}

function keyOf({ key, separator, dressing, capitals, rule }: Plant): string {
  const name = spelt(capitals, key.join(separator));
  return rule === "key" ? dressing(name) : name;
}

/** A path to the secret, with the letters, brackets and asterisks that chance gives it. */
function pathOf({ around, form, key, separator, capitals, writing }: Plant): string {
  const way = [...(form.error ? ["err"] : []), field, "v", ...around.toReversed().flatMap(({ way }: Wrap) => way)];
  let path = "";
  const add = (name: string) => {
    path += name.startsWith("[") || path === "" ? name : `.${name}`;
  };
  for (const [at, part] of way.entries()) {
    const style = writing[at % writing.length] as number;
    // A list on the way need not be named.
    if (part.startsWith("#")) {
      if (style > 5) continue;
      add(style < 2 ? "*" : style < 4 ? "[*]" : `[${part.slice(1)}]`);
    } else if (style < 2) add(style === 0 ? "*" : "[*]");
    else {
      const name = style < 5 ? spelt(capitals, part) : part;
      add(style % 2 === 0 ? name : `["${name}"]`);
    }
  }
  add(`["${key.join(separator === "" ? "_" : "")}"]`);
  return path;
}

const show = (output: Output, records: readonly LogRecord[]) => records.map((record) => output.show(record)).join("\n");

/** @param closely whether it is also compared with the same line without the filter, and the data with what it was */
function check(chosen: Plant, closely: boolean): void {
  const { around, carrier, form, place } = chosen;
  const entrance = entrances[place as keyof typeof entrances];
  const hidden = (secrets[chosen.hidden] as () => unknown)();
  const planted = carrier.carry(keyOf(chosen), hidden);
  const value = { v: around.reduce((inner, { wrap }) => wrap(inner), planted) };
  const before = closely ? everything(value) : "";
  entrance.filter = chosen.rule === "key" ? byKey : redact([pathOf(chosen)]);
  entrance.shown = [];
  entrance.bare = [];
  entrance.told = [];
  form.log(entrance, field, value);
  figures.planted++;
  expect(entrance.shown.length).toBe(entrance.bare.length);
  expect(entrance.shown.length).toBeGreaterThan(0);
  const loses = carrier.loses === true || around.some((wrap) => wrap.loses === true);
  for (const output of [raw, ...chosen.outputs]) {
    const text = show(output, entrance.shown);
    if (text.includes(secret)) {
      figures.shown++;
      throw new Error(`the secret came out to ${output.name}: ${text}`);
    }
    if (!closely) continue;
    const bare = show(output, entrance.bare);
    if (bare.includes(secret)) for (const kind of kindsOf(chosen, output)) see(kind);
    if (!loses && bare.includes(neighbour) && !text.includes(neighbour)) {
      throw new Error(`what is beside it did not come out to ${output.name}: ${text}\ninstead of ${bare}`);
    }
  }
  expect(entrance.told.join("\n")).not.toContain(secret);
  if (closely) expect(everything(value)).toBe(before);
}

function kindsOf({ around, carrier, hidden, form, place }: Plant, output: Output): string[] {
  return [
    ...around.map(({ name }) => `in ${name}`),
    `carried by ${carrier.name}`,
    `as ${hidden}`,
    `by ${form.name}`,
    `filtered by the ${place}`,
    `to ${output.name}`,
  ];
}

/** Whether there is a kind in it that has shown nothing so far: some are shown by few outputs, and seldom drawn. */
function isNew(chosen: Plant): boolean {
  return chosen.outputs.some((output) => kindsOf(chosen, output).some((kind) => !seenBare.has(kind)));
}

test("a secret under its key comes out nowhere, whatever is around it, and what is beside it does", {
  timeout: 900_000,
}, () => {
  let run = 0;
  fc.assert(
    fc.property(plant, (chosen) => check(chosen, run++ % sizeOf(3, 12) === 0 || isNew(chosen))),
    { numRuns: sizeOf(5000, 200_000), seed, endOnFailure: false },
  );
  const kinds = [
    ...wraps.map(({ name }) => `in ${name}`),
    ...carriers.map(({ name }) => `carried by ${name}`),
    ...Object.keys(secrets).map((name) => `as ${name}`),
    ...forms.map(({ name }) => `by ${name}`),
    "filtered by the handler",
    "filtered by the category",
    ...[raw, ...outputs].map(({ name }) => `to ${name}`),
  ];
  expect(kinds.filter((kind) => !seenBare.has(kind))).toEqual([]);
});

test("and no prototype is changed, whatever a rule or a key is called", () => {
  const hostile = JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}') as object;
  const paths = ["__proto__.polluted", "constructor.prototype.polluted", "a.__proto__", "toString", "hasOwnProperty.x"];
  const filter = redact({ paths, keys: ["__proto__", "constructor", "valueOf"], censor: () => ({ polluted: 1 }) });
  const names = (object: object) => Object.getOwnPropertyNames(object).sort().join();
  const before = [Object.prototype, Array.prototype, Function.prototype, Error.prototype].map(names);
  for (const form of forms) {
    entrances.handler.filter = filter;
    entrances.handler.shown = [];
    form.log(entrances.handler, "__proto__", hostile);
    form.log(entrances.handler, "a", hostile);
    for (const output of outputs) show(output, entrances.handler.shown);
  }
  expect([Object.prototype, Array.prototype, Function.prototype, Error.prototype].map(names)).toEqual(before);
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
});

test("the redaction of a pino behind pinoHandler() goes on", () => {
  const lines: string[] = [];
  const logger = pino({ redact: ["user.password", "err.token"] }, { write: (line) => void lines.push(line) });
  const error = Object.assign(new Error("m"), { token: secret, note: neighbour });
  const user = new Map([["password", secret]]);
  pinoHandler(logger).handle(createRecord({ message: "m", bound: { user }, error }));
  expect(lines.join("")).toContain(neighbour);
  expect(lines.join("")).not.toContain(secret);
});
