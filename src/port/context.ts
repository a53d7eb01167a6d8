import type { Fields } from "../record/fields.ts";

/**
 * What is ambient: fields, and where they come from. A frame may be pinned by a timer for ever, so it holds no
 * handlers, and the logger only weakly.
 */
export interface Frame {
  readonly fields: Fields;
  readonly logger: WeakRef<object> | undefined;
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
