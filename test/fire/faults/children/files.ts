// Runs the cases of files: node files.mjs [part/parts]. Preloaded with faults.c.
import {
  closeSync,
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  type WriteStream,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { gunzipSync } from "node:zlib";
import type { FileHandler } from "../../../../src/node/file-handler.ts";
import { fileHandler } from "../../../../src/node/file-handler.ts";
import type { LineTransport } from "../../../../src/node/line-handler.ts";
import { rotatingFileHandler } from "../../../../src/node/rotating-file-handler.ts";
import { type StreamHandler, streamHandler } from "../../../../src/node/stream-handler.ts";
import { ScopelogError } from "../../../../src/port/codes.ts";
import { tally } from "../../../../src/port/tally.ts";
import { type Problem, processTrouble } from "../../../../src/port/trouble.ts";
import { createRecord, type LogRecord } from "../../../../src/record/log-record.ts";
import { descriptors } from "./descriptors.ts";
import {
  answer,
  crowd,
  groupSize,
  groups,
  lineText,
  type Moment,
  momentNames,
  moments,
  type Outcome,
  watchCrashes,
} from "./outcome.ts";
import { type Call, type Fault, Place } from "./place.ts";

const formatter = (record: LogRecord): string => record.message;
const common = { formatter, flushMs: 1, batchBytes: 200, lingerMs: 60 };

/** How a file is written; `before` is what an earlier process left there. */
interface Way {
  readonly open: (path: string, place: Place) => FileHandler | StreamHandler;
  readonly calls: readonly Call[];
  /** All these calls are made when the file is opened. */
  readonly once?: boolean;
  /** A failure may be the end of it: nobody else can open it anew. */
  readonly mortal?: boolean;
  readonly before?: (path: string) => void;
  /** What is done between two groups of lines. */
  readonly between?: (handler: FileHandler | StreamHandler) => void;
}

// They are closed at the end: a number that came again would be the same destination.
const borrowed: number[] = [];
const streams: WriteStream[] = [];

/** A descriptor that somebody else has opened. */
function descriptor(path: string, place: Place, flags: string | number = "a"): number {
  const fd = openSync(unseen(path), flags);
  place.descriptor(fd);
  borrowed.push(fd);
  return fd;
}

const unfinished = "an unfinished line";
const oldLine = "0 line -1 x end\n";

function leftYesterday(path: string): void {
  writeFileSync(path, oldLine);
  const yesterday = Date.now() / 1000 - 86_400;
  utimesSync(path, yesterday, yesterday);
}

const ways: Readonly<Record<string, Way>> = {
  opened: { open: (path) => fileHandler({ path, ...common }), calls: ["open", "fstat"], once: true },
  batched: { open: (path) => fileHandler({ path, ...common }), calls: ["write", "close"] },
  sync: { open: (path) => fileHandler({ path, ...common, sync: true }), calls: ["write", "close"] },
  unfinished: {
    open: (path) => fileHandler({ path, ...common }),
    before: (path) => writeFileSync(path, unfinished),
    calls: ["open", "fstat", "read", "write"],
    once: true,
  },
  "in a new folder": {
    open: (path) => fileHandler({ path, ...common, mkdir: true }),
    before: (path) => rmSync(join(path, ".."), { recursive: true }),
    calls: ["open", "mkdir"],
    once: true,
  },
  reopened: {
    open: (path) => fileHandler({ path, ...common }),
    between: (handler) => (handler as FileHandler).reopen(),
    calls: ["open", "fstat", "write", "close", "read"],
  },
  rotating: {
    open: (path) => rotatingFileHandler({ path, ...common, maxBytes: 400 }),
    calls: ["open", "fstat", "write", "close", "stat", "rename", "readdir"],
  },
  "rotating, sync": {
    open: (path) => rotatingFileHandler({ path, ...common, maxBytes: 400, sync: true }),
    calls: ["open", "fstat", "write", "close", "stat", "rename", "readdir"],
  },
  "rotating, few kept": {
    open: (path) => rotatingFileHandler({ path, ...common, maxBytes: 400, maxFiles: 2 }),
    calls: ["readdir", "stat", "unlink", "rename"],
  },
  "rotating, compressed": {
    open: (path) => rotatingFileHandler({ path, ...common, maxBytes: 400, gzip: true }),
    calls: ["open", "write", "read", "close", "stat", "rename", "readdir", "unlink"],
  },
  "of yesterday": {
    open: (path) => rotatingFileHandler({ path, ...common, every: "day" }),
    before: leftYesterday,
    calls: ["open", "fstat", "stat", "rename", "readdir"],
    once: true,
  },
  descriptor: {
    open: (path, place) => fileHandler({ fd: descriptor(path, place), ...common }),
    calls: ["write"],
    mortal: true,
  },
  "descriptor, sync": {
    open: (path, place) => fileHandler({ fd: descriptor(path, place), ...common, sync: true }),
    calls: ["write"],
    mortal: true,
  },
  "a stream": {
    open: (path, place) => {
      const stream = createWriteStream("", { fd: descriptor(path, place), autoClose: false });
      return streamHandler({ stream, formatter, lingerMs: 60 });
    },
    calls: ["write"],
    mortal: true,
  },
  "a stream that opens": {
    open: (path) => {
      const stream = createWriteStream(path, { flags: "a" });
      streams.push(stream);
      return streamHandler({ stream, formatter, lingerMs: 60 });
    },
    calls: ["open", "write"],
    mortal: true,
  },
  "by command": {
    open: (path) => rotatingFileHandler({ path, ...common, every: "day" }),
    between: (handler) => (handler as ReturnType<typeof rotatingFileHandler>).rotate(),
    calls: ["open", "fstat", "stat", "rename", "readdir", "close"],
  },
};

const faults: Readonly<Partial<Record<Call, readonly Fault[]>>> = {
  open: [
    ...["EMFILE", "ENFILE", "ENOSPC", "EDQUOT", "EIO", "ENOMEM", "EINTR", "EBUSY", "ENXIO", "ESTALE"],
    ...["EACCES", "EPERM", "ENOENT", "EROFS", "EISDIR", "ELOOP", "ENAMETOOLONG", "ENOTDIR"],
  ],
  write: [
    ...["ENOSPC", "EDQUOT", "EFBIG", "EIO", "EAGAIN", "EINTR", "EPIPE", "EBADF", "EINVAL", "ENOMEM", "ESTALE"],
    ...["ECONNRESET", "EROFS", "EACCES", "takes 0", "takes 1", "takes half", "takes half, then ENOSPC"],
    ...["takes half, then EDQUOT", "takes 1, then EAGAIN", "takes half, then EIO", "takes half, then EPIPE"],
  ],
  fstat: ["EIO", "ENOMEM", "EBADF", "ESTALE"],
  read: ["EIO", "EAGAIN", "EISDIR", "ESTALE"],
  close: ["EIO", "ENOSPC", "EDQUOT", "EINTR"],
  stat: ["EIO", "EACCES", "ENOENT", "ESTALE"],
  rename: ["EACCES", "EPERM", "EBUSY", "ENOSPC", "EDQUOT", "EIO", "EROFS", "ENOENT", "EXDEV", "EMLINK"],
  readdir: ["EIO", "EMFILE", "ENFILE", "EACCES", "ENOMEM"],
  unlink: ["EIO", "EACCES", "EBUSY", "EPERM", "EROFS"],
  mkdir: ["ENOSPC", "EDQUOT", "EACCES", "EROFS", "EIO", "EMLINK"],
};

const quiet = new Set(["EAGAIN", "EINTR", "takes 0", "takes 1", "takes half", "takes 1, then EAGAIN"]);

interface Case {
  readonly way: string;
  readonly call: Call;
  readonly fault: Fault;
  readonly moment: Moment;
}

function makes({ way, call, fault, moment }: Case): boolean {
  const long = moment === "always" || moment === "last";
  // An interrupted call is made again, by Node itself, until it is not: it cannot be interrupted always.
  if (fault === "EINTR" && long) return false;
  // The caller stands still for a second then: once is enough.
  if (way === "rotating, sync" && quiet.has(fault) && long) return false;
  // A pipe whose reader is gone does not come back, and the rest of a line with it.
  if (ways[way]?.mortal && fault === "takes half, then EPIPE") return false;
  // A file is closed at its end, or between two files.
  if (call === "close" && (way === "batched" || way === "sync")) return moment === "last";
  if (call === "open" && way === "a stream that opens") return moment === "first";
  return !ways[way]?.once || moments[moment].at === "start";
}

const cases: Case[] = Object.entries(ways)
  .flatMap(([way, { calls }]) =>
    calls.flatMap((call) =>
      (faults[call] as Fault[]).flatMap((fault) => momentNames.map((moment) => ({ way, call, fault, moment }))),
    ),
  )
  .filter(makes);

const lineOf = (id: number, n: number) => `${id} ${lineText(n)}`;
const whole = /^(\d+) line (-?\d+) [xü]+ end$/;

// Seen by this way, a file is not one of the place.
const unseen = (path: string) => `/proc/self/root${path}`;

/** The lines of all files of a folder, the oldest file first. */
function read(folder: string): string[] {
  if (!existsSync(unseen(folder))) return [];
  const order = (name: string) => {
    const [, stamp, number] = /\.(\d{4}-\d\d-\d\d)\.(\d+)\.log/.exec(name) ?? [];
    return stamp === undefined ? "z" : `${stamp}.${String(number).padStart(6, "0")}`;
  };
  const names = readdirSync(unseen(folder)).filter((name) => name.endsWith(".log") || name.endsWith(".gz"));
  // A file and its compressed form are there together for a moment.
  const plain = names.filter((name) => !(name.endsWith(".gz") && names.includes(name.slice(0, -3))));
  return plain
    .sort((a, b) => (order(a) < order(b) ? -1 : 1))
    .flatMap((name) => {
      const bytes = readFileSync(unseen(join(folder, name)));
      return (name.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString().split("\n").slice(0, -1);
    });
}

function transportOf({ resource }: FileHandler | StreamHandler): LineTransport & { readonly pending: number } {
  return (resource as unknown as { target: LineTransport & { readonly pending: number } }).target;
}

// Errors that a wait may cure, and errors that it will not: the caller hears of the second kind, where it opened the file.
const waits = new Set(["EMFILE", "ENFILE", "ENOSPC", "EDQUOT"]);
const refused = new Set(["EACCES", "EPERM", "ENOENT", "EROFS", "EISDIR", "ELOOP", "ENAMETOOLONG", "ENOTDIR"]);
/** Problems, by how their messages begin. */
const heard = new Map<string, Problem[]>();
processTrouble.listen((problem) => {
  for (const [name, problems] of heard) if (problem.message.startsWith(name)) problems.push(problem);
});

const crashes = watchCrashes();

const base = mkdtempSync(join(tmpdir(), "scopelog-faults-"));

async function run({ way, call, fault, moment }: Case, id: number): Promise<Outcome> {
  const { open, before, between, mortal = false } = ways[way] as Way;
  const { at, ...times } = moments[moment];
  const folder = `${base}/${id}/`;
  const path = `${folder}app.log`;
  const told: Problem[] = [];
  const broken: string[] = [];
  const expect = (holds: boolean, what: string) => holds || broken.push(what);
  mkdirSync(folder);
  before?.(path);
  heard.set(path, told);
  using place = new Place();
  place.folder(folder);
  if (at === "start") place.fail(call, fault, times);

  let handler: FileHandler | StreamHandler;
  let thrown = false;
  try {
    handler = open(path, place);
  } catch (error) {
    const { cause } = error as { cause?: { code?: string } };
    expect(error instanceof ScopelogError && error.code === "ERR_SCOPELOG_OPTION", `threw ${error}`);
    // Node has no name for these two, and says of most folders that it could not make that they are missing.
    const unnamed = fault === "EDQUOT" || fault === "ESTALE";
    expect(cause?.code === fault || unnamed || call === "mkdir", `the cause is ${cause?.code}`);
    thrown = true;
    expect(call === "mkdir" || !waits.has(fault), "threw, and waiting would have helped");
    const needed = ["open", "fstat", "mkdir", "write"].includes(call);
    expect(needed, "threw over a call that is not needed to write");
    place.heal();
    handler = open(path, place);
  }
  const transport = transportOf(handler);
  const name = `${transport.destination}:`;
  if (mortal) heard.set(name, told);
  if (way === "opened" && moment === "first" && refused.has(fault)) expect(thrown, "did not throw");

  const seen = new Set<string>();
  const logged: string[] = [];
  const log = (text: string) => {
    logged.push(text);
    try {
      handler.handle(createRecord({ message: text }));
    } catch (error) {
      broken.push(`handle threw ${error}`);
    }
  };
  const look = () => {
    for (const line of read(folder)) seen.add(line);
  };
  const keptFew = way === "rotating, few kept";
  for (let group = 0, n = 0; group < groups; group++) {
    if (group === 2 && at === "middle") place.fail(call, fault, times);
    for (let line = 0; line < groupSize; line++) {
      log(lineOf(id, n++));
      if (keptFew) look();
    }
    try {
      between?.(handler);
    } catch (error) {
      broken.push(`between threw ${error}`);
    }
    await (way === "rotating, compressed" ? transport.settled() : sleep(3));
  }
  if (at !== "end") {
    place.heal();
    // With no help: no line, no flush.
    const end = Date.now() + 15_000;
    while (transport.pending > 0 && Date.now() < end) await sleep(5);
    expect(transport.pending === 0, `${transport.pending} bytes wait although nothing fails any more`);
    look();
    log(lineOf(id, 1000));
    await handler.flush();
    look();
    const last = logged.at(-1) as string;
    expect(mortal || seen.has(last), "the line after the fault did not arrive");
  } else {
    place.fail(call, fault, times);
    log(lineOf(id, 1000));
  }
  await handler[Symbol.asyncDispose]();
  if (at === "end") {
    const end = Date.now() + 15_000;
    while (transport.pending > 0 && Date.now() < end) await sleep(5);
  }
  const failed = place.hits;
  place.heal();
  look();
  heard.delete(path);
  heard.delete(name);

  const lines = keptFew ? [...seen] : read(folder);
  const notices = lines.filter((line) => / messages? dropped$/.test(line));
  const ours = lines.filter((line) => whole.test(line) && !line.startsWith("0 "));
  const scraps = lines.filter((line) => !whole.test(line) && !notices.includes(line) && line !== unfinished);
  // A file that may not be read is appended to as it is.
  const unread = way === "unfinished" && !waits.has(fault) && scraps[0] === `${unfinished}${logged[0]}`;
  if (unread) ours.unshift((scraps.shift() as string).slice(unfinished.length));
  expect(scraps.length === 0, `lines that are none: ${JSON.stringify(scraps)}`);
  expect(new Set(ours).size === ours.length, "a line is there twice");
  const missing = logged.filter((line) => !ours.includes(line));
  const dropped = transport.drops.total;
  expect(missing.length <= dropped, `${missing.length} lines are missing, ${dropped} are counted`);
  // What a stream had written of a chunk before it failed is not known.
  expect(
    dropped <= missing.length || way.startsWith("a stream"),
    `${dropped} lines are counted as dropped, ${missing.length} are missing`,
  );
  if (!keptFew) {
    const numbers = ours.map((line) => Number(whole.exec(line)?.[2]));
    expect(
      numbers.every((n, index) => index === 0 || n > (numbers[index - 1] as number)),
      `order: ${numbers}`,
    );
    if (before === leftYesterday) expect(lines.includes(oldLine.trim()), "the line of yesterday is lost");
  }
  const codes = told.map(({ code }) => code);
  const moved = call === "stat" && fault !== "ENOENT" && !way.startsWith("rotating,");
  if (moved && failed > 0) expect(codes.length > 0, "it was not told that the file could not be rotated");
  for (const code of new Set(codes)) {
    const keys = new Set(told.filter((one) => one.code === code).map(({ message }) => message.split("(")[0]));
    // The file and its rotation may each be in trouble.
    expect(keys.size <= 3 && codes.filter((one) => one === code).length <= 3, `told ${codes.length} times: ${codes}`);
  }
  if (dropped > 0) expect(codes.includes("SCOPELOG_WARN_DROPPED"), "lines were dropped, and nothing was told");
  const lasting = !quiet.has(fault) && !fault.startsWith("takes");
  const still = call === "write" && quiet.has(fault) && dropped === 0 && way !== "reopened";
  if (still) expect(codes.length === 0, `told of what is none: ${codes}`);
  if (call === "write" && lasting && failed > 0 && !thrown) expect(codes.length > 0, "nothing was told");
  rmSync(folder, { recursive: true, force: true });
  return {
    name: `${way}: ${call} ${fault}, ${moment}`,
    kind: `${call} ${fault}`,
    hits: failed,
    logged: logged.length,
    arrived: logged.length - missing.length,
    dropped,
    unconfirmed: 0,
    told: codes,
    broken,
  };
}

const [part = 0, parts = 1] = (process.argv[2] ?? "0/1").split("/").map(Number);
const filter = process.argv[3] ?? "";
const mine = cases
  .map((one, index) => ({ ...one, id: index + 1 }))
  .filter(({ id }) => id % parts === part)
  .filter(({ way, call, fault, moment }) => `${way}: ${call} ${fault}, ${moment}`.includes(filter));
const fds = descriptors();
const before = tally.dropped;
const outcomes = await crowd(mine, 32, (one) => run(one, one.id));
const counted = outcomes.reduce((sum, { dropped }) => sum + dropped, 0);
if (tally.dropped - before !== counted) crashes.push(`stats().dropped is ${tally.dropped - before}, not ${counted}`);
for (const fd of borrowed) closeSync(fd);
for (const stream of streams) stream.destroy();
// Streams close in their own time.
for (let tries = 0; tries < 200 && descriptors().length > fds.length; tries++) await sleep(10);
if (descriptors().length > fds.length) crashes.push(`descriptors are left open: ${descriptors()}, before: ${fds}`);
rmSync(base, { recursive: true, force: true });
answer(outcomes, crashes);
