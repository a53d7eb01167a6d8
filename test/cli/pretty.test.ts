import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { pino } from "pino";
import { createRecord, type JsonProfileName, jsonFormatter, type RecordInit } from "scopelog";
import { afterAll, describe, expect, it } from "vitest";
import { command, environment, Running, run } from "./command.ts";

const folder = mkdtempSync(join(tmpdir(), "scopelog-pretty-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const noon = Date.UTC(2026, 0, 31, 12);
const iso = ["--time", "iso"];

function lines(records: readonly RecordInit[], profile: JsonProfileName = "native"): string {
  const formatter = jsonFormatter({ profile });
  return records.map((init) => `${formatter.format(createRecord({ time: noon, ...init }))}\n`).join("");
}

function fileOf(name: string, content: string | Buffer): string {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
}

const scope = (id: string, more: RecordInit = {}): RecordInit => ({
  logger: id.split("#")[0] as string,
  scope: id,
  message: `line of ${id}`,
  ...more,
});

describe("scopelog pretty", () => {
  it("shows the lines of every profile alike", async () => {
    const cause = new RangeError("inner");
    cause.stack = "RangeError: inner\n    at inner (file:///app/inner.js:1:1)";
    const error = Object.assign(new TypeError("outer", { cause }), { code: "E_OUTER" });
    error.stack = "TypeError: outer\n    at outer (file:///app/outer.js:1:1)\n    at node:internal/main:1:1";
    const records: RecordInit[] = [
      { logger: "app", message: "started", fields: { port: 80 } },
      scope("conn#17", {
        levelNumber: 40,
        bound: { peer: "10.0.0.1" },
        fields: { name: "Bob B.", ok: true, none: null },
      }),
      scope("conn#17", { levelNumber: 50, message: "failed", error }),
      scope("conn#17", { message: "after", late: true, fields: { nested: { a: [1, "x"] } } }),
    ];
    const expected = `2026-01-31T12:00:00.000Z INFO  app started port=80
2026-01-31T12:00:00.000Z WARN  conn#17 line of conn#17 peer=10.0.0.1 name="Bob B." ok=true none=null
2026-01-31T12:00:00.000Z ERROR conn#17 failed
    TypeError: outer
        at outer (file:///app/outer.js:1:1)
        at node:internal/main:1:1
        code=E_OUTER
    caused by: RangeError: inner
        at inner (file:///app/inner.js:1:1)
2026-01-31T12:00:00.000Z INFO  conn#17 after (late) nested={"a":[1,"x"]}
`;
    for (const profile of ["native", "pino", "ecs", "gcp", "datadog"] as const) {
      expect(await run(["pretty", ...iso], lines(records, profile)), profile).toEqual({
        code: 0,
        signal: null,
        out: expected,
        err: "",
      });
    }
  });

  it("shows pino's own lines, with the causes that it writes into the stack", async () => {
    const written: string[] = [];
    const logger = pino(
      { name: "app", timestamp: () => `,"time":${noon}` },
      { write: (line: string) => void written.push(line) },
    );
    logger.child({ reqId: 7 }).info({ req: { method: "GET" } }, "incoming");
    const error = new Error("outer", { cause: new Error("inner") });
    error.stack = "Error: outer\n    at outer.js:1:1";
    (error.cause as Error).stack = "Error: inner\n    at inner.js:1:1";
    logger.error(error);
    const { out, err, code } = await run(["pretty", ...iso], written.join(""));
    expect({ out, err, code }).toEqual({
      out: `2026-01-31T12:00:00.000Z INFO  app incoming reqId=7 req={"method":"GET"}
2026-01-31T12:00:00.000Z ERROR app outer
    Error: outer: inner
        at outer.js:1:1
    caused by: Error: inner
        at inner.js:1:1
`,
      err: "",
      code: 0,
    });
    const { out: shown } = await run(["pretty", "--hide=", ...iso], written.join(""));
    expect(shown).toContain(`pid=${process.pid} hostname=`);
    expect((await run(["pretty", "--hide", "reqId, req", ...iso], written[0])).out).toMatch(
      /incoming pid=\d+ hostname=\S+\n$/,
    );
  });

  it("reads files, gzip files and standard input, one after the other", async () => {
    const one = fileOf("one.log", lines([{ message: "one" }]));
    const two = fileOf("two.log.gz", gzipSync(lines([{ message: "two" }])));
    const { out, code } = await run(["pretty", "--time=none", two, "-", one], gzipSync(lines([{ message: "three" }])));
    expect({ out, code }).toEqual({ out: "INFO  two\nINFO  three\nINFO  one\n", code: 0 });
  });

  it("shows the time as it is wanted", async () => {
    const input = lines([
      { message: "a" },
      { message: "b", time: noon + 1234 },
      { message: "c", time: noon + 3_723_004 },
    ]);
    const shown = async (style: string) => (await run(["pretty", "-t", style], input)).out.split("\n");
    expect(await shown("none")).toEqual(["INFO  a", "INFO  b", "INFO  c", ""]);
    expect(await shown("local")).toContain("2026-01-31 12:00:01.234 INFO  b");
    expect(await shown("iso")).toContain("2026-01-31T12:00:01.234Z INFO  b");
    expect(await shown("relative")).toEqual([" +0.000s INFO  a", " +1.234s INFO  b", "+1h02m03.004s INFO  c", ""]);
    // The day is told where it is not today, once.
    expect(await shown("clock")).toEqual([
      "-- 2026-01-31 --",
      "12:00:00.000 INFO  a",
      "12:00:01.234 INFO  b",
      "13:02:03.004 INFO  c",
      "",
    ]);
    expect((await run(["pretty"], '{"level":30,"msg":"m"}\n{"level":30,"time":1e300,"msg":"m"}\n')).out).toMatch(
      /^- +INFO {2}m\n/,
    );
    const zone = await run(["pretty", "-t", "local"], input, { TZ: "Asia/Kolkata" });
    expect(zone.out).toContain("2026-01-31 17:30:00.000 INFO  a");
  });

  it("folds long and large fields, and expands them", async () => {
    const input = lines([
      {
        message: "two\nlines",
        fields: { text: "a\nb", long: "x".repeat(1000), body: { list: Array(50).fill(1), deep: { a: 1 } } },
      },
    ]);
    const folded = await run(["pretty", "-t", "none"], input);
    expect(folded.out).toBe(
      `INFO  two\\nlines text="a\\nb"\n    long: ${"x".repeat(160)}[840 more]\n    body: {"list":[1${",1".repeat(49)}],"deep":{"a":1}}\n`,
    );
    const { out } = await run(["pretty", "-t", "none", "--expand"], input);
    expect(out).toContain("INFO  two\n    lines\n    text:\n      a\n      b\n    long: xxx");
    expect(out).toContain(`x`.repeat(1000));
    expect(out).toContain('        "deep": {\n          "a": 1\n        }\n      }\n');
  });

  it("shows errors among the fields, with what is inside of them", async () => {
    const first = new Error("first");
    first.stack = "Error: first\n    at a.js:1:1";
    const many = new AggregateError([first, "text"], "many");
    many.stack = "AggregateError: many\n    at b.js:1:1";
    const { out } = await run(["pretty", "-t", "none"], lines([{ message: "m", fields: { reason: many, after: 1 } }]));
    expect(out).toBe(
      "INFO  m after=1\n    reason: AggregateError: many\n        at b.js:1:1\n      - Error: first\n          at a.js:1:1\n      - text\n",
    );
  });

  it("shows what a terminal would obey, and never lets it through", async () => {
    const evil = "\u001b[31m\u001b]0;title\u0007\r\u0008\u009b2J\u202e\u2028\u0000";
    const error = Object.assign(new Error(`bad ${evil}`), { code: evil, [evil]: evil, cause: evil });
    error.name = `Name${evil}`;
    error.stack = `Name${evil}: bad ${evil}\n    at ${evil} (x.js:1:1)`;
    const record: RecordInit = {
      logger: evil,
      message: evil,
      fields: { [evil]: evil, nested: { [evil]: evil }, long: evil.repeat(30), thrown: error },
      error,
    };
    for (const profile of ["native", "pino", "ecs", "gcp", "datadog"] as const) {
      for (const more of profile === "native" ? [[], ["--expand"], ["--group"]] : [["--expand"]]) {
        const { out } = await run(
          ["pretty", ...more],
          lines([record, { ...record, scope: `${evil}#1` }], profile) + evil,
        );
        // biome-ignore format: one range a kind
        expect(out, profile).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/);
        expect(out).toContain("\\x1b[31m");
        expect(out).toContain("\\u202e");
        // Every line of a record but the first is indented, so that none passes for another record.
        const records = out.split("\n").filter((line) => /^\d\d:\d\d/.test(line));
        expect(records).toHaveLength(2);
      }
    }
    const odd = `{"level":"${"\\u001b[31m".repeat(3)}","time":${noon},"msg":"m","pid":1,"err":{"stack":"\\u001b[2J\\n at \\u001b[2J"}}\n`;
    const { out } = await run(["pretty", "--color=always"], odd + evil.replaceAll("\u0000", ""));
    // Only its own colours.
    expect(out.replace(/\u001b\[(?:\d+)(?:;\d+)*m/g, "")).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
    expect(out).toContain("\\x1b[2J");
  });
});

describe("colour", () => {
  const input = lines([scope("conn#1"), scope("conn#2"), scope("conn#1"), { message: "none" }]);
  const colored = /\u001b\[/;

  it("is not there unless a terminal is, or it is wanted", async () => {
    expect((await run(["pretty"], input)).out).not.toMatch(colored);
    expect((await run(["pretty", "--color=never"], input, { FORCE_COLOR: "1" })).out).not.toMatch(colored);
    expect((await run(["pretty", "--color", "always"], input)).out).toMatch(colored);
    expect((await run(["pretty"], input, { FORCE_COLOR: "1" })).out).toMatch(colored);
    expect((await run(["pretty", "--color=always"], input, { NO_COLOR: "1" })).out).toMatch(colored);
    expect((await run(["pretty"], input, { FORCE_COLOR: "0" })).out).not.toMatch(colored);
  });

  it("marks the lines of a scope alike, those below a line too, in every run", async () => {
    const errors = lines([
      scope("conn#1", { error: new Error("x") }),
      scope("conn#2"),
      scope("conn#1"),
      { message: "none" },
    ]);
    const { out } = await run(["pretty", "--color=always", "-t", "none"], errors);
    const marks = out
      .trimEnd()
      .split("\n")
      .map((line) => /^\u001b\[(38;5;\d+)m\u258c\u001b\[0m/.exec(line)?.[1]);
    expect(marks.length).toBeGreaterThan(4);
    expect(new Set(marks.slice(0, -3)).size).toBe(1);
    expect(marks[0]).toBeDefined();
    expect(marks.at(-3)).not.toBe(marks[0]);
    expect(marks.at(-2)).toBe(marks[0]);
    expect(marks.at(-1)).toBeUndefined();
    expect((await run(["pretty", "--color=always", "-t", "none"], errors)).out).toBe(out);
  });

  const script = spawnSync("script", ["--version"]).status === 0;
  if (!script && process.env["CI"] !== undefined) throw new Error("the command script (util-linux) is missing");
  if (!script) console.warn("The command script (util-linux) is missing: colour on a terminal is NOT tested.");

  it.runIf(script)("is there on a terminal, unless NO_COLOR asks for none", () => {
    const file = fileOf("color.log", input);
    const onTerminal = (env: NodeJS.ProcessEnv) =>
      spawnSync("script", ["-qec", `'${process.execPath}' '${command}' pretty '${file}'`, "/dev/null"], {
        env: { ...environment, ...env },
        encoding: "utf8",
      }).stdout;
    expect(onTerminal({})).toMatch(colored);
    expect(onTerminal({ NO_COLOR: "1" })).toContain("conn#1 line of conn#1");
    expect(onTerminal({ NO_COLOR: "1" })).not.toMatch(colored);
    expect(onTerminal({ TERM: "dumb" })).not.toMatch(colored);
  });

  it.runIf(script)("leaves the terminal as it was when Ctrl-C comes, and ends by the signal", async () => {
    const file = fileOf("interrupted.log", input);
    const log = fileOf("typescript", "");
    // $$ of a shell that execs is the command.
    const shell = `echo $$ >'${log}.pid'; exec '${process.execPath}' '${command}' pretty -f '${file}'`;
    const child = spawnSync(
      "sh",
      [
        "-c",
        `script -qefc "$1" '${log}' >/dev/null 2>&1 & n=0; until grep -q 'none' '${log}' || [ $n -ge 300 ]; do n=$((n+1)); sleep 0.1; done; kill -INT $(cat '${log}.pid'); wait $!; echo $?`,
        "sh",
        shell,
      ],
      { env: { ...environment, SHELL: "/bin/sh" }, encoding: "utf8", timeout: 50_000 },
    );
    expect(child.stdout.trim()).toBe("130");
    const shown = spawnSync("cat", [log], { encoding: "utf8" }).stdout;
    expect(shown).toMatch(/none\r?\n\u001b\[0m/);
  });
});

describe("filters", () => {
  const input = `${lines([
    { logger: "app", message: "plain", levelNumber: 20 },
    scope("conn#1", { fields: { peer: "10.0.0.1" }, time: noon + 60_000 }),
    scope("conn#17", { levelNumber: 40, time: noon + 120_000, message: "WARNED" }),
    scope("conn.query#3", {
      levelNumber: 50,
      error: Object.assign(new Error("broken pipe"), { code: "EPIPE" }),
      time: noon + 180_000,
    }),
    scope("connection#4", { levelNumber: 35, time: noon + 240_000 }),
  ])}just text\n`;
  const names = ["app", "conn#1", "conn#17", "conn.query#3", "connection#4", "just"];

  async function shown(...args: string[]): Promise<string[]> {
    const { out, code } = await run(["pretty", "-t", "none", ...args], input);
    expect(code).toBe(0);
    return out
      .split("\n")
      .filter((line) => /^\S/.test(line))
      .map((line) => (line.startsWith("just") ? "just" : (line.split(/\s+/)[1] as string)));
  }

  it("are none without any", async () => {
    expect(await shown()).toEqual(names);
  });

  it("choose scopes by id, by name, and all below a name", async () => {
    expect(await shown("--scope", "conn#17")).toEqual(["conn#17"]);
    expect(await shown("-s", "conn")).toEqual(["conn#1", "conn#17"]);
    expect(await shown("-s", "conn.*")).toEqual(["conn#1", "conn#17", "conn.query#3"]);
    expect(await shown("-s", "*")).toEqual(names.slice(0, 5));
    expect(await shown("-s", "app", "-s", "connection#4")).toEqual(["app", "connection#4"]);
    expect(await shown("-s", "conn#2")).toEqual([]);
  });

  it("choose the scopes inside of one, where lines tell what they are inside of", async () => {
    const nested = ["outer#1", "inner#2", "innermost#3", "other#4"]
      .map((id, index, all) =>
        JSON.stringify({
          time: noon,
          level: index < 2 ? "debug" : "info",
          logger: "x",
          scope: id,
          parent: index % 3 === 0 ? undefined : all[index - 1],
          msg: "m",
        }),
      )
      .join("\n");
    const { out } = await run(["pretty", "-t", "none", "-s", "outer#1"], nested);
    expect(out.match(/\w+#\d/g)).toEqual(["outer#1", "inner#2", "innermost#3"]);
    // What is inside of what is learned from lines that are not shown, too.
    const { out: graver } = await run(["pretty", "-t", "none", "-s", "outer#1", "-l", "info"], nested);
    expect(graver.match(/\w+#\d/g)).toEqual(["innermost#3"]);
  });

  it("choose levels", async () => {
    expect(await shown("--level", "warn")).toEqual(["conn#17", "conn.query#3"]);
    expect(await shown("-l", "ERROR")).toEqual(["conn.query#3"]);
    expect(await shown("-l", "35")).toEqual(["conn#17", "conn.query#3"]);
    expect(await shown("-l", "trace")).toEqual(names.slice(0, 5));
    const numbers = '{"level":35,"time":1,"msg":"between"}\n{"time":1,"msg":"none"}\n';
    expect((await run(["pretty", "-t", "none", "-l", "35"], numbers)).out).toBe("INFO+5 between\n");
  });

  it("choose a time", async () => {
    expect(await shown("--since", "2026-01-31T12:02Z")).toEqual(["conn#17", "conn.query#3", "connection#4"]);
    expect(await shown("--since", "2026-01-31T12:02:00", "--until", "2026-01-31T12:03:00Z")).toEqual([
      "conn#17",
      "conn.query#3",
    ]);
    expect(await shown("--until", "2026-01-31")).toEqual([]);
    expect(await shown("--since", "10m")).toEqual([]);
    const recent = lines([
      { message: "old", time: Date.now() - 3_600_000 },
      { message: "new", time: Date.now() - 60_000 },
    ]);
    expect((await run(["pretty", "-t", "none", "--since", "10m"], recent)).out).toBe("INFO  new\n");
    expect((await run(["pretty", "-t", "none", "--until", "0.5h ago"], recent)).out).toBe("INFO  old\n");
    const midnight = await run(
      ["pretty", "-t", "none", "--since", "0:00"],
      lines([{ time: Date.now(), message: "now" }, {}]),
    );
    expect(midnight.out).toBe("INFO  now\n");
  });

  it("choose by a regular expression, in message, fields, error and text", async () => {
    expect(await shown("--grep", "^plain$")).toEqual(["app"]);
    expect(await shown("-g", "^peer=10\\.")).toEqual(["conn#1"]);
    expect(await shown("-g", "broken pipe")).toEqual(["conn.query#3"]);
    expect(await shown("-g", "code=EPIPE")).toEqual(["conn.query#3"]);
    expect(await shown("-g", "just|plain")).toEqual(["app", "just"]);
    expect(await shown("-g", "warned")).toEqual([]);
    expect(await shown("-g", "warned", "-i")).toEqual(["conn#17"]);
    expect(await shown("-g", "line", "-l", "info", "-s", "conn")).toEqual(["conn#1"]);
  });
});

describe("groups", () => {
  it("hold the lines of a scope until it ends", async () => {
    const end = (id: string): RecordInit =>
      scope(id, { message: `${id.split("#")[0]} ended`, fields: { durationMs: 1, outcome: "ok", lines: { info: 2 } } });
    const input = lines([
      scope("conn#1", { message: "a1" }),
      scope("conn#2", { message: "b1" }),
      { message: "none" },
      scope("conn#1", { message: "a2" }),
      scope("conn#2", { message: "b2" }),
      end("conn#2"),
      scope("conn#3", { message: "c1" }),
      end("conn#1"),
    ]);
    const { out } = await run(["pretty", "-t", "none", "--group"], input);
    expect(out.split("\n").map((line) => /(?:\b[abc]\d|none|ended|-- .*)$/.exec(line)?.[0])).toEqual([
      ...["none", "-- conn#2 --", "b1", "b2", undefined, "-- conn#1 --", "a1", "a2", undefined],
      ...["-- conn#3 --", "c1", undefined],
    ]);
  });

  it("are bounded: a scope without an end comes in parts", async () => {
    const many = Array.from({ length: 2500 }, (_, index) => scope("conn#1", { message: `m${index}` }));
    const { out } = await run(["pretty", "-t", "none", "--group"], lines(many));
    expect(out.match(/^-- .*$/gm)).toEqual(["-- conn#1 --", "-- conn#1, continued --", "-- conn#1, continued --"]);
    expect([...out.matchAll(/ m(\d+)$/gm)].map(([, number]) => Number(number))).toEqual(many.map((_, index) => index));
    const crowd = Array.from({ length: 12_000 }, (_, index) => scope(`conn#${index}`));
    // From a file, where nothing comes out for having waited long; a line without a scope comes out at once.
    const file = fileOf("crowd.log", lines([...crowd, { message: "the last" }]));
    const shown = [...(await run(["pretty", "-t", "none", "--group", file])).out.matchAll(/^INFO .*? ?(\S+)$/gm)];
    const ids = shown.map(([, id]) => id);
    expect(ids).toHaveLength(12_001);
    expect(ids.indexOf("last")).toBe(2000);
    expect(ids[0]).toBe("conn#0");
    expect(ids[1999]).toBe("conn#1999");
  });

  it("of a live program come out when nothing more comes", async () => {
    using running = new Running(["pretty", "-t", "none", "--group"]);
    running.child.stdin.write(lines([scope("conn#1")]));
    await running.until(({ out }) => out.includes("line of conn#1"));
  });
});

describe("the command line", () => {
  it("is refused with what is wrong, and 2", async () => {
    const cases: [string[], RegExp][] = [
      [["--grep", "("], /--grep: .*\(/],
      [["--level", "loud"], /--level is trace, .*; not "loud"/],
      [["--since", "yesterday"], /--since must be a time: .*; not "yesterday"/],
      [["--until", "25:00"], /--until must be a time/],
      [["--scope", "conn#"], /--scope is conn#17/],
      [["--time", "soon"], /--time is clock, /],
      [["--color", "red"], /--color is auto, always or never/],
      [["--max-line", "0"], /--max-line must be/],
      [["--follow"], /--follow takes one file/],
      [["--follow", "a", "b"], /--follow takes one file/],
      [["-i"], /--ignore-case is for --grep/],
      [["--unknown"], /--unknown/],
    ];
    for (const [args, message] of cases) {
      const { code, out, err } = await run(["pretty", ...args]);
      expect({ code, out }, args.join(" ")).toEqual({ code: 2, out: "" });
      expect(err).toMatch(message);
      expect(err).toContain('"scopelog pretty --help" tells what there is.');
    }
  });

  it("helps", async () => {
    const { code, out } = await run(["pretty", "--help"]);
    expect(code).toBe(0);
    for (const text of ["--follow", "--scope", "--since", "--group", "Ends with 0"]) expect(out).toContain(text);
  });
});
