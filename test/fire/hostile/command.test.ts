import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { createRecord, type JsonProfileName, jsonFormatter, logfmtFormatter, textFormatter } from "scopelog";
import { afterAll, describe, expect, test } from "vitest";
import { RecordText } from "../../../src/cli/pretty/record-text.ts";
import { LineSplitter, LongLine } from "../../../src/cli/read/line-splitter.ts";
import { parseLine, textEntry } from "../../../src/cli/read/parse-line.ts";
import { Gatherer } from "../../../src/cli/report/gatherer.ts";
import { defaultLimits } from "../../../src/cli/report/limits.ts";
import { pack } from "../../../src/cli/report/pack.ts";
import { run } from "../../cli/command.ts";
import { check, hasChromium, launch, open, settle } from "../../cli/fixtures/report-browser.ts";
import { noteFigure } from "../support/figure.ts";
import { seed, sizeOf } from "../support/size.ts";
import { hostileFields, hostileText, hostileValue } from "./support/values.ts";

const figures = { lines: 0, pages: 0 };
const folder = mkdtempSync(join(tmpdir(), "scopelog-command-"));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  noteFigure("hostile input", "lines fed to pretty and report", figures.lines);
  noteFigure("hostile input", "pages of injections opened in Chromium", figures.pages);
});

const profiles: readonly JsonProfileName[] = ["native", "pino", "ecs", "gcp", "datadog"];
const formatters = [
  ...profiles.map((profile) => jsonFormatter({ profile })),
  logfmtFormatter(),
  textFormatter({ color: true }),
];

/** A real line of a hostile record. */
const realLine: fc.Arbitrary<string> = fc
  .record({
    time: fc.oneof(fc.integer({ min: 0, max: 4e12 }), fc.double()),
    levelNumber: fc.constantFrom(10, 30, 50, 60, 35, 1e9),
    message: hostileText,
    logger: hostileText,
    scope: fc.option(
      fc.oneof(
        hostileText,
        fc.integer({ min: 0, max: 20 }).map((id) => `conn#${id}`),
      ),
      { nil: undefined },
    ),
    parent: fc.option(
      fc.integer({ min: 0, max: 20 }).map((id) => `conn#${id}`),
      { nil: undefined },
    ),
    bound: hostileFields,
    fields: hostileFields,
    error: fc.option(hostileValue, { nil: undefined }),
    late: fc.boolean(),
    formatter: fc.constantFrom(...formatters),
    summary: fc.boolean(),
  })
  .map(({ bound, fields, error, formatter, summary, ...init }) => {
    const more = summary ? { durationMs: 5, outcome: "ok", lines: { info: 1 }, dropped: -1 } : {};
    let own: object = {};
    try {
      own = { ...(fields.make() as object), ...more };
    } catch {
      // A proxy.
    }
    return formatter.format(
      createRecord({ ...init, bound: bound.make() as never, fields: own as never, error: error?.make() }),
    );
  });

const jsonLine = fc.oneof(
  fc.json({ maxDepth: 4 }),
  fc.dictionary(fc.constantFrom("time", "level", "msg", "message", "err", "error", "scope", "parent", "durationMs", "outcome", "lines", "@timestamp", "severity", "status", "__proto__", "constructor", "logger", "late"), fc.jsonValue()).map((value) => JSON.stringify(value)), // biome-ignore format: one line
  fc.constantFrom('{"time":1,"time":2}', '{"level":30,"time":1e999}', '{"__proto__":{"level":30},"msg":"x"}', `${"[".repeat(5000)}`, `{"a":${'{"a":'.repeat(3000)}1${"}".repeat(3001)}`, '{"time":"\\u001b[2J","level":"\\u009b","msg":"\\r\\n"}', "{}", "null", "\ufeff{}"), // biome-ignore format: one line
);

