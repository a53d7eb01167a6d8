type Listener = (...args: unknown[]) => void;

interface ProcessLike {
  setUncaughtExceptionCaptureCallback?(callback: ((error: unknown) => void) | null): void;
  hasUncaughtExceptionCaptureCallback?(): boolean;
  rawListeners(event: string): Listener[];
  removeAllListeners(event: string): void;
  on(event: string, listener: Listener): void;
}

/**
 * Catches what escapes later, out of timers, events and promises, and would have ended the process. The test runner's
 * own listeners are put aside meanwhile, so that the check that is at fault can be named.
 */
export class Escapes implements Disposable {
  readonly errors: unknown[] = [];
  readonly #process = (globalThis as unknown as { process?: ProcessLike }).process;
  readonly #rejectionListeners: Listener[] = [];
  #capturing = false;

  constructor() {
    const process = this.#process;
    if (process?.rawListeners === undefined) return;
    this.#rejectionListeners = process.rawListeners("unhandledRejection");
    process.removeAllListeners("unhandledRejection");
    process.on("unhandledRejection", (error) => void this.errors.push(error));
    try {
      if (process.hasUncaughtExceptionCaptureCallback?.() !== false) return;
      process.setUncaughtExceptionCaptureCallback?.((error) => void this.errors.push(error));
      this.#capturing = true;
    } catch {
      // Taken by somebody else, or not there: the test runner then names it.
    }
  }

  [Symbol.dispose](): void {
    const process = this.#process;
    if (process?.rawListeners === undefined) return;
    process.removeAllListeners("unhandledRejection");
    for (const listener of this.#rejectionListeners) process.on("unhandledRejection", listener);
    if (this.#capturing) process.setUncaughtExceptionCaptureCallback?.(null);
  }
}
