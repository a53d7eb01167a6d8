import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { parseOptions } from "../../src/cli/demo/args.ts";
import type { ActResult, Sample } from "../../src/cli/demo/measure/sample.ts";
import { Pace } from "../../src/cli/demo/pace.ts";
import { SeenNumbers } from "../../src/cli/demo/peers/seen-numbers.ts";
import { drawChart } from "../../src/cli/demo/screen/chart.ts";
import { LiveTable } from "../../src/cli/demo/screen/live-table.ts";
import { type Style, styleFor } from "../../src/cli/demo/screen/style.ts";
import { failures } from "../../src/cli/demo/verdict.ts";

const sample = (part: Partial<Sample> = {}): Sample => {
  return { time: 0, connections: 10, live: 0, sockets: 0, heapBytes: 1e6, logged: 40, received: 40, ...part };
};

const result = (number: number, part: Partial<ActResult> = {}): ActResult => {
  const title = ["", "the 2015 way", "using", "forgotten"][number] as string;
  const rest = { planned: 10, because: undefined, samples: [], end: sample(), duplicates: 0, seconds: 1, told: [] };
  return { number, title, ...rest, ...part };
};

const plain: Style = styleFor(new PassThrough() as unknown as NodeJS.WriteStream, {});

test("flags are read", () => {
  expect(parseOptions([])).toEqual({
    connections: 20_000,
    concurrency: 32,
    syslog: undefined,
    log: undefined,
    report: undefined,
  });
  expect(
    parseOptions(["--connections", "1_000", "--concurrency=8", "--syslog", "[::1]:514", "--log", "a.log"]),
  ).toEqual({
    connections: 1000,
    concurrency: 8,
    syslog: { host: "::1", port: 514 },
    log: "a.log",
    report: undefined,
  });
});

test("seen numbers tell what is new from what came again", () => {
  const seen = new SeenNumbers();
  for (const number of [1, 2, 3, 2, 100_000, 8, 100_000]) seen.see(number);
  expect([seen.different, seen.again]).toEqual([5, 2]);
});

test("no more lines are on their way than the window holds", () => {
  const pace = new Pace(1000, 500, 100);
  // Four lines a connection: 25 connections fill the window, however many might be open.
  expect(pace.next({ asked: 0, served: 0, received: 0 })).toBe(25);
  expect(pace.next({ asked: 25, served: 25, received: 60 })).toBe(15);
  expect(pace.next({ asked: 25, served: 20, received: 10 })).toBe(0);
  expect(pace.next({ asked: 990, served: 990, received: 3960 })).toBe(10);
  expect(pace.next({ asked: 1000, served: 990, received: 3960 })).toBe(0);
});

test("no more connections are open than were asked for", () => {
  const pace = new Pace(1000, 32, Number.POSITIVE_INFINITY);
  expect(pace.next({ asked: 0, served: 0, received: undefined })).toBe(32);
  expect(pace.next({ asked: 32, served: 20, received: undefined })).toBe(20);
  expect(pace.next({ asked: 32, served: 1, received: undefined })).toBe(0);
});

test("what is lost, doubled, unserved or left open is a failure; the sockets of act one are not", () => {
  expect(failures([result(1, { end: sample({ sockets: 9 }) }), result(2), result(3)])).toEqual([]);
  expect(failures([result(1, { end: sample({ received: 39 }) })])).toEqual([
    "1 of the 40 lines of act 1 did not arrive.",
  ]);
  expect(failures([result(2, { duplicates: 2 })])).toEqual(["2 lines of act 2 arrived more than once."]);
  expect(failures([result(2, { end: sample({ sockets: 1 }) })])).toEqual(["Act 2 left 1 sockets open."]);
  expect(failures([result(3, { planned: 11 })])).toEqual(["Act 3 served 10 of 11 connections."]);
  expect(failures([result(3, { end: sample({ received: undefined }) })])).toEqual([]);
});

test("the chart shows a ramp as a ramp, and the smallest number as more than nothing", () => {
  // Each act takes a second.
  const ramp = Array.from({ length: 210 }, (_, at) => sample({ time: (at / 210) * 1000, sockets: at * 10 }));
  const flat = Array.from({ length: 30 }, (_, at) => sample({ time: (at / 30) * 1000, sockets: 1 }));
  const none = [sample(), sample()];
  const acts = [result(1, { samples: ramp }), result(2, { samples: flat }), result(3, { samples: none })];
  const chart = { title: "Sockets", height: 4, value: ({ sockets }: Sample) => sockets };
  const [title, top = "", , middle = "", bottom = "", axis = ""] = drawChart(chart, acts, plain);
  expect(title).toBe("Sockets");
  expect(top).toMatch(/^ {2}2,400 ┤ {18}▁▃▄ ┤ {22}┤ {21}$/);
  expect(middle).toMatch(/^ {2}1,200 ┤ {6}[▁-█]+ ┤ {22}┤ {21}$/);
  expect(bottom).toMatch(/┤▁▃▄▅▇█{16} ┤▁{21} ┤ {21}$/);
  expect(axis).toBe(`      0 ${Array(3).fill("┴".padEnd(22, "─")).join("─")}`);
  const [, asciiTop = ""] = drawChart(chart, acts, { ...plain, unicode: false });
  expect(asciiTop).toMatch(/^ {2}2,400 \| {18}[.:=+-]+ \| {22}\| +$/);
});

test("the table is written over in place on a terminal, and grows by a line now and then elsewhere", () => {
  const row = { number: 2, title: "using", planned: 20, sample: sample() };
  const written = (style: Style, times: number[]): string => {
    const out = new PassThrough();
    const clock = [0, ...times];
    const table = new LiveTable(out, style, () => clock.shift() ?? 10_000);
    table.show(row);
    table.show({ ...row, sample: sample({ connections: 15 }) });
    table.settle({ ...row, sample: sample({ connections: 20 }) });
    return String(out.read());
  };
  const terminal = written({ ...plain, redraw: true }, []);
  // A heading, a row and a bar; then up over all three of them.
  expect(terminal.split("\x1b[3A")).toHaveLength(3);
  expect(terminal).toContain(`${"█".repeat(20)}${"░".repeat(20)}  act 2, 50% of 20`);
  const piped = written(plain, [100, 200, 300]);
  expect(piped.split("\n")).toHaveLength(3);
  expect(piped).toContain("2 using                  20");
  expect(piped).not.toContain("\x1b");
});

test("colours and redrawing are for terminals, and NO_COLOR is respected", () => {
  const terminal = Object.assign(new PassThrough(), {
    isTTY: true,
    columns: 100,
    hasColors: (env: NodeJS.ProcessEnv) => env["NO_COLOR"] === undefined,
  }) as unknown as NodeJS.WriteStream;
  expect(styleFor(terminal, {}).act(1, "x")).toBe("\x1b[31mx\x1b[0m");
  expect(styleFor(terminal, {}).redraw).toBe(true);
  expect(styleFor(terminal, { NO_COLOR: "1" }).act(1, "x")).toBe("x");
  expect(styleFor(terminal, { TERM: "dumb" }).redraw).toBe(false);
  expect(plain.redraw).toBe(false);
  expect(plain.act(1, "x")).toBe("x");
  expect(styleFor(terminal, { LANG: "C" }).unicode).toBe(false);
  expect(styleFor(terminal, { LANG: "C.UTF-8" }).unicode).toBe(true);
});
