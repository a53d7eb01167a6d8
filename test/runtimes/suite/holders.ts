import { check, equal, inGroup, ok, skip, throwsCode } from "./check.ts";
import { turn, waitUntil } from "./gc.ts";
import { recorder, world } from "./world.ts";

inGroup("fork and until");

/** Whether the runtime lets one look inside a web stream. */
const seesStreams = "process" in globalThis;

check("a scope with several holders ends with the last", () => {
  const diary: string[] = [];
  const { registry, root } = world();
  const one = registry.getScoped("conn", {}, { handlers: [recorder("h", diary)] });
  const two = one.fork();
  one.dispose();
  equal([one.disposed, two.disposed, diary], [true, false, []]);
  one.info("not late");
  two.dispose();
  one.info("late");
  equal(
    root.records.map(({ late }) => late),
    [false, true],
  );
  equal(diary, ["h disposed"]);
});

check("an AbortSignal, instead of the block", async () => {
  const { registry } = world();
  const controller = new AbortController();
  const log = registry.getScoped("conn");
  {
    using _block = log.until(controller.signal);
  }
  equal(log.disposed, false);
  controller.abort();
  await waitUntil(() => log.disposed, "the end");
});

check("an AbortSignal that has aborted already", async () => {
  const { registry } = world();
  const log = registry.getScoped("conn").until(AbortSignal.abort());
  await waitUntil(() => log.disposed, "the end");
});

check("the close of an EventTarget, after all who hear of it", async () => {
  const { registry, root } = world();
  const target = new EventTarget();
  const log = registry.getScoped("socket").until(target);
  target.addEventListener("close", () => {
    log.info("last words");
    queueMicrotask(() => log.info("very last words"));
  });
  target.dispatchEvent(new Event("close"));
  await waitUntil(() => log.disposed, "the end");
  equal(
    root.records.map(({ message, late }) => [message, late]),
    [
      ["last words", false],
      ["very last words", false],
    ],
  );
});

check("the close of an emitter, whose listener is taken back if the scope ends before", async () => {
  const { registry } = world();
  const listeners = new Set<() => void>();
  const emitter = {
    once: (_event: string, listener: () => void) => listeners.add(listener),
    removeListener: (_event: string, listener: () => void) => listeners.delete(listener),
  };
  const one = registry.getScoped("socket").until(emitter);
  equal(listeners.size, 1);
  one.dispose();
  equal(listeners.size, 0);
  const two = registry.getScoped("socket").until(emitter);
  for (const listener of listeners) listener();
  await waitUntil(() => two.disposed, "the end");
});

check("a promise, settled either way", async () => {
  const { registry } = world();
  const one = registry.getScoped("job").until(Promise.resolve(1));
  const two = registry.getScoped("job").until(Promise.reject(new Error("on purpose")));
  await waitUntil(() => one.disposed && two.disposed, "both ends");
});

function streamOf(text: string): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode(text));
      controller.close();
    },
  });
}

check("a web stream that is read to its end", async () => {
  const { registry } = world();
  const stream = streamOf("hello");
  const log = registry.getScoped("job");
  if (!seesStreams) {
    throwsCode(() => log.until(stream as never), "ERR_SCOPELOG_UNAVAILABLE");
    log.dispose();
    skip("without node:stream nobody looks inside a web stream, and until() throws ERR_SCOPELOG_UNAVAILABLE");
  }
  log.until(stream as never);
  await turn();
  equal(log.disposed, false, "disposed before it was read");
  const reader = stream.getReader();
  while (!(await reader.read()).done);
  await waitUntil(() => log.disposed, "the end");
});

check("the body of a Response, or none", async () => {
  const { registry } = world();
  const empty = registry.getScoped("job").until(new Response(null) as never);
  await waitUntil(() => empty.disposed, "the end of no body");
  const response = new Response(streamOf("hello"));
  const log = registry.getScoped("job");
  if (!seesStreams) {
    throwsCode(() => log.until(response as never), "ERR_SCOPELOG_UNAVAILABLE");
    log.dispose();
    skip("without node:stream nobody looks inside a web stream, and until() throws ERR_SCOPELOG_UNAVAILABLE");
  }
  log.until(response as never);
  equal(await response.text(), "hello");
  await waitUntil(() => log.disposed, "the end");
});

check("nothing that ends is refused", () => {
  const { registry } = world();
  using log = registry.getScoped("job");
  throwsCode(() => log.until({} as never), "ERR_SCOPELOG_OPTION");
  ok(!log.disposed, "the scope lives on");
});
