import { execFile } from "node:child_process";
import { createReadStream, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { parse } from "heap-snapshot-toolkit";
import { explainObject, explainRetention } from "scopelog/leaks";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { explainScope } from "../../src/leaks/explain-heap.ts";
import type { HeapSnapshot } from "../../src/leaks/heap-snapshot.ts";
import type { RetentionReport } from "../../src/leaks/report.ts";
import { readSnapshot } from "../../src/leaks/snapshot-file.ts";
import { expectCode } from "../support/errors.ts";
import { root } from "../support/repo.ts";

interface Answers {
  readonly ids: Record<string, string>;
  readonly reports: Record<string, Answer> & Record<"inRegistry" | "objects", readonly Answer[]>;
}

type Answer = Pick<RetentionReport, "held" | "found" | "paths" | "text"> & { readonly printed: string };

/** Who holds what in the fixture, in words. */
const holders: Readonly<Record<string, string | RegExp>> = {
  map: 'sessionCache (Map) > .get("s1").log',
  numberKey: "byNumber (Map) > .get(a number)",
  set: "members (Set) > member",
  closure: 'onMessage() closure variable "log"',
  listener: 'emitter (EventEmitter) > "data" listener onData() closure variable "log"',
  once: /^emitter \(EventEmitter\) > "end" listener \(planted\.mjs:\d+:\d+\) closure variable "log"$/,
  eventTarget: 'target (EventTarget) > "ping" listener onPing() closure variable "log"',
  processListener: 'process > "SIGUSR2" listener onSignal() closure variable "log"',
  timer: 'setTimeout timer (600000 ms) > callback later() closure variable "log"',
  anonymousTimer: /^setTimeout timer \(700000 ms\) > callback \(planted\.mjs:\d+:\d+\) closure variable "log"$/,
  timerArgument: "setTimeout timer (800000 ms) > argument 2",
  interval: /^setInterval timer \(500000 ms\) > callback \(planted\.mjs:\d+:\d+\) closure variable "log"$/,
  promise: 'settlers[0] > promise of this resolver > awaited by async work() > its variable "log"',
  localVariable: "never > awaited by async inner() > awaited by async outer() > its local variable",
  reaction: 'never > then() callback onSettled() closure variable "log"',
  store: "setTimeout timer (900000 ms) > AsyncLocalStorage store > .log",
  publicField: "session (Session) > .log",
  privateField: "session (Session) > .#log",
  array: "list[2]",
  weakMap: 'keys[0] > value in WeakMap "weakly"',
  weakMapChain: 'first.second > value in WeakMap "weakly" > value in WeakMap "weakly" > .log',
  nested: 'deep.listeners[0] > onNested() closure variable "log"',
  bound: "bound > bound this",
  global: "globalThis.leaked",
  getter: 'deep.holder > getter of .log closure variable "log"',
  proxy: "deep.proxy > target of a Proxy > .log",
  symbolKey: "byNumber (Map) > .get(Symbol(key))",
  mapKey: "byNumber (Map) > key",
  staticField: "Session.last",
  view: /^exits\[0\] \(\w+\) > \.\w+$/,
  inner: /^exits\[1\] \(scope inner\.part#\d+\) > \.outer$/,
  fork: "exits[2]",
  until: /^emitter \(EventEmitter\) > "close" listener .* closure variable "this"$/,
  socket: 'open TCP socket (Socket) > "data" listener onBytes() closure variable "log"',
};

const unheld = ["deadKey", "weakReference", "nothing"];

let folder: string;
let answers: Answers;
let numbers: HeapSnapshot;
let plain: HeapSnapshot;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "scopelog-leaks-"));
  const { stdout } = await promisify(execFile)(process.execPath, [`${root}test/leaks/fixtures/planted.mjs`, folder], {
    timeout: 180_000,
    killSignal: "SIGKILL",
    maxBuffer: 1 << 24,
  });
  answers = JSON.parse(stdout.trim().split("\n").at(-1) ?? "null") as Answers;
  numbers = await readSnapshot(`${folder}/numbers.heapsnapshot`);
  plain = await readSnapshot(`${folder}/plain.heapsnapshot`);
}, 200_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function expectHolder(name: string, text: string | undefined): void {
  const holder = holders[name]!;
  if (typeof holder === "string") expect(text).toBe(holder);
  else expect(text).toMatch(holder);
}

