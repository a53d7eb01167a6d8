import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { pino } from "pino";
import type { JsonProfileName, LogRecord } from "scopelog";
import { afterAll, describe, expect, it } from "vitest";
import { Running, run } from "./command.ts";
import { linesIn, reportIn, rowsIn } from "./fixtures/report-data.ts";
import { ended, forgotten, logOf, record, smallLog, start } from "./fixtures/report-log.ts";

const folder = mkdtempSync(join(tmpdir(), "scopelog-report-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
function fileOf(content: string | Buffer): string {
  const file = join(folder, `${++files}.log`);
  writeFileSync(file, content);
  return file;
}

/** Makes a report of a log; what the command said, and what is in the page. */
async function reportOf(log: string | Buffer | readonly LogRecord[], ...args: string[]) {
  const page = join(folder, `${++files}.html`);
  const text = typeof log === "string" || Buffer.isBuffer(log) ? log : logOf(log);
  const result = await run(["report", fileOf(text), "-o", page, ...args]);
  const report = existsSync(page) ? await reportIn(page) : undefined;
  return { ...result, page, report, rows: report === undefined ? [] : rowsIn(report) };
}

const plain = { lines: 1, errors: 0, origin: undefined, inferred: false, late: false };

describe("the report", () => {
  it("is one page that loads nothing, and says what is in it", async () => {
    const { code, out, err, page } = await reportOf(smallLog());
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toMatch(/^8 rows from 17 lines, in .*\.html\n$/);
    const html = readFileSync(page, "utf8");
    expect(html).toMatch(/^<!doctype html>\n<html lang="en">/);
    expect(html).toContain("default-src 'none'");
    expect(html).not.toMatch(/https?:|<link|<img|@import|url\(|\ssrc=|\beval\b|new Function/);
    // Nothing of the log is in it as text.
    expect(html).not.toContain("listening");
  });

  it("has the scopes with their durations, outcomes and lines", async () => {
    const { page, rows, report } = await reportOf(smallLog());
    expect(rows).toEqual([
      { ...plain, id: "server", state: "logger", parent: undefined, ms: 0 },
      { ...plain, id: "conn#1", state: "error", parent: undefined, ms: 55.25, lines: 3, errors: 2 },
      { ...plain, id: "conn#2", state: "ok", parent: undefined, ms: 60, lines: 3, late: true },
      { ...plain, id: "conn.query#3", state: "ok", parent: "conn#2", ms: 22.5, lines: 2, inferred: true },
      { ...plain, id: "conn.query#4", state: "error", parent: "conn#1", ms: 24, lines: 3, errors: 1, inferred: true },
      { ...plain, id: "stats", state: "logger", parent: undefined, ms: 45, lines: 2 },
      {
        ...plain,
        id: "conn#5",
        state: "forgotten",
        parent: undefined,
        ms: 5,
        lines: 2,
        origin: "/app/src/server.ts:41:17",
      },
      { ...plain, id: "leaks", state: "logger", parent: undefined, ms: 0 },
    ]);
    expect(report?.head).toMatchObject({
      start,
      span: 100,
      records: 17,
      notes: [],
      forgotten: [{ name: "conn", origin: "/app/src/server.ts:41:17", count: 1 }],
      gauges: [
        {
          name: "sockets",
          points: [
            [0, 1],
            [55, 3],
            [100, 2],
          ],
        },
      ],
    });
    const lines = await linesIn(page, 1);
    expect(lines.map(({ time, level, message }) => [time, level, message])).toEqual([
      [10, 30, "opened"],
      [60, 50, "request failed"],
      [64, 50, "conn ended"],
    ]);
    expect(lines[1]).toMatchObject({ fields: ["peer=10.0.0.1:1"] });
    expect(lines[1]?.error).toMatch(/^TypeError: cannot read\n {4}at [\s\S]*\ncaused by: Error: read ECONNRESET\n/);
  });

  it.each<JsonProfileName>(["pino", "ecs", "gcp", "datadog"])("is the same from the profile %s", async (profile) => {
    const native = await reportOf(smallLog());
    const { rows, report } = await reportOf(logOf(smallLog(), profile));
    expect(rows).toEqual(native.rows);
    expect(report?.head.forgotten).toEqual(native.report?.head.forgotten);
    expect(report?.head.gauges).toEqual(native.report?.head.gauges);
  });

  it("knows which scope is inside of which where the lines tell it", async () => {
    const { rows } = await reportOf([
      record({ at: 0, scope: "job#1", message: "begin" }),
      record({ at: 1, scope: "job#2", message: "begin" }),
      record({ at: 2, scope: "step#3", message: "work", parent: "job#2" }),
      record({ at: 3, scope: "part#4", message: "work", parent: "step#3" }),
      // Of a scope that has written nothing itself.
      record({ at: 4, scope: "part#5", message: "work", parent: "silent#9" }),
      record({ at: 9, scope: "part#5", message: "done", parent: "silent#9" }),
      // Lies: around each other.
      record({ at: 5, scope: "ring#6", message: "a", parent: "ring#7" }),
      record({ at: 6, scope: "ring#7", message: "b", parent: "ring#6" }),
      record({ at: 7, scope: "self#8", message: "c", parent: "self#8" }),
    ]);
    expect(Object.fromEntries(rows.map(({ id, parent, inferred }) => [id, [parent, inferred]]))).toEqual({
      "job#1": [undefined, false],
      "job#2": [undefined, false],
      "step#3": ["job#2", false],
      "part#4": ["step#3", false],
      "part#5": ["silent#9", false],
      "silent#9": [undefined, false],
      "ring#6": ["ring#7", false],
      "ring#7": [undefined, false],
      "self#8": [undefined, false],
    });
    expect(rows.find(({ id }) => id === "silent#9")).toMatchObject({ ms: 5, lines: 0, state: "open" });
  });

  it("does not guess which scope is inside of which", async () => {
    const { rows } = await reportOf([
      record({ at: 0, scope: "conn#1", message: "opened", bound: { host: "a" } }),
      record({ at: 1, scope: "conn#2", message: "opened", bound: { host: "a" } }),
      record({ at: 2, scope: "conn.query#3", message: "select", bound: { host: "a" } }),
      ended("conn#1", 3, 3, "ok", { bound: { host: "a" } }),
      // Now there is but one.
      record({ at: 4, scope: "conn.query#4", message: "select", bound: { host: "a" } }),
    ]);
    const parents = Object.fromEntries(rows.map(({ id, parent }) => [id, parent]));
    expect(parents).toMatchObject({ "conn.query#3": undefined, "conn.query#4": "conn#2" });
  });

  it("takes a scope that logs again after its end for another one", async () => {
    const { rows } = await reportOf([
      record({ at: 0, scope: "conn#1", message: "opened" }),
      ended("conn#1", 5, 5, "ok"),
      record({ at: 100, scope: "conn#1", message: "opened after a new start" }),
      ended("conn#1", 110, 10, "error"),
    ]);
    expect(rows.map(({ id, state, ms }) => [id, state, ms])).toEqual([
      ["conn#1", "ok", 5],
      ["conn#1", "error", 10],
    ]);
    // So are those that had not ended: what was forgotten in the first run is not what ended in the second.
    const { rows: both } = await reportOf([
      ...[1, 2, 3].map((number) => record({ at: number, scope: `conn#${number}`, message: "opened" })),
      ended("conn#1", 5, 4, "ok"),
      forgotten(10, "conn", "conn#3", "/app/a.ts:1:1", 1),
      ...[1, 2, 3].map((number) => record({ at: 100 + number, scope: `conn#${number}`, message: "opened" })),
      ended("conn#1", 110, 9, "ok"),
      ended("conn#2", 111, 9, "ok"),
      record({ at: 112, scope: "conn#3", message: "still here" }),
      ended("conn#3", 113, 10, "ok"),
    ]);
    expect(both.map(({ id, state, lines }) => [id, state, lines])).toEqual([
      ["conn#1", "ok", 2],
      ["conn#2", "open", 1],
      ["conn#3", "forgotten", 1],
      ["leaks", "logger", 1],
      ["conn#1", "ok", 2],
      ["conn#2", "ok", 2],
      ["conn#3", "ok", 3],
    ]);
  });

  it("tells the scopes of several processes apart", async () => {
    const line = (pid: number, time: number) =>
      `${JSON.stringify({ level: 30, time: start + time, pid, hostname: "h", name: "conn", scope: "conn#1", msg: "hello" })}\n`;
    const { rows } = await reportOf(line(1, 0) + line(2, 1) + line(1, 2));
    expect(rows.map(({ id, lines }) => [id, lines])).toEqual([
      ["conn#1", 2],
      ["conn#1", 1],
    ]);
  });

  it("marks the scopes that reports of forgotten ones mean, and no others", async () => {
    const opened = (number: number) => record({ at: number, scope: `conn#${number}`, message: "opened" });
    const place = "/app/a.ts:1:1";
    // As many without an end as were told: all of them are meant.
    const all = await reportOf([
      ...[1, 2, 3, 4].map(opened),
      ended("conn#2", 10, 8, "ok"),
      forgotten(20, "conn", "conn#4", place, 2, 1),
    ]);
    expect(all.rows.map(({ id, state, origin }) => [id, state, origin])).toEqual([
      ["conn#1", "forgotten", place],
      ["conn#2", "ok", undefined],
      ["conn#3", "forgotten", place],
      ["conn#4", "forgotten", place],
      ["leaks", "logger", undefined],
    ]);
    expect(all.report?.head.forgotten).toEqual([
      { name: "conn", origin: place, count: 2 },
      { name: "conn", origin: null, count: 1 },
    ]);
    // More than were told: some are still open, and only the named one is known.
    const some = await reportOf([
      ...[1, 2, 3, 4].map(opened),
      ended("conn#2", 10, 8, "ok"),
      forgotten(20, "conn", "conn#4", place, 1),
    ]);
    expect(some.rows.filter(({ state }) => state === "forgotten").map(({ id }) => id)).toEqual(["conn#4"]);
    // No summaries: that there is none says nothing.
    const none = await reportOf([...[1, 2].map(opened), forgotten(20, "conn", "conn#2", place, 2)]);
    expect(none.rows.filter(({ state }) => state === "forgotten").map(({ id }) => id)).toEqual(["conn#2"]);
  });

  it("reads the warning of the runtime beside the log, and a report under any message", async () => {
    const warning =
      "(node:17) [SCOPELOG_WARN_FORGOTTEN] ScopelogWarning: 3 scopes named job, opened at /app/b.ts:2:2, were garbage " +
      "collected without being disposed. What their handlers held open has been closed.\n";
    const { code, rows, report } = await reportOf(
      `${logOf([record({ at: 0, scope: "conn#1", message: "opened" })])}${warning}${logOf([
        record({
          at: 5,
          message: "leak!",
          fields: { code: "SCOPELOG_WARN_FORGOTTEN", id: "conn#1", origin: "/app/c.ts:3:3", count: 1 },
        }),
      ])}`,
    );
    expect(code).toBe(0);
    expect(report?.head.forgotten).toEqual([
      { name: "job", origin: "/app/b.ts:2:2", count: 3 },
      { name: "conn", origin: "/app/c.ts:3:3", count: 1 },
    ]);
    expect(rows[0]).toMatchObject({ id: "conn#1", state: "forgotten", origin: "/app/c.ts:3:3" });
  });

  it("groups the lines of pino, which has no scopes, by a request's id", async () => {
    let log = "";
    const logger = pino({ base: null }, { write: (line: string) => void (log += line) });
    logger.info("listening");
    logger.child({ reqId: "r-1" }).info("incoming");
    logger.child({ req: { id: 7, url: "/" } }).error(new Error("no"), "failed");
    logger.child({ reqId: "r-1" }).info("completed");
    const { rows } = await reportOf(log);
    expect(rows.map(({ id, lines, errors, state }) => [id, lines, errors, state])).toEqual([
      ["(root)", 1, 0, "logger"],
      ["reqId=r-1", 2, 0, "open"],
      ["req.id=7", 1, 1, "open"],
    ]);
    const off = await reportOf(log, "--by=");
    expect(off.rows.map(({ id, lines }) => [id, lines])).toEqual([["(root)", 4]]);
    const own = await reportOf(log, "--by", "req.url");
    expect(own.rows.map(({ id, lines }) => [id, lines])).toEqual([
      ["(root)", 3],
      ["req.url=/", 1],
    ]);
  });

  it("has only what was asked for", async () => {
    const ids = async (...args: string[]) => (await reportOf(smallLog(), ...args)).rows.map(({ id }) => id);
    expect(await ids("--scope", "conn.query")).toEqual(["conn.query#3", "conn.query#4"]);
    expect(await ids("--since", new Date(start + 90).toISOString())).toEqual(["leaks", "stats"]);
    expect(await ids("--until", new Date(start + 10).toISOString())).toEqual(["server", "conn#1"]);
    const nothing = await reportOf(smallLog(), "--scope", "nobody");
    expect(nothing).toMatchObject({ code: 1, out: "", report: undefined });
    expect(nothing.err).toMatch(/none of the 17 records in .* is one that was asked for; no page was written\n$/);
  });

  it("keeps what its limits allow, counts the rest, and keeps errors before other lines", async () => {
    const records = Array.from({ length: 50 }, (_, at) => record({ at, scope: "job#1", message: `line ${at}` }));
    records.push(record({ at: 60, scope: "job#1", levelNumber: 50, message: "failed" }));
    records.push(record({ at: 61, scope: "job#2", message: "other" }));
    records.push(record({ at: 62, scope: "job#3", message: "one too many" }));
    const { page, report, rows, code } = await reportOf(records, "--lines-per-scope", "5", "--max-scopes", "2");
    expect(code).toBe(0);
    expect(rows.map(({ id, lines }) => [id, lines])).toEqual([
      ["job#1", 51],
      ["job#2", 1],
    ]);
    expect((await linesIn(page, 0)).map(({ message }) => message)).toEqual([
      ...[0, 1, 2, 3, 4].map((at) => `line ${at}`),
      "failed",
    ]);
    expect(report?.head.notes).toEqual([
      "1 line of further scopes are not in this page (--max-scopes).",
      "Counted, but not kept: 45 lines (--max-lines, --lines-per-scope).",
    ]);
    const few = await reportOf(records, "--max-lines", "10");
    expect((await linesIn(few.page, 0)).map(({ message }) => message)).toEqual([
      ...[0, 1, 2, 3, 4, 5, 6, 7, 8].map((at) => `line ${at}`),
      "failed",
    ]);
  });

  it("shows what is in the data, and obeys none of it", async () => {
    const evil = "</script><!--\u202e\u001b[31m\u0000\u001e\u001f\u001d\u2028\ud800";
    const { page, rows } = await reportOf(
      [record({ at: 0, scope: `${evil}#1`, message: evil, fields: { [evil]: evil }, error: new Error(evil) })],
      "--title",
      // No argument of a program has a NUL.
      evil.replace("\0", ""),
    );
    const shown = "</script><!--\\u202e\\x1b[31m\\x00\\x1e\\x1f\\x1d\\u2028\\ud800";
    expect(rows[0]?.id).toBe(`${shown}#1`);
    const [line] = await linesIn(page, 0);
    expect(line).toMatchObject({ message: shown, fields: [`${shown}=${shown}`] });
    expect(line?.error?.split("\n")[0]).toBe(`Error: ${shown}`);
    const html = readFileSync(page, "utf8");
    expect(html).toContain("<title>&lt;/script&gt;&lt;!--\\u202e\\x1b[31m\\x1e");
    expect(html.match(/<\/script>/g)).toHaveLength(3);
    expect(html).not.toMatch(/[\u0000-\u0008\u202e\u2028]/);
  });

  it("cuts what is too long", async () => {
    const { page } = await reportOf([
      record({ at: 0, scope: "a#1", message: "m".repeat(10_000), fields: { one: "v".repeat(10_000), two: 2 } }),
    ]);
    const [line] = await linesIn(page, 0);
    expect(line?.message).toBe(`${"m".repeat(4000)} [6000 more]`);
    expect(line?.fields).toEqual([`one=${"v".repeat(1000)} [9000 more]`, "two=2"]);
  });

  it("puts a line without a time where it stands", async () => {
    const { rows, report } = await reportOf(
      `{"level":"info","msg":"no time yet"}\n${logOf([record({ at: 5, scope: "a#1", message: "x" })])}{"level":"info","logger":"l","msg":"none"}\n`,
    );
    expect(rows.map(({ id }) => id)).toEqual(["a#1", "l"]);
    expect(report?.head.records).toBe(3);
    expect(report?.head.span).toBe(0);
  });

  it("reads several logs, gzip files and standard input", async () => {
    const [one, two] = [
      logOf([record({ at: 0, scope: "a#1", message: "x" })]),
      logOf([record({ at: 1, scope: "b#2", message: "y" })]),
    ];
    const page = join(folder, "several.html");
    const packed = fileOf(gzipSync(one));
    const { code } = await run(["report", packed, "-", "-o", page], two);
    expect(code).toBe(0);
    expect(rowsIn(await reportIn(page)).map(({ id }) => id)).toEqual(["a#1", "b#2"]);
    const out = await run(["report", "-o", "-"], one);
    expect(out).toMatchObject({ code: 0, err: "" });
    expect(out.out).toMatch(/^<!doctype html>[\s\S]*<\/html>\n$/);
  });
});

describe("bad input", () => {
  it("is counted and told, also in the page", async () => {
    const { code, err, report, rows } = await reportOf(`${logOf(smallLog())}{"broken\nplain text\n{"cut":`);
    expect(code).toBe(1);
    expect(err).toBe(
      "scopelog report: of 20 lines: 1 broken (JSON that does not parse), 1 cut off at the end of the input, 1 no log record\n",
    );
    expect(rows).toHaveLength(8);
    expect(report?.head.notes[0]).toContain("1 broken");
  });

  it("that is empty or no log writes no page, and ends with 1", async () => {
    for (const text of ["", "\n\n", "hello\n"]) {
      const { code, out, err, report } = await reportOf(text);
      expect({ code, out, report }).toEqual({ code: 1, out: "", report: undefined });
      expect(err).toMatch(/there is no log record in .*\.log; no page was written\n$/);
    }
  });

  it("that is missing is told, and does not keep others from being shown", async () => {
    const missing = join(folder, "missing.log");
    const page = join(folder, "missing.html");
    expect(await run(["report", missing, "-o", page])).toMatchObject({
      code: 2,
      out: "",
      err: `scopelog report: ${missing}: no such file\n`,
    });
    expect(existsSync(page)).toBe(false);
    const { code } = await run(["report", missing, fileOf(logOf(smallLog())), "-o", page]);
    expect(code).toBe(2);
    expect((await reportIn(page)).head.notes).toEqual(["1 input could not be read, or not to the end."]);
  });

  it("of options is told", async () => {
    const bad = async (...args: string[]) => {
      const { code, err } = await run(["report", "x.log", ...args]);
      expect(code).toBe(2);
      return err.split("\n")[0];
    };
    expect(await bad("--max-lines", "0")).toBe("scopelog report: --max-lines must be a whole number from 1 to 5000000");
    expect(await bad("--since", "noon")).toContain("--since must be a time");
    expect(await bad("--scope", "a b#c")).toContain("--scope is");
    expect(await bad("--nonsense")).toContain("--nonsense");
    expect(await bad("-o", "")).toContain("--output");
    expect((await run(["report", "--help"])).out).toContain("scopelog report [FILE...]");
  });
});

describe("the output", () => {
  it("never goes over the log itself", async () => {
    const text = logOf(smallLog());
    const log = fileOf(text);
    const { code, err } = await run(["report", log, "-o", log]);
    expect({ code, err }).toEqual({
      code: 2,
      err: `scopelog report: ${log}: is the log itself; give another file with -o\n`,
    });
    expect(readFileSync(log, "utf8")).toBe(text);
  });

  it("must have a place", async () => {
    const log = fileOf(logOf(smallLog()));
    const nowhere = join(folder, "no", "page.html");
    expect(await run(["report", log, "-o", nowhere])).toMatchObject({
      code: 2,
      err: `scopelog report: ${nowhere}: there is no such folder\n`,
    });
    mkdirSync(join(folder, "dir.html"));
    expect((await run(["report", log, "-o", join(folder, "dir.html")])).err).toContain("is a directory; give a file");
    expect(await run(["report", log, "-o", "/dev/null"])).toMatchObject({ code: 0 });
    expect(statSync("/dev/null").isFile()).toBe(false);
    expect(await run(["report", log, "-o", "/dev/full"])).toMatchObject({ code: 2 });
  });

  it("replaces an old page in one piece, and leaves nothing beside it", async () => {
    const own = join(folder, "own");
    mkdirSync(own);
    const page = join(own, "page.html");
    writeFileSync(page, "old");
    expect((await run(["report", fileOf(logOf(smallLog())), "-o", page])).code).toBe(0);
    expect(readdirSync(own)).toEqual(["page.html"]);
    expect((await reportIn(page)).count).toBe(8);
  });
});

it("keeps a bounded part of a large log in memory", async () => {
  const page = join(folder, "large.html");
  const tell = "process.on('exit',()=>process._rawDebug('peak '+process.resourceUsage().maxRSS))";
  const args = ["report", "-o", page, "--max-lines", "5000", "--max-scopes", "1000"];
  using running = new Running(args, {}, ["--import", `data:text/javascript,${tell}`]);
  const filler = "x".repeat(400);
  for (let block = 0; block < 400; block++) {
    let text = "";
    for (let line = 0; line < 1000; line++) {
      text += `{"time":${start + block},"level":"info","scope":"job#${block * 1000 + line}","msg":"${filler}"}\n`;
    }
    if (!running.child.stdin.write(text)) await once(running.child.stdin, "drain");
  }
  running.child.stdin.end();
  const { code, err } = await running.ended;
  expect(code).toBe(0);
  // The input has 190 MB; a small one takes some 70.
  expect(Number(/peak (\d+)/.exec(err)?.[1]) / 1024).toBeLessThan(180);
  const { head, count } = await reportIn(page);
  expect({ records: head.records, unlisted: head.unlisted, count }).toEqual({
    records: 400_000,
    unlisted: 399_000,
    count: 1000,
  });
});
