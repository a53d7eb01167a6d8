import type { Fields } from "../record/fields.ts";

/**
 * What is ambient: fields, and where they come from. A frame may be pinned by a timer for ever, so it holds no
 * handlers, and the logger only weakly.
 */
export interface Frame {
  /** The name of the logger, for when that is gone. */
  readonly name: string;
  readonly fields: Fields;
  readonly logger: { deref(): object | undefined };
}

/** Carries a frame along the asynchronous calls that start inside `run`: `AsyncLocalStorage`, or one like it. */
export interface Context {
  /** The frame of the innermost `run` around this call, if any. */
  current(): Frame | undefined;
  /** Calls `fn` with `frame` as the current one, there and in what it starts. Returns what `fn` returns. */
  run<T>(frame: Frame, fn: () => T): T;
}

/** Carries nothing. */
export const nullContext: Context = Object.freeze({
  current: () => undefined,
  run: <T>(_frame: Frame, fn: () => T): T => fn(),
});

interface Storage {
  getStore(): Ambient | undefined;
  run<T>(ambient: Ambient, fn: () => T): T;
}

/** A frame and whose it is, with those of other contexts around it. */
interface Ambient {
  readonly context: Context;
  readonly frame: Frame;
  readonly around: Ambient | undefined;
}

// One for all contexts: up to Node 22 the runtime keeps every AsyncLocalStorage that was ever run, and walks through
// them all for each promise that is made.
let storage: Storage | undefined;

/**
 * The context of this runtime: `AsyncLocalStorage` on Node, Bun and Deno; elsewhere one that carries as far as the
 * synchronous call and no further. Each one that is made is apart from the others.
 */
export function runtimeContext(): Context {
  const { process } = globalThis as { process?: { getBuiltinModule?(id: string): unknown } };
  const hooks = process?.getBuiltinModule?.("node:async_hooks") as
    | { AsyncLocalStorage?: new () => Storage }
    | undefined;
  if (typeof hooks?.AsyncLocalStorage !== "function") return synchronousContext();
  storage ??= new hooks.AsyncLocalStorage();
  return storedContext(storage);
}

function storedContext(storage: Storage): Context {
  const context: Context = {
    current() {
      let ambient = storage.getStore();
      while (ambient !== undefined && ambient.context !== context) ambient = ambient.around;
      return ambient?.frame;
    },
    run(frame, fn) {
      // Its own frame around is out of sight until `fn` is done, and need not be kept.
      let around = storage.getStore();
      if (around?.context === context) around = around.around;
      return storage.run({ context, frame, around }, fn);
    },
  };
  return context;
}

function synchronousContext(): Context {
  let innermost: Frame | undefined;
  return {
    current: () => innermost,
    run(frame, fn) {
      const before = innermost;
      innermost = frame;
      try {
        return fn();
      } finally {
        innermost = before;
      }
    },
  };
}