describe("explainRetention in the process", () => {
  const asked = [
    ["a Map", "map"],
    ["a closure", "closure"],
    ["a listener", "listener"],
    ["a timer", "timer"],
    ["an interval", "interval"],
    ["a promise that is never settled", "promise"],
    ["an AsyncLocalStorage frame", "store"],
    ["a class field", "publicField"],
    ["a private class field", "privateField"],
    ["an array", "array"],
    ["a WeakMap's value with a live key", "weakMap"],
  ] as const;

  it.each(asked)("names %s", (_title, name) => {
    const report = answers.reports[name]!;
    expect(report).toMatchObject({ id: answers.ids[name], found: true, held: true });
    expectHolder(name, report.paths[0]?.text);
    expect(report.paths).toHaveLength(1);
    expect(report.printed).toBe(report.text);
    expect(report.printed).toContain(report.paths[0]!.text);
  });

  it.each(["deadKey", "weakReference"])("says that nothing holds it: %s", (name) => {
    const report = answers.reports[name]!;
    expect(report.held).toBe(false);
    expect(report.paths).toEqual([]);
    expect(report.text).toContain(`${answers.ids[name]} is not held`);
  });

  it("finds a scope that was live when asked, and is collected by the asking", () => {
    expect(answers.reports["weakReference"]).toMatchObject({ found: true, held: false });
  });

  it("does not count the code that asks, nor the AsyncLocalStorage around it", () => {
    expect(answers.reports["asker"]).toMatchObject({ found: true, held: false });
    expect(answers.reports["asker"]?.text).toContain("only the code that asks");
  });

  it("says that there is no such scope", () => {
    expect(answers.reports["nobody"]).toMatchObject({ found: false, held: false });
    expect(answers.reports["nobody"]?.text).toContain("nobody#1 is not held: there is no such live scope");
  });

  it("looks at one registry's scopes where two have the same id", () => {
    const [first, second] = answers.reports.inRegistry;
    expect(first?.paths.map(({ text }) => text)).toEqual([expect.stringMatching(/^list\[\d+\]$/)]);
    expect(second?.paths.map(({ text }) => text)).toEqual([expect.stringMatching(/^keys\[\d+\]$/)]);
  });

  it("explains any other object, and several at once", () => {
    expect(answers.reports.objects.map(({ held, paths }) => [held, paths[0]?.text])).toEqual([
      [true, "session"],
      [true, "Session"],
    ]);
  });

  it.each([
    ["an empty id", () => explainRetention("")],
    ["no id", () => explainRetention(undefined as unknown as string)],
    ["paths 0", () => explainRetention("conn#1", { paths: 0 })],
    ["paths 1.5", () => explainRetention("conn#1", { paths: 1.5 })],
    ["print", () => explainRetention("conn#1", { print: "yes" as unknown as boolean })],
    ["snapshot", () => explainRetention("conn#1", { snapshot: 3 as unknown as string })],
    ["registry", () => explainRetention("conn#1", { registry: "default" as unknown as object })],
    ["a text", () => explainObject("text" as unknown as object)],
    ["null", () => explainObject(null as unknown as object)],
  ])("refuses %s", (_title, act) => expectCode("ERR_SCOPELOG_OPTION", act));
});

