import { expect, test } from "vitest";
import { redact } from "../../src/filter/redact.ts";
import { jsonFormatter } from "../../src/format/json.ts";
import { applyFilter } from "../../src/port/filter.ts";
import type { Fields } from "../../src/record/fields.ts";
import { LogRecord } from "../../src/record/log-record.ts";
import { LogSource } from "../../src/record/log-source.ts";
import { collectUntil } from "../support/gc.ts";

function recordOf(bound: Fields): LogRecord {
  return new LogRecord(0, 30, "m", { a: 1 }, undefined, false, new LogSource("n", "n#1", undefined, bound));
}

test("a kept record keeps no formatter and no filter that saw it", async () => {
  const kept = recordOf({ password: "s", peer: "p" });
  const seen = (() => {
    const filter = redact(["password"]);
    const formatter = jsonFormatter();
    const passed = applyFilter(filter, kept) as LogRecord;
    expect(formatter.format(passed) + formatter.format(kept)).toContain('"peer":"p"');
    return [new WeakRef(filter), new WeakRef(formatter)];
  })();
  await collectUntil(() => seen.every((ref) => ref.deref() === undefined));
  expect(kept.message).toBe("m");
});

test("a kept formatter and filter keep no record, source or field", async () => {
  const filter = redact({ keys: ["password"] });
  const formatters = (["native", "ecs", "pino"] as const).map((profile) => jsonFormatter({ profile }));
  const seen = (() => {
    const connection = { peer: "p", nested: new Map([["a", 1]]), password: "s" };
    const record = recordOf({ connection });
    const passed = applyFilter(filter, record) as LogRecord;
    for (const formatter of formatters) formatter.format(passed);
    return [record, passed, record.source, passed.source, connection, passed.bound].map((each) => new WeakRef(each));
  })();
  await collectUntil(() => seen.every((ref) => ref.deref() === undefined));
  expect(formatters).toHaveLength(3);
});
