import { closeAll } from "../../lifetime/disposal.ts";
import type { Handler } from "../../port/handler.ts";
import { messageOf } from "../../record/fields.ts";
import type { LogRecord } from "../../record/log-record.ts";
import { canCollectGarbage, collectGarbage } from "../collect-garbage.ts";
import { nextTurn } from "../runtime.ts";
import type { Trial } from "./trial.ts";
import { demand, need } from "./verdict.ts";

/** An inner handler that takes down what is done to it. */
class Probe implements Handler {
  readonly taken: LogRecord[] = [];
  flushes = 0;
  ends = 0;
  /** Ends that are over, where they take their time. */
  ended = 0;

  handle(record: LogRecord): void {
    this.taken.push(record);
  }

  async flush(): Promise<void> {
    await takeTime();
    this.flushes++;
  }
}

class SyncProbe extends Probe {
  [Symbol.dispose](): void {
    this.ends++;
    this.ended = this.ends;
  }
}

class AsyncProbe extends Probe {
  async [Symbol.asyncDispose](): Promise<void> {
    this.ends++;
    await takeTime();
    this.ended++;
  }
}

/** As most handlers are: the second way out is idempotent with the first. */
class BothProbe extends Probe {
  [Symbol.dispose](): void {
    if (this.ends++ === 0) this.ended++;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.ends++ > 0) return;
    await takeTime();
    this.ended++;
  }
}

async function takeTime(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await nextTurn();
}

function wrapIn(trial: Trial, inner: Handler): Handler {
  const { wrap } = trial.options;
  need(wrap, "needs wrap");
  return wrap(inner);
}

export async function checkWrapperFlush(trial: Trial): Promise<void> {
  const inner = new SyncProbe();
  const wrapper = wrapIn(trial, inner);
  demand(typeof wrapper.flush === "function", "the wrapper has no flush(), and the inner handler's is never called");
  await trial.within("flush() of the wrapper", () => wrapper.flush?.());
  demand(inner.flushes > 0, "flush() of the wrapper resolved before the inner handler was flushed");
}

export async function checkWrapperDispose(trial: Trial): Promise<void> {
  for (const inner of [new SyncProbe(), new AsyncProbe(), new BothProbe()]) {
    const wrapper = wrapIn(trial, inner);
    demand(
      typeof wrapper[Symbol.dispose] === "function",
      "the wrapper has no [Symbol.dispose]: the inner handler is never closed",
    );
    wrapper[Symbol.dispose]?.();
    demand(inner.ends > 0, `[Symbol.dispose]() of the wrapper did not close the inner handler (${kindOf(inner)})`);
  }
  for (const inner of [new SyncProbe(), new AsyncProbe(), new BothProbe()]) {
    const wrapper = wrapIn(trial, inner);
    const errors: unknown[] = [];
    await trial.within("closing the wrapper", () => closeAll([wrapper], (error) => errors.push(error)));
    demand(errors.length === 0, `closing the wrapper failed: ${messageOf(errors[0])}`);
    demand(inner.ends > 0, `[Symbol.asyncDispose]() of the wrapper did not close the inner handler (${kindOf(inner)})`);
    demand(inner.ended > 0, "the wrapper was closed before its inner handler was: wait for its [Symbol.asyncDispose]");
    demand(inner.flushes > 0 || !(inner instanceof SyncProbe), "the inner handler was closed without being flushed");
    await trial.within("closing the wrapper again", () => closeAll([wrapper], (error) => errors.push(error)));
    demand(errors.length === 0, `closing the wrapper again failed: ${messageOf(errors[0])}`);
  }
}

function kindOf(inner: Probe): string {
  return inner instanceof SyncProbe
    ? "with [Symbol.dispose] only"
    : inner instanceof AsyncProbe
      ? "with [Symbol.asyncDispose] only"
      : "with both ways to end";
}

export async function checkWrapperResource(trial: Trial): Promise<void> {
  let closed = 0;
  const resource: Disposable = {
    [Symbol.dispose]: () => {
      closed++;
    },
  };
  const { own, wrapper, inner } = withResource(trial, resource);
  demand(own !== undefined, "the inner handler has a resource, but the wrapper has none: it stays open when forgotten");
  if (await canCollectGarbage()) {
    const gone = () => wrapper.deref() === undefined && inner.deref() === undefined;
    const collected = await collectGarbage(gone, { timeoutMs: trial.timeoutMs });
    demand(collected, "the wrapper's resource leads back to the wrapper or to its inner handler");
  }
  own[Symbol.dispose]();
  demand(closed > 0, "closing the wrapper's resource did not close the inner handler's");
}

// A frame of its own: nothing in the caller's holds the handlers.
function withResource(trial: Trial, resource: Disposable) {
  const inner: Handler = Object.assign(new BothProbe(), { resource });
  const wrapper = wrapIn(trial, inner);
  return { own: wrapper.resource, wrapper: new WeakRef(wrapper), inner: new WeakRef(inner) };
}

export async function checkWrapperLevel(trial: Trial): Promise<void> {
  const held = trial.tag();
  const inner = Object.assign(new BothProbe(), {
    level: "fatal" as const,
    filter: (record: LogRecord) => record.message !== held,
  });
  const wrapper = wrapIn(trial, inner);
  const low = trial.tag();
  const high = trial.tag();
  trial.sendOne(wrapper, low, "error");
  trial.sendOne(wrapper, held, "fatal");
  trial.sendOne(wrapper, high, "fatal");
  await trial.close(wrapper);
  const messages = inner.taken.map(({ message }) => message);
  demand(messages.includes(high), "a line did not reach the inner handler");
  demand(!messages.includes(low), "a line below the inner handler's level reached it");
  demand(!messages.includes(held), "a line that the inner handler's filter holds back reached it");
}

export async function checkWrapperFailure(trial: Trial): Promise<void> {
  const inner = Object.assign(new BothProbe(), {
    handle() {
      throw new Error("the inner handler fails");
    },
  });
  const wrapper = wrapIn(trial, inner);
  const before = trial.counts();
  trial.send(wrapper, 3);
  await trial.close(wrapper);
  const lost = trial.counts().lost - before.lost;
  demand(lost >= 3, `the inner handler failed on 3 lines, and ${lost} were counted as failed or dropped`);
}