describe("a heap snapshot file", () => {
  it.each(Object.keys(holders))("names the holder: %s", (name) => {
    const report = explainScope(numbers, answers.ids[name]!);
    expect(report).toMatchObject({ found: true, held: true });
    expectHolder(name, report.paths[0]?.text);
  });

  it.each(unheld)("says that it is not held: %s", (name) => {
    const report = explainScope(numbers, answers.ids[name]!);
    expect(report.held).toBe(false);
    expect(report.text).toContain(`${answers.ids[name]} is not held`);
  });

  it("shows several holders, and not more than asked for", () => {
    const { paths, text } = explainScope(numbers, answers.ids["twoHolders"]!);
    expect(paths).toHaveLength(2);
    expect(paths.map((path) => path.text).sort()).toEqual([
      'sessionCache (Map) > .get("two").session.log',
      expect.stringMatching(/^setInterval timer \(400000 ms\) > callback \(.*\) closure variable "log"$/),
    ]);
    expect(text).toContain("is held in 2 ways:\n1. ");
    expect(explainScope(numbers, answers.ids["twoHolders"]!, 1).paths).toHaveLength(1);
  });

  it("tells where the code is", () => {
    const { steps } = explainScope(numbers, answers.ids["listener"]!).paths[0]!;
    expect(steps.map(({ at }) => at?.replace(/:\d+:\d+$/, ""))).toEqual(
      [0, undefined, 0].map((at) => (at === 0 ? `${root}test/leaks/fixtures/planted.mjs` : at)),
    );
    expect(steps[2]?.at).toMatch(/:\d+:\d+$/);
  });

  it("knows a scope without numbers in the snapshot, once it has logged", () => {
    for (const name of Object.keys(holders)) {
      if (name === "localVariable") continue;
      const report = explainScope(plain, answers.ids[name]!);
      expect(report.held, `${name}: ${report.text}`).toBe(true);
      expectHolder(name, report.paths[0]?.text);
    }
  });

  it("says which scopes it cannot tell apart without numbers, and explains them by their name", () => {
    const report = explainScope(plain, answers.ids["silent"]!);
    expect(report.held).toBe(false);
    expect(report.text).toContain("It may be one of 1 named silent whose numbers are not in this snapshot");
    expect(explainScope(plain, "silent").paths[0]?.text).toMatch(/^list\[\d\]$/);
    expect(explainScope(numbers, answers.ids["silent"]!).paths[0]?.text).toMatch(/^list\[\d\]$/);
  });

  it("is read by explainRetention too", async () => {
    const printed: string[] = [];
    const report = await explainRetention(answers.ids["map"]!, {
      snapshot: `${folder}/numbers.heapsnapshot`,
      print: (text) => printed.push(text),
    });
    expectHolder("map", report.paths[0]?.text);
    expect(printed).toEqual([report.text]);
    expect(`${report}`).toBe(report.text);
  });
});

// The part of the developer tools' model of a heap that is used here.
interface ToolNode {
  id(): number;
  name(): string;
  distance(): number;
  edges(): ToolIterator<ToolEdge>;
}

interface ToolEdge {
  type(): string;
  name(): string | number;
  node(): ToolNode;
}

interface ToolIterator<T> {
  hasNext(): boolean;
  item(): T;
  next(): void;
}

interface ToolSnapshot {
  allNodes(): ToolIterator<ToolNode & { nodeIndex: number }>;
  createNode(index: number): ToolNode;
}

describe("the developer tools' own reading of the heap", () => {
  let indexById: Map<number, number>;
  let tool: ToolSnapshot;

  beforeAll(async () => {
    const stream = createReadStream(`${folder}/numbers.heapsnapshot`, "utf8");
    tool = (await parse(stream)) as unknown as ToolSnapshot;
    indexById = new Map();
    for (const nodes = tool.allNodes(); nodes.hasNext(); nodes.next()) {
      indexById.set(nodes.item().id(), nodes.item().nodeIndex);
    }
  });

  /** The numbers of what the node holds strongly. */
  function heldBy(id: number): number[] {
    const held: number[] = [];
    for (const edges = tool.createNode(indexById.get(id)!).edges(); edges.hasNext(); edges.next()) {
      const edge = edges.item();
      // The edge from a WeakMap's table: without the key, which the name tells, it holds nothing.
      const key = /part of key \(.* @(\d+)\) -> value .* pair in WeakMap/s.exec(String(edge.name()))?.[1];
      if (edge.type() !== "weak" && (key === undefined || Number(key) === id)) held.push(edge.node().id());
    }
    return held;
  }

  /** The fewest strong edges from one to the other. */
  function steps(from: number, to: number): number {
    const distance = new Map([[from, 0]]);
    for (const [id, far] of distance) {
      if (id === to) return far;
      for (const next of heldBy(id)) if (!distance.has(next)) distance.set(next, far + 1);
    }
    return Number.POSITIVE_INFINITY;
  }

  it.each(Object.keys(holders))("has every step of the path, and no shorter one: %s", (name) => {
    const { objects } = explainScope(numbers, answers.ids[name]!).paths[0]!;
    for (let index = 1; index < objects.length; index++) {
      expect(heldBy(objects[index - 1]!)).toContain(objects[index]);
    }
    expect(objects.length - 1).toBe(steps(objects[0]!, objects.at(-1)!));
    const target = tool.createNode(indexById.get(objects.at(-1)!)!);
    expect(target.name()).toBe("ScopedLoggerImpl");
    // From its roots the way to the scope is not shorter than to where our path starts.
    const start = tool.createNode(indexById.get(objects[0]!)!);
    expect(target.distance()).toBeLessThanOrEqual(start.distance() + objects.length - 1);
  });
});