/** A log as it may be after a crash, an attack or a bad disk: bytes, which are mostly lines. */
const log: fc.Arbitrary<Buffer> = fc
  .array(
    fc.oneof(
      { arbitrary: realLine.map((line) => Buffer.from(`${line}\n`)), weight: 4 },
      { arbitrary: jsonLine.map((line) => Buffer.from(`${line}\n`)), weight: 2 },
      { arbitrary: hostileText.map((line) => Buffer.from(`${line}\n`)), weight: 1 },
      { arbitrary: fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes)), weight: 1 },
    ),
    { minLength: 1, maxLength: 8 },
  )
  .chain((parts) =>
    fc
      .array(fc.tuple(fc.constantFrom("flip", "cut", "double", "swap"), fc.nat(), fc.nat()), { maxLength: 4 })
      .map((changes) => {
        let bytes: Buffer = Buffer.concat(parts);
        for (const [change, where, how] of changes) {
          if (bytes.length === 0) break;
          const at = where % bytes.length;
          const end = Math.min(bytes.length, at + (how % 50));
          if (change === "flip") bytes[at] = (bytes[at] as number) ^ (1 << (how % 8));
          else if (change === "cut") bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(end)]);
          else if (change === "double") bytes = Buffer.concat([bytes.subarray(0, end), bytes.subarray(at)]);
          else bytes[at] = bytes[how % bytes.length] as number;
        }
        return bytes;
      }),
  );

