import { EventEmitter, once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { PassThrough } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setImmediate as turn } from "node:timers/promises";
import { afterEach, describe, expect, test, vi } from "vitest";
import { expectCode } from "../support/errors.ts";
import { collectThoroughly, collectUntil, until } from "../support/gc.ts";
import { recorder } from "../support/recorder.ts";
import { books, world } from "../support/world.ts";

afterEach(() => vi.unstubAllGlobals());

/** Opens a scope with a handler whose end `end` is, leaves its block, and returns both. */
function opened(end: Parameters<ReturnType<ReturnType<typeof world>["registry"]["getScoped"]>["until"]>[0]) {
  const { registry, root, told } = world();
  const handler = recorder();
  using log = registry.getScoped("conn", {}, { handlers: [handler] });
  expect(log.until(end)).toBe(log);
  return { log, handler, registry, root, told };
}

describe("until moves the end from the block to an event", () => {
  test("an emitter's close; listeners that were added later still have a line that is not late", async () => {
    const emitter = new EventEmitter();
    const { log, handler, registry, root } = opened(emitter);
    expect([log.disposed, handler.closed]).toEqual([false, 0]);
    emitter.on("close", () => log.info("the last words"));
    const closed = once(emitter, "close").then(() => log.info("the very last"));
    emitter.emit("close");
    expect(log.disposed).toBe(false);
    await closed;
    await turn();
    expect([log.disposed, handler.closed, emitter.listenerCount("close")]).toEqual([true, 1, 1]);
    expect(root.records.map(({ message, late }) => [message, late])).toEqual([
      ["the last words", false],
      ["the very last", false],
    ]);
    expect(books(registry)).toMatchObject({ live: 0, disposed: 1, late: 0 });
  });

  test("a real socket's, whichever side goes away", async () => {
    const { registry } = world();
    const server = createServer((socket) => {
      using log = registry.getScoped("conn");
      log.until(socket);
      socket.on("error", () => log.warn("lost"));
      socket.resume();
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as { port: number };
    const clients: Socket[] = [];
    for (let index = 0; index < 50; index++) clients.push(connect(port, "127.0.0.1"));
    await until(() => registry.stats().live === 50, "all scopes are open");
    for (const [index, client] of clients.entries()) {
      if (index % 3 === 0) client.end();
      else if (index % 3 === 1) client.destroy();
      else client.resetAndDestroy();
    }
    await until(() => registry.stats().live === 0, "all scopes have ended");
    expect(books(registry)).toMatchObject({ opened: 50, disposed: 50, late: 0 });
    server.close();
  });

  test("a stream that is destroyed with an error, or read to its end", async () => {
    const broken = new PassThrough();
    const one = opened(broken);
    broken.on("error", () => {});
    broken.destroy(new Error("no more"));
    await until(() => one.log.disposed);
    const whole = new PassThrough();
    const two = opened(whole);
    const piped = pipeline(whole, new PassThrough().resume()).then(() => two.log.info("piped"));
    whole.end("text");
    await piped;
    await until(() => two.log.disposed);
    expect(two.root.records.map(({ late }) => late)).toEqual([false]);
  });

  test("an EventTarget's close", async () => {
    const target = new EventTarget();
    const { log } = opened(target);
    target.dispatchEvent(new Event("close"));
    await until(() => log.disposed);
  });

  test("the abort of a signal", async () => {
    const controller = new AbortController();
    const { log, root } = opened(controller.signal);
    controller.signal.addEventListener("abort", () => log.info("tidying up"));
    controller.abort();
    await until(() => log.disposed);
    expect(root.records.map(({ late }) => late)).toEqual([false]);
  });

  test.each([
    ["fulfilled", (resolve: () => void) => resolve()],
    ["rejected", (_: () => void, reject: (error: Error) => void) => reject(new Error("no"))],
  ])("a promise that is %s", async (_how, settle) => {
    let [resolve, reject]: [() => void, (error: Error) => void] = [() => {}, () => {}];
    const promise = new Promise<void>((yes, no) => {
      [resolve, reject] = [yes, no];
    });
    const { log } = opened(promise);
    promise.catch(() => {});
    await turn();
    expect(log.disposed).toBe(false);
    settle(resolve, reject);
    await until(() => log.disposed);
  });

  test.each<[string, () => [ReadableStream | WritableStream, () => Promise<unknown>]]>([
    [
      "readable that is read to its end",
      () => {
        const stream = new ReadableStream({
          start(controller) {
            controller.enqueue("a");
            controller.close();
          },
        });
        return [stream, () => readAll(stream)];
      },
    ],
    [
      "readable that is cancelled",
      () => {
        const stream = new ReadableStream();
        return [stream, () => stream.cancel()];
      },
    ],
    [
      "readable that fails",
      () => {
        let fail = (): void => {};
        const stream = new ReadableStream({
          start(controller) {
            fail = () => controller.error(new Error("no more"));
          },
        });
        return [stream, async () => fail()];
      },
    ],
    [
      "writable that is closed",
      () => {
        const stream = new WritableStream();
        return [stream, () => stream.close()];
      },
    ],
    [
      "writable that is aborted",
      () => {
        const stream = new WritableStream();
        return [stream, () => stream.abort()];
      },
    ],
  ])("a web stream: %s", async (_how, make) => {
    const [stream, end] = make();
    const { log } = opened(stream);
    await turn();
    expect([log.disposed, stream.locked]).toEqual([false, false]);
    await end();
    await until(() => log.disposed);
  });

  test("a response whose body streams", async () => {
    let finish = (): void => {};
    const response = new Response(
      new ReadableStream({
        start(controller) {
          controller.enqueue(new TextEncoder().encode("a"));
          finish = () => controller.close();
        },
      }),
    );
    const { log } = opened(response);
    const text = response.text();
    await turn();
    expect(log.disposed).toBe(false);
    finish();
    expect(await text).toBe("a");
    await until(() => log.disposed);
  });

  test("a response without a body has ended already", async () => {
    const { log } = opened(new Response(null, { status: 204 }));
    await until(() => log.disposed);
  });

  test("where a web stream cannot be watched it says what can be done", () => {
    vi.stubGlobal("process", undefined);
    const { registry } = world();
    using log = registry.getScoped("conn");
    expectCode("ERR_SCOPELOG_UNAVAILABLE", () => log.until(new ReadableStream()));
    vi.unstubAllGlobals();
    expect(log.disposed).toBe(false);
  });
});

async function readAll(stream: ReadableStream): Promise<void> {
  const reader = stream.getReader();
  while (!(await reader.read()).done);
}

describe("what has come already ends it after the turn", () => {
  test.each<[string, () => Promise<{ end: Parameters<typeof opened>[0] }>]>([
    ["an aborted signal", async () => ({ end: AbortSignal.abort() })],
    ["a settled promise", async () => ({ end: Promise.resolve() })],
    [
      "a destroyed stream",
      async () => {
        const stream = new PassThrough();
        stream.destroy();
        await once(stream, "close");
        return { end: stream };
      },
    ],
    [
      "a WebSocket that is closed",
      async () => ({ end: Object.assign(new EventTarget(), { readyState: 3, close() {} }) }),
    ],
  ])("%s", async (_what, make) => {
    const { log, root } = opened((await make()).end);
    log.info("in the same turn");
    await until(() => log.disposed);
    expect(root.records.map(({ late }) => late)).toEqual([false]);
  });
});

describe("until and the other ends", () => {
  test("of several events the first ends it, and the others are let go", async () => {
    const emitter = new EventEmitter();
    const controller = new AbortController();
    const { log } = opened(emitter);
    log.until(controller.signal);
    controller.abort();
    await until(() => log.disposed);
    expect(emitter.listenerCount("close")).toBe(0);
  });

  test("dispose() and close() still end it, and take the listener back", async () => {
    for (const end of ["dispose", "close"] as const) {
      const emitter = new EventEmitter();
      const { log, handler } = opened(emitter);
      await log[end]();
      expect([log.disposed, handler.closed, emitter.listenerCount("close")]).toEqual([true, 1, 0]);
    }
  });

  test("a shutdown lets go of the events of all holders", async () => {
    const emitter = new EventEmitter();
    const { registry } = world();
    const log = registry.getScoped("conn").until(emitter);
    log.fork().until(emitter);
    expect(emitter.listenerCount("close")).toBe(2);
    await registry.shutdown();
    expect([log.disposed, emitter.listenerCount("close")]).toEqual([true, 0]);
  });

  test("it moves the end of one holder: the scope ends with the last", async () => {
    const emitter = new EventEmitter();
    const { registry } = world();
    const handler = recorder();
    const log = registry.getScoped("conn", {}, { handlers: [handler] });
    {
      using moved = log.fork();
      moved.until(emitter);
    }
    log.dispose();
    expect([log.disposed, handler.closed]).toEqual([true, 0]);
    emitter.emit("close");
    await until(() => handler.closed === 1);
  });

  test("after the end it does nothing", () => {
    const { registry } = world();
    const log = registry.getScoped("conn");
    log.dispose();
    const emitter = new EventEmitter();
    expect(log.until(emitter)).toBe(log);
    expect(emitter.listenerCount("close")).toBe(0);
  });

  test("what never ends is refused, and the block still ends the scope", () => {
    const { registry } = world();
    for (const bad of [undefined, null, 5, "close", {}, [], () => {}, { on() {} }]) {
      const log = registry.getScoped("conn");
      {
        using inner = log;
        expectCode("ERR_SCOPELOG_OPTION", () => inner.until(bad as never));
      }
      expect(log.disposed).toBe(true);
    }
  });

  test("an event that comes while another scope has the cell does not end that", async () => {
    const emitter = new EventEmitter();
    const { registry } = world();
    const first = registry.getScoped("conn").until(emitter);
    const listener = emitter.listeners("close")[0] as () => void;
    first.dispose();
    using second = registry.getScoped("conn");
    listener();
    await turn();
    await turn();
    expect([first.disposed, second.disposed]).toEqual([true, false]);
  });

  test("what was given holds the scope; with it, the scope is collected", async () => {
    const { registry } = world();
    const emitters: EventEmitter[] = [];
    (() => {
      const emitter = new EventEmitter();
      emitters.push(emitter);
      registry.getScoped("conn").until(emitter);
    })();
    await collectThoroughly();
    expect(registry.stats().live).toBe(1);
    emitters.length = 0;
    await collectUntil(() => registry.stats().live === 0);
    expect(books(registry).collected).toBe(1);
  });
});
