/** Writes to standard output as fast as it is read there, and no faster. */
export class Printer {
  readonly #stream: NodeJS.WriteStream;
  /** Whether nobody reads any more: `head` has seen enough, `less` was left. */
  closed = false;
  /** Why nothing can be written, if not for that. */
  error: Error | undefined = undefined;
  #wake: (() => void) | undefined;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
    stream.on("error", (error: NodeJS.ErrnoException) => {
      this.closed = true;
      if (error.code !== "EPIPE") this.error ??= error;
      this.#wake?.();
    });
    stream.on("drain", () => this.#wake?.());
  }

  /** Writes `text`; the promise, if any, is fulfilled when there is room for more, or nobody reads. */
  write(text: string): Promise<void> | undefined {
    if (text === "" || this.closed || this.#stream.write(text)) return undefined;
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  /** Waits until all has been written, or cannot be. */
  async end(): Promise<void> {
    if (!this.closed) await new Promise<void>((resolve) => this.#stream.write("", () => resolve()));
  }
}
