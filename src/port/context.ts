import type { Fields } from "../record/fields.ts";

/**
 * What is ambient: fields, and where they come from. A frame may be pinned by a timer for ever, so it holds no
 * handlers, and the logger only weakly.
 */
export interface Frame {
  /** The name of the logger, for when that is gone. */
  readonly name: string;
  readonly fields: Fields;
  readonly logger: WeakRef<object>;
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
  getStore(): Frame | undefined;
  run<T>(frame: Frame, fn: () => T): T;
}

/**
 * The context of this runtime: `AsyncLocalStorage` on Node, Bun and Deno; elsewhere one that carries as far as the
 * synchronous call and no further.
 */
export function runtimeContext(): Context {
  const { process } = globalThis as { process?: { getBuiltinModule?(id: string): unknown } };
  const hooks = process?.getBuiltinModule?.("node:async_hooks") as
    | { AsyncLocalStorage?: new () => Storage }
    | undefined;
  if (typeof hooks?.AsyncLocalStorage !== "function") return synchronousContext();
  const storage = new hooks.AsyncLocalStorage();
  return { current: () => storage.getStore(), run: (frame, fn) => storage.run(frame, fn) };
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
