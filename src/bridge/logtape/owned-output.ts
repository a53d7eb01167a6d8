import { type Closable, closeAll, disposeOne } from "../../lifetime/disposal.ts";
import { processTrouble } from "../../port/trouble.ts";
import type { LogtapeOutput } from "./logtape-like.ts";

/** An output to close, once. It leads to the output and to nothing else, so that it may be a handler's `resource`. */
export class OwnedOutput implements Disposable, AsyncDisposable {
  #output: LogtapeOutput | undefined;

  constructor(output: LogtapeOutput) {
    this.#output = output;
  }

  /** Whether it was closed. */
  get closed(): boolean {
    return this.#output === undefined;
  }

  [Symbol.dispose](): void {
    const output = this.#take();
    if (output !== undefined) disposeOne(output, closeFailed);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const output = this.#take();
    if (output !== undefined) await closeAll([output], closeFailed);
  }

  #take(): Closable | undefined {
    const output = this.#output as Closable | undefined;
    this.#output = undefined;
    return output;
  }
}

/** Tells what was thrown while something was closed. */
export function closeFailed(cause: unknown): void {
  processTrouble.report("SCOPELOG_WARN_CLOSE_FAILED", "An output of LogTape, or a handler in one, failed to close.", {
    cause,
  });
}