const escapes = /\u001b\[\d+(?:;\d+)*m/g;
// A tab is harmless in a line that is no record.
const obeyed =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

/** What `pretty` shows of a log, and what `report` keeps of it. */
function readAll(bytes: Buffer, color: boolean, expand: boolean): string {
  const splitter = new LineSplitter(100_000);
  const lines: (string | LongLine)[] = [];
  const size = (bytes[0] ?? 1) + 1;
  for (let at = 0; at < bytes.length; at += size) splitter.push(bytes.subarray(at, at + size), lines);
  const last = splitter.end();
  if (last !== undefined) lines.push(last);
  const text = new RecordText({ color, expand, time: "clock", hide: new Set(["pid"]) });
  const gathered = new Gatherer({ ...defaultLimits, lines: 1000, scopes: 100 }, [["peer"], ["__proto__"], ["a", "b"]]);
  let shown = "";
  for (const [index, line] of lines.entries()) {
    figures.lines++;
    const entry =
      line instanceof LongLine
        ? textEntry(line.start, "long", line.bytes)
        : parseLine(line, index === lines.length - 1);
    gathered.take(entry);
    shown += entry.kind === "text" ? text.text(entry) : text.record(entry);
  }
  pack(gathered, { title: "t\u001b</script>", source: "s", notes: [] });
  return shown;
}

test("any bytes become lines for people, and a report: nothing is obeyed, nothing throws", () => {
  fc.assert(
    fc.property(log, fc.boolean(), fc.boolean(), (bytes, color, expand) => {
      const shown = readAll(bytes, color, expand);
      const plain = color ? shown.replace(escapes, "") : shown;
      const found = obeyed.exec(plain);
      if (found !== null)
        throw new Error(
          `U+${found[0].charCodeAt(0).toString(16)} in ${JSON.stringify(plain.slice(Math.max(0, found.index - 80), found.index + 20))}`,
        );
      if (shown.length > 30_000_000) throw new Error(`${bytes.length} bytes became ${shown.length}`);
      if (({} as { polluted?: unknown }).polluted !== undefined) throw new Error("Object.prototype was changed");
    }),
    { seed, numRuns: sizeOf(250, 15_000) },
  );
});

describe("the command itself", () => {
  test("ends with a code that is defined, and obeys nothing", async () => {
    const logs = fc.sample(log, { seed, numRuns: sizeOf(2, 30) });
    for (const [index, bytes] of logs.entries()) {
      const file = join(folder, `${index}.log`);
      writeFileSync(file, Buffer.concat([bytes, ...logs.slice(index + 1, index + 20)]));
      figures.lines += readFileSync(file).filter((byte) => byte === 10).length * 2;
      const ways = [
        [file, "--color", "never"],
        [file, "--color", "always", "--group", "--expand"],
      ];
      const shown = await run(["pretty", ...(ways[index % 2] as string[])]);
      expect([0, 1], shown.err).toContain(shown.code);
      for (const text of [shown.out.replace(escapes, ""), shown.err]) expect(obeyed.exec(text)?.[0]).toBeUndefined();
      expect(shown.err).not.toMatch(/\n {4}at /);
      const reported = await run([
        "report",
        file,
        "-o",
        join(folder, "page.html"),
        "--by",
        "__proto__,peer.x",
        "--title",
        "\u001b]0;x\u0007</title><script>",
      ]);
      expect([0, 1], reported.err).toContain(reported.code);
      for (const text of [reported.out, reported.err]) expect(obeyed.exec(text)?.[0]).toBeUndefined();
    }
  });
});

describe.skipIf(!hasChromium())("the page of a log full of injections", () => {
  test("runs nothing, asks for nothing, and has no element out of the data", async () => {
    const attacks = [
      "</script><script>alert(1)</script>",
      "<!--<script>",
      "]]><img src=x onerror=alert(1)>",
      "<img src=https://example.org/x onerror=alert(1)>",
      "<svg/onload=alert(1)>",
      "<iframe src=javascript:alert(1)>",
      "<style>@import 'https://example.org/x.css'</style>",
      "<link rel=stylesheet href=https://example.org/x.css>",
      "<a href=javascript:alert(1)>x</a>",
      "\u2028alert(1)\u2029",
      '"><b id=injected>x</b>',
      "'; alert(1); '",
      "${alert(1)}",
      "\u0000<script>alert(1)</script>",
      "__proto__",
      "<injected-element>",
    ];
    const formatter = jsonFormatter();
    const at = Date.UTC(2026, 0, 31);
    const lines = attacks.flatMap((attack, index) => {
      const common = { scope: `${attack}#${index}`, logger: attack, bound: { [attack]: attack, peer: attack } };
      return [
        createRecord({ ...common, time: at + index, message: attack, fields: { nested: { [attack]: [attack] } } }),
        createRecord({ ...common, time: at + index + 1, levelNumber: 50, message: attack, parent: `${attack}#0`, error: Object.assign(new Error(attack), { [attack]: attack, name: attack, cause: new Error(attack) }) }),
        createRecord({ ...common, time: at + index + 9, message: `${attack} ended`, fields: { durationMs: 8, outcome: attack, lines: { [attack]: 1 } } }),
        createRecord({ time: at + index + 9, levelNumber: 40, logger: "leaks", message: attack, fields: { code: "SCOPELOG_WARN_FORGOTTEN", name: attack, origin: attack, count: 1 } }),
      ]; // biome-ignore format: a record each
    });
    const file = join(folder, "attacks.log");
    const extra = fc.sample(realLine, { seed, numRuns: sizeOf(50, 500) });
    writeFileSync(file, [...lines.map((line) => formatter.format(line)), ...extra].join("\n"));
    const page = join(folder, "attacks.html");
    const { code, err } = await run([
      "report",
      file,
      "-o",
      page,
      "--by",
      "peer",
      "--title",
      attacks.join(" ").replaceAll("\u0000", ""),
    ]);
    expect([0, 1], err).toContain(code);
    const html = readFileSync(page, "utf8");
    const plain = join(folder, "plain.html");
    writeFileSync(file, `${formatter.format(createRecord({ message: "m", scope: "conn#1" }))}\n`);
    expect((await run(["report", file, "-o", plain])).code).toBe(0);
    const scripts = readFileSync(plain, "utf8").match(/<script/g)?.length;
    expect(html.match(/<script/g)?.length).toBe(scripts);
    expect(html).not.toContain("<injected-element");
    const browser = await launch();
    try {
      await using opened = await open(browser, page);
      figures.pages++;
      const { page: shown, noise } = opened;
      // All that can be shown is shown: the details of rows, the tables, the search.
      const rows = shown.locator("#grid .row");
      for (let row = 0; row < Math.min(await rows.count(), sizeOf(3, 30)); row++) {
        await rows.nth(row).click();
        await settle(shown);
        for (const button of await shown.locator("#details tbody button").all())
          await button.click({ timeout: 1000 }).catch(() => undefined);
      }
      await shown.getByLabel("Search").fill("<script>");
      await settle(shown);
      const bad = await shown.evaluate(
        `[...document.querySelectorAll("injected-element, #injected, img, iframe, svg[onload], link, object, embed, base, [onerror], [onload], a[href^='javascript']")].map((one) => one.outerHTML.slice(0, 200))`,
      );
      expect(bad).toEqual([]);
      expect(await shown.evaluate("document.querySelectorAll('script').length")).toBe(scripts);
      expect(await shown.evaluate("document.querySelectorAll('style').length")).toBe(1);
      expect(noise).toEqual([]);
      expect(typeof (await check(shown, "variable('--x')"))).toBe("string");
    } finally {
      await browser.close();
    }
  });
});
