import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FilterLike, Handler, LevelSetting, LogRecord } from "scopelog";
import { type CheckName, type TestHandlerOptions, testHandler } from "scopelog/testing";
import { afterAll, describe, expect, test } from "vitest";
import { tally } from "../../src/port/tally.ts";

const folder = mkdtempSync(join(tmpdir(), "scopelog-broken-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
let path = "";

/** What is shared with a forgotten handler: the file and the lines that wait. */
class LineFile implements Disposable {
  readonly fd: number;
  pending: string[] = [];
  open = true;

  constructor(place = path) {
    this.fd = openSync(place, "a");
  }

  drain(): void {
    const lines = this.pending;
    this.pending = [];
    if (lines.length === 0) return;
    try {
      writeSync(this.fd, lines.join(""));
    } catch {
      tally.dropped += lines.length;
    }
  }

  [Symbol.dispose](): void {
    if (!this.open) return;
    this.open = false;
    this.drain();
    closeSync(this.fd);
  }
}

/** A handler that is right in everything; those below are wrong in one thing each. */
class Right implements Handler {
  level: LevelSetting | undefined;
  filter: FilterLike | undefined;
  file: LineFile;
  resource: Disposable | undefined;

  constructor(given: { level?: LevelSetting; filter?: FilterLike; path?: string } = {}) {
    this.level = given.level;
    this.filter = given.filter;
    this.file = new LineFile(given.path ?? path);
    this.resource = this.file;
  }

  text(record: LogRecord): string {
    return `${JSON.stringify(record.message)}\n`;
  }

  handle(record: LogRecord): void {
    if (this.file.open) this.file.pending.push(this.text(record));
    else tally.dropped++;
  }

  async flush(): Promise<void> {
    if (this.file.open) this.file.drain();
  }

  [Symbol.dispose](): void {
    this.file[Symbol.dispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this[Symbol.dispose]();
  }
}

type Maker = (given?: ConstructorParameters<typeof Right>[0]) => Handler;

/** The checks that a handler does not pass, with the reasons. */
async function faults(make: Maker, options: TestHandlerOptions = {}): Promise<Record<string, string>> {
  path = join(folder, `${++files}.log`);
  const results = await testHandler(() => make(), {
    throws: false,
    lines: () => readFileSync(path, "utf8").split("\n").slice(0, -1),
    immediate: true,
    configured: make,
    broken: () => make({ path: "/dev/full" }),
    // Long enough for a machine under load to do right, short enough to wait for what never comes.
    timeoutMs: 1000,
    ...options,
  });
  return Object.fromEntries(results.filter(({ passed }) => !passed).map(({ name, reason }) => [name, reason ?? ""]));
}

async function expectFaults(make: Maker, expected: Partial<Record<CheckName, RegExp>>): Promise<void> {
  const found = await faults(make);
  expect(Object.keys(found)).toEqual(Object.keys(expected));
  for (const [name, reason] of Object.entries(expected)) expect(found[name]).toMatch(reason);
}

test("one that is right passes", async () => {
  expect(await faults((given) => new Right(given), { timeoutMs: 10_000 })).toEqual({});
});

test("a failure is thrown with all reasons, unless it is not to be", async () => {
  const act = () => testHandler(() => ({ handle: () => JSON.parse("{") }), { name: "mine", timeoutMs: 500 });
  await expect(act()).rejects.toThrow(/^mine: \d of \d+ checks failed\n {2}hostile: handle\(\) threw for \d+ of/);
  await expect(act()).rejects.toMatchObject({ name: "ExpectationError" });
});

// What the wrong ones leave behind; cleaned up after each.
const table: unknown[] = [];

function fail(): never {
  throw new Error("EPIPE");
}

describe("one that is wrong fails, for its own reason", () => {
  const cases: Record<string, [Maker, Partial<Record<CheckName, RegExp>>]> = {
    "throws for what JSON cannot write": [
      (given) =>
        new (class extends Right {
          override text(record: LogRecord): string {
            return `${JSON.stringify(record)} ${JSON.stringify(record.fields)} ${JSON.stringify(record.error)}\n`;
          }
        })(given),
      { hostile: /handle\(\) threw for \d+ of \d+ records: .*revoked proxy/ },
    ],
    "is stuck after an error": [
      (given) => {
        let stuck = false;
        return new (class extends Right {
          override handle(record: LogRecord): void {
            stuck ||= record.message.length > 1000;
            if (!stuck) super.handle(record);
            else tally.dropped++;
          }
        })(given);
      },
      { hostile: /an ordinary line after the hostile ones did not arrive/ },
    ],
    "loses hostile lines without counting": [
      (given) =>
        new (class extends Right {
          override handle(record: LogRecord): void {
            if (record.error === undefined) super.handle(record);
          }
        })(given),
      { hostile: /of \d+ lines \d+ did not arrive after hostile records, and 0 were counted/ },
    ],
    "changes the record": [
      (given) =>
        new (class extends Right {
          override text(record: LogRecord): string {
            if (record.bound !== undefined && !Object.isFrozen(record.bound)) Object.assign(record.bound, { seen: 1 });
            return super.text(record);
          }
        })(given),
      { record: /it changed the record/ },
    ],
    "writes twice": [
      (given) =>
        new (class extends Right {
          override text(record: LogRecord): string {
            return super.text(record) + super.text(record);
          }
        })(given),
      { delivery: /20 of 20 lines arrived more than once/, level: /did not arrive/ },
    ],
    "writes the newest first": [
      (given) => {
        class Reversed extends LineFile {
          override drain(): void {
            this.pending.reverse();
            super.drain();
          }
        }
        const handler = new Right(given);
        handler.file[Symbol.dispose]();
        handler.file = new Reversed(given?.path);
        handler.resource = handler.file;
        return handler;
      },
      { delivery: /out of order/ },
    ],
    "ignores the level it is given": [
      (given) => new Right({ ...given, level: undefined as never }),
      { level: /the level "error" was given, but handler\.level is undefined/ },
    ],
    "ignores the filter it is given": [
      (given) => new Right({ ...given, filter: () => true }),
      { level: /a line that its filter holds back arrived/ },
    ],
    "has a level that is none": [
      (given) => Object.assign(new Right(given), { level: given?.level ?? "verbose" }),
      { shape: /level is "verbose", which is no level/ },
    ],
    "says it is flushed before it is": [
      (given) =>
        new (class extends Right {
          override async flush(): Promise<void> {
            setTimeout(() => this.file.open && this.file.drain(), 20);
          }
        })(given),
      { hostile: /did not arrive after hostile/, flush: /of 20 lines 20 did not arrive after flush\(\)/ },
    ],
    "closes a descriptor that is no longer its own": [
      (given) =>
        new (class extends Right {
          override [Symbol.dispose](): void {
            super[Symbol.dispose]();
            if (this.#ended) closeSync(this.file.fd);
            this.#ended = true;
          }
          #ended = false;
        })(given),
      {
        dispose: /called a second time closed a descriptor that was somebody else's by then/,
        "async-dispose": /called a second time failed: EBADF/,
      },
    ],
    "throws when it is disposed twice": [
      (given) =>
        new (class extends Right {
          override [Symbol.dispose](): void {
            if (!this.file.open) throw new Error("already closed");
            super[Symbol.dispose]();
          }
          override async [Symbol.asyncDispose](): Promise<void> {
            this.file[Symbol.dispose]();
          }
        })(given),
      { dispose: /a second time threw: already closed/, "async-dispose": /after \[.*threw: already closed/ },
    ],
    "rejects when it is closed twice": [
      (given) =>
        new (class extends Right {
          override async [Symbol.asyncDispose](): Promise<void> {
            if (!this.file.open) throw new Error("already closing");
            super[Symbol.dispose]();
          }
        })(given),
      { "async-dispose": /called a second time failed: already closing/ },
    ],
    "never says that it is closed": [
      (given) =>
        new (class extends Right {
          override async [Symbol.asyncDispose](): Promise<void> {
            if (!this.file.open) return new Promise(() => {});
            super[Symbol.dispose]();
          }
        })(given),
      { "async-dispose": /called a second time did not resolve within 1000 ms/ },
    ],
    "forgets what waits when it is disposed": [
      (given) =>
        new (class extends Right {
          override [Symbol.dispose](): void {
            this.file.pending = [];
            super[Symbol.dispose]();
          }
          override async [Symbol.asyncDispose](): Promise<void> {
            this.file[Symbol.dispose]();
          }
        })(given),
      { drain: /of 20 lines 20 did not arrive after \[Symbol.dispose\]\(\) without a flush, and 0 were counted/ },
    ],
    "writes after its end": [
      (given) =>
        new (class extends Right {
          override handle(record: LogRecord): void {
            if (this.file.open) {
              super.handle(record);
              return;
            }
            using file = new LineFile();
            file.pending.push(this.text(record));
          }
        })(given),
      { "after-dispose": /3 of 3 lines that were logged after the end arrived/ },
    ],
    "opens its file again after its end": [
      (given) =>
        new (class extends Right {
          override handle(record: LogRecord): void {
            if (!this.file.open) {
              this.file = new LineFile();
              table.push(() => this.file[Symbol.dispose]());
            }
            super.handle(record);
          }
        })(given),
      { "after-dispose": /after a line that came after the end, 1 more are open than before: .*\.log/ },
    ],
    "throws after its end": [
      (given) =>
        new (class extends Right {
          override handle(record: LogRecord): void {
            if (!this.file.open) throw new Error("write after end");
            super.handle(record);
          }
        })(given),
      { "after-dispose": /handle\(\) after the end threw: write after end/ },
    ],
    "loses lines after its end without counting": [
      (given) =>
        new (class extends Right {
          override handle(record: LogRecord): void {
            if (this.file.open) super.handle(record);
          }
        })(given),
      { "after-dispose": /of 3 lines 3 did not arrive after the end, and 0 were counted/ },
    ],
    "drops without counting": [
      (given) => {
        class Careless extends LineFile {
          override drain(): void {
            const before = tally.dropped;
            super.drain();
            tally.dropped = before;
          }
        }
        const handler = new Right(given);
        handler.file[Symbol.dispose]();
        handler.resource = handler.file = new Careless(given?.path);
        return handler;
      },
      { drops: /20 lines were sent to a broken destination, 0 arrived, and only 0 were counted/ },
    ],
    "counts what it drops twice": [
      (given) => {
        class Eager extends LineFile {
          override drain(): void {
            const before = tally.dropped;
            super.drain();
            tally.dropped += tally.dropped - before;
          }
        }
        const handler = new Right(given);
        handler.file[Symbol.dispose]();
        handler.resource = handler.file = new Eager(given?.path);
        return handler;
      },
      { drops: /20 lines were sent to a broken destination, and 40 were counted/ },
    ],
    "does not close its file": [
      (given) =>
        new (class extends Right {
          override [Symbol.dispose](): void {
            if (this.file.open) table.push(this.file.fd);
            this.file.drain();
            this.file.open = false;
          }
        })(given),
      {
        dispose: /after \[Symbol.dispose\]\(\), 1 more are open than before: .*\.log/,
        descriptors: /after three handlers were made, used and closed, 3 more are open/,
      },
    ],
    "keeps a timer after its end": [
      (given) => {
        const handler = new Right(given);
        // Leads nowhere: only the process is kept.
        table.push(setInterval(() => {}, 1000));
        return handler;
      },
      { exit: /after its end, these keep the process alive: Timeout/ },
    ],
    "has a resource that leads back to it": [
      (given) => {
        const handler = new Right(given);
        handler.resource = { [Symbol.dispose]: () => handler.file[Symbol.dispose]() };
        return handler;
      },
      { forgotten: /not collected while its resource is held: resource leads back to the handler/ },
    ],
    "is its own resource": [
      (given) => {
        const handler: Right = new Right(given);
        handler.resource = handler as Disposable;
        return handler;
      },
      { shape: /resource is the handler itself/, forgotten: /resource leads back/ },
    ],
    "makes a new resource each time": [
      (given) => {
        const handler = new Right(given);
        const { file } = handler;
        return Object.defineProperty(handler, "resource", {
          get: () => ({ [Symbol.dispose]: () => file[Symbol.dispose]() }),
        });
      },
      { shape: /another object each time/ },
    ],
    "has no resource though it has a file": [
      (given) => Object.assign(new Right(given), { resource: undefined }),
      { forgotten: /after it was forgotten, and has no resource, 3 more are open than before/ },
    ],
    "has a resource that closes nothing": [
      (given) => Object.assign(new Right(given), { resource: { [Symbol.dispose]() {} } }),
      { forgotten: /after its resource was closed, 3 more are open than before/ },
    ],
    "is kept in a table": [
      (given) => {
        const handler = new Right(given);
        table.push(handler);
        return handler;
      },
      { forgotten: /a timer, a listener, a table or a queue leads to it/ },
    ],
    "throws later, out of a timer": [
      (given) =>
        new (class extends Right {
          override handle(record: LogRecord): void {
            super.handle(record);
            if (record.time === 0) setTimeout(fail, 0);
          }
        })(given),
      { hostile: /escaped that would have ended the process: EPIPE/ },
    ],
    "rejects later, with nobody to hear": [
      (given) =>
        new (class extends Right {
          override handle(record: LogRecord): void {
            super.handle(record);
            if (record.time === 0) void Promise.reject(new Error("nobody hears"));
          }
        })(given),
      { hostile: /escaped that would have ended the process: nobody hears/ },
    ],
  };

  for (const [name, [make, expected]] of Object.entries(cases)) {
    test(name, async () => {
      await expectFaults(make, expected);
      for (const left of table.splice(0)) {
        if (typeof left === "number") closeSync(left);
        else if (typeof left === "function") left();
        else if (left instanceof Right) left[Symbol.dispose]();
        else clearInterval(left as NodeJS.Timeout);
      }
    });
  }
});

describe("a wrapper that is wrong fails, for its own reason", () => {
  /** A wrapper that is right in everything. */
  class Wrapper implements Handler {
    readonly inner: Handler;
    resource: Disposable | undefined;

    constructor(inner: Handler) {
      this.inner = inner;
      this.resource = inner.resource;
    }

    get level(): LevelSetting | undefined {
      return this.inner.level;
    }

    get filter(): FilterLike | undefined {
      return this.inner.filter;
    }

    handle(record: LogRecord): void {
      this.inner.handle(record);
    }

    async flush(): Promise<void> {
      await this.inner.flush?.();
    }

    [Symbol.dispose](): void {
      if (this.inner[Symbol.dispose] !== undefined) this.inner[Symbol.dispose]?.();
      else void this.inner[Symbol.asyncDispose]?.();
    }

    async [Symbol.asyncDispose](): Promise<void> {
      await this.flush();
      if (this.inner[Symbol.asyncDispose] !== undefined) await this.inner[Symbol.asyncDispose]?.();
      else this.inner[Symbol.dispose]?.();
    }
  }

  const wrapping = async (wrap: (inner: Handler) => Handler) =>
    await faults((given) => wrap(new Right(given)), { configured: undefined as never, wrap });

  test("one that is right passes", async () => {
    expect(await wrapping((inner) => new Wrapper(inner))).toEqual({});
  });

  const without = (name: keyof Handler) => (inner: Handler) =>
    Object.defineProperty(new Wrapper(inner), name, { value: undefined });
  const cases: Record<string, [(inner: Handler) => Handler, Partial<Record<CheckName, RegExp>>]> = {
    "has no flush": [
      (inner) => {
        const { flush } = Wrapper.prototype;
        return Object.assign(new Wrapper(inner), {
          flush: undefined,
          async [Symbol.asyncDispose]() {
            await flush.call(this);
            await inner[Symbol.asyncDispose]?.();
            if (inner[Symbol.asyncDispose] === undefined) inner[Symbol.dispose]?.();
          },
        } as never);
      },
      {
        hostile: /did not arrive after hostile/,
        delivery: /20 of 20 lines did not arrive/,
        "wrapper-flush": /the wrapper has no flush/,
      },
    ],
    "does not wait for the inner flush": [
      (inner) =>
        new (class extends Wrapper {
          override async flush(): Promise<void> {
            void this.inner.flush?.();
          }
        })(inner),
      { "wrapper-dispose": /closed without being flushed/, "wrapper-flush": /before the inner handler was flushed/ },
    ],
    "has no end": [
      (inner) => Object.assign(without(Symbol.dispose)(inner), { [Symbol.asyncDispose]: undefined }),
      {
        descriptors: /3 more are open/,
        "wrapper-dispose": /has no \[Symbol.dispose\]: the inner handler is never closed/,
      },
    ],
    "does not close what it wraps": [
      (inner) =>
        new (class extends Wrapper {
          override [Symbol.dispose](): void {}
        })(inner),
      {
        dispose: /1 more are open/,
        drain: /did not arrive/,
        "wrapper-dispose": /did not close the inner handler \(with \[Symbol.dispose\] only\)/,
      },
    ],
    "closes only what can be closed at once": [
      (inner) =>
        new (class extends Wrapper {
          override [Symbol.dispose](): void {
            this.inner[Symbol.dispose]?.();
          }
        })(inner),
      { "wrapper-dispose": /did not close the inner handler \(with \[Symbol.asyncDispose\] only\)/ },
    ],
    "does not wait for the inner close": [
      (inner) =>
        new (class extends Wrapper {
          override async [Symbol.asyncDispose](): Promise<void> {
            await this.flush();
            this[Symbol.dispose]();
          }
        })(inner),
      { "wrapper-dispose": /closed before its inner handler was/ },
    ],
    "has no resource": [
      without("resource"),
      { forgotten: /has no resource, 3 more are open/, "wrapper-resource": /the wrapper has none/ },
    ],
    "has a resource that leads to it": [
      (inner) => {
        const wrapper = new Wrapper(inner);
        wrapper.resource = { [Symbol.dispose]: () => wrapper.inner.resource?.[Symbol.dispose]() };
        return wrapper;
      },
      { forgotten: /resource leads back/, "wrapper-resource": /leads back to the wrapper or to its inner handler/ },
    ],
    "hands on what the inner level holds back": [
      without("level"),
      { "wrapper-level": /a line below the inner handler's level reached it/ },
    ],
    "hands on what the inner filter holds back": [
      without("filter"),
      { "wrapper-level": /a line that the inner handler's filter holds back reached it/ },
    ],
    "swallows what the inner handler throws": [
      (inner) =>
        new (class extends Wrapper {
          override handle(record: LogRecord): void {
            try {
              super.handle(record);
            } catch {}
          }
        })(inner),
      { "wrapper-failure": /the inner handler failed on 3 lines, and 0 were counted/ },
    ],
  };
  for (const [name, [wrap, expected]] of Object.entries(cases)) {
    test(name, async () => {
      const found = await wrapping(wrap);
      expect(Object.keys(found).sort()).toEqual(Object.keys(expected).sort());
      for (const [check, reason] of Object.entries(expected)) expect(found[check]).toMatch(reason);
    });
  }
});
