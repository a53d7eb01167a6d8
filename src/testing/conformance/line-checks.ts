import { checkFilter } from "../../port/filter.ts";
import type { Handler } from "../../port/handler.ts";
import { messageOf } from "../../record/fields.ts";
import { isLevelSetting } from "../../record/level.ts";
import { createRecord } from "../../record/log-record.ts";
import { hostileRecords } from "./hostile-records.ts";
import type { Trial } from "./trial.ts";
import { CheckFailed, demand, need } from "./verdict.ts";

const fewLines = 20;

export async function checkShape(trial: Trial): Promise<void> {
  const handler = await trial.make();
  demand(typeof handler?.handle === "function", "it has no handle() method");
  for (const member of ["flush", Symbol.dispose, Symbol.asyncDispose] as const) {
    const kind = typeof handler[member];
    demand(kind === "undefined" || kind === "function", `${String(member)} is no function but ${kind}`);
  }
  const { level, filter } = handler;
  demand(level === undefined || isLevelSetting(level), `level is ${JSON.stringify(level)}, which is no level`);
  try {
    if (filter !== undefined) checkFilter(filter);
  } catch (error) {
    throw new CheckFailed(messageOf(error));
  }
  const { resource } = handler;
  if (resource === undefined) return;
  demand(typeof resource[Symbol.dispose] === "function", "resource has no [Symbol.dispose]");
  demand(handler.resource === resource, "resource is another object each time it is asked for");
  demand((resource as unknown) !== handler, "resource is the handler itself, which would never be collected");
}

export async function checkHostile(trial: Trial): Promise<void> {
  const handler = await trial.make();
  const before = trial.counts();
  const tags: string[] = [];
  const records = hostileRecords(() => {
    tags.push(trial.tag());
    return tags.at(-1) as string;
  });
  const thrown: string[] = [];
  for (const { what, record } of records) {
    try {
      handler.handle(record);
    } catch (error) {
      thrown.push(`${what} (${messageOf(error)})`);
    }
  }
  demand(
    thrown.length === 0,
    `handle() threw for ${thrown.length} of ${records.length} records: ${thrown.slice(0, 3).join("; ")}`,
  );
  const [last] = trial.send(handler, 1);
  await trial.within("flush() after hostile records", () => handler.flush?.());
  if ((await trial.lines()) === undefined) return;
  await trial.allAccounted(tags, before, "after hostile records");
  const arrived = async () => ((await trial.arrivals([last as string]))[0] as number) > 0;
  demand(await trial.until(arrived), "an ordinary line after the hostile ones did not arrive");
}

export async function checkRecord(trial: Trial): Promise<void> {
  const handler = await trial.make();
  const fields = { b: 1, nested: { list: [1, { deep: true }], empty: {} }, a: "text" };
  const bound = { peer: "10.0.0.1", tags: ["x"] };
  const error = new Error("shared");
  const record = createRecord({ message: trial.tag(), levelNumber: 50, fields, bound, error });
  const look = () => JSON.stringify([record, fields, bound, Reflect.ownKeys(error).map(String)]);
  const before = look();
  handler.handle(record);
  await trial.within("flush()", () => handler.flush?.());
  demand(look() === before, "it changed the record, which other handlers get too");
  // Frozen, as fields often are: who writes to them throws.
  const deep = Object.freeze({ list: Object.freeze([1]), inner: Object.freeze({}) });
  try {
    handler.handle(Object.freeze(createRecord({ message: trial.tag(), levelNumber: 50, fields: deep, bound: deep })));
  } catch (cause) {
    throw new CheckFailed(`handle() threw for a frozen record: ${messageOf(cause)}`);
  }
}

export async function checkDelivery(trial: Trial): Promise<void> {
  need(trial.options.lines, "needs lines");
  const handler = await trial.make();
  const tags = trial.send(handler, fewLines);
  await trial.within("flush()", () => handler.flush?.());
  let counts: number[] = [];
  const arrived = async () => {
    counts = await trial.arrivals(tags);
    return counts.every((count) => count > 0);
  };
  const complete = await trial.until(arrived);
  demand(complete, `${counts.filter((count) => count === 0).length} of ${tags.length} lines did not arrive`);
  demand(
    counts.every((count) => count === 1),
    `${counts.filter((count) => count > 1).length} of ${tags.length} lines arrived more than once`,
  );
  const texts = ((await trial.lines()) ?? []).map((line) => (typeof line === "string" ? line : line.message));
  const places = tags.map((tag) => texts.findIndex((text) => text.includes(tag)));
  demand(
    places.every((place, index) => index === 0 || place >= (places[index - 1] as number)),
    "the lines arrived out of order",
  );
}

export async function checkLevel(trial: Trial): Promise<void> {
  const { configured, lines } = trial.options;
  need(configured, "needs configured");
  const held = trial.tag();
  const filter = (record: { message: string }) => record.message !== held;
  const handler = await trial.make(() => configured({ level: "error", filter }));
  demand(
    handler.level === "error",
    `the level "error" was given, but handler.level is ${JSON.stringify(handler.level)}`,
  );
  demand(handler.filter !== undefined, "a filter was given, but handler.filter is undefined");
  if (lines === undefined) return;
  const low = trial.tag();
  const high = trial.tag();
  trial.sendOne(handler, low, "info");
  trial.sendOne(handler, held, "error");
  trial.sendOne(handler, high, "error");
  await trial.within("flush()", () => handler.flush?.());
  const [lows, helds, highs] = await settledArrivals(trial, [low, held, high]);
  demand(highs === 1, "a line at its level, which its filter lets pass, did not arrive");
  demand(lows === 0, "a line below its level arrived");
  demand(helds === 0, "a line that its filter holds back arrived");
}

/** Arrivals of tags of which the last should arrive, and so comes after the others. */
async function settledArrivals(trial: Trial, tags: readonly string[]): Promise<number[]> {
  let counts: number[] = [];
  await trial.until(async () => {
    counts = await trial.arrivals(tags);
    return (counts.at(-1) as number) > 0;
  });
  return counts;
}

export async function checkFlush(trial: Trial): Promise<void> {
  const handler = await trial.make();
  need(typeof handler.flush === "function", "has no flush()");
  const flush = (when: string) => trial.within(`flush() ${when}`, () => handler.flush?.());
  await flush("before the first line");
  const before = trial.counts();
  const tags = trial.send(handler, fewLines);
  await Promise.all([flush("with lines to write"), flush("called twice at once")]);
  if (trial.options.lines !== undefined) await trial.allAccounted(tags, before, "after flush()");
  await flush("with nothing to write");
  await trial.close(handler);
  await flush("after the end");
}

export async function checkDrops(trial: Trial): Promise<void> {
  const { broken, lines } = trial.options;
  need(broken, "needs broken");
  const handler: Handler = await trial.make(broken);
  const before = trial.counts();
  const tags = trial.send(handler, fewLines);
  await trial.close(handler);
  let lost = 0;
  let arrived = 0;
  const counted = await trial.until(async () => {
    lost = trial.counts().lost - before.lost;
    arrived = lines === undefined ? 0 : (await trial.arrivals(tags)).filter((count) => count > 0).length;
    return lost + arrived >= tags.length;
  });
  demand(
    counted,
    `${tags.length} lines were sent to a broken destination, ${arrived} arrived, and only ${lost} were counted as dropped or failed`,
  );
  demand(
    lost <= tags.length,
    `${tags.length} lines were sent to a broken destination, and ${lost} were counted as lost`,
  );
}
