/** Something that may have either of the two ways to be closed. */
export interface Closable {
  [Symbol.dispose]?(): void;
  [Symbol.asyncDispose]?(): Promise<void> | PromiseLike<void> | void;
  flush?(): void | Promise<void>;
}

/** Takes what was thrown while closing. */
export type ErrorSink = (error: unknown) => void;

/**
 * Closes all, the last first, without waiting. Every one gets its turn whatever the others throw; what is thrown, or
 * rejected later, goes to `onError`, and nothing is thrown at the caller.
 */
export function disposeAll(closables: readonly Closable[], onError: ErrorSink): void {
  for (let index = closables.length - 1; index >= 0; index--) disposeOne(closables[index] as Closable, onError);
}

/** Closes one without waiting; one that can only be closed asynchronously is begun and watched. */
export function disposeOne(closable: Closable, onError: ErrorSink): void {
  try {
    const { [Symbol.dispose]: dispose, [Symbol.asyncDispose]: asyncDispose } = closable;
    const done: unknown = typeof dispose === "function" ? dispose.call(closable) : asyncDispose?.call(closable);
    // An asynchronous function is found in either place; a rejection that nobody watches would end the process.
    if (done !== undefined) Promise.resolve(done).then(undefined, onError);
  } catch (error) {
    onError(error);
  }
}

/** Flushes and closes all, the last first, each awaited before the next. Same promises as `disposeAll`; never rejects. */
export async function closeAll(closables: readonly Closable[], onError: ErrorSink): Promise<void> {
  for (let index = closables.length - 1; index >= 0; index--) {
    const closable = closables[index] as Closable;
    await attempt(() => closable.flush?.(), onError);
    if (typeof closable[Symbol.asyncDispose] === "function") {
      await attempt(() => closable[Symbol.asyncDispose]?.(), onError);
    } else disposeOne(closable, onError);
  }
}

/** Flushes all at once, without closing; never rejects. */
export async function flushAll(closables: readonly Closable[], onError: ErrorSink): Promise<void> {
  await Promise.all(closables.map((closable) => attempt(() => closable.flush?.(), onError)));
}

async function attempt(action: () => unknown, onError: ErrorSink): Promise<void> {
  try {
    await action();
  } catch (error) {
    onError(error);
  }
}
