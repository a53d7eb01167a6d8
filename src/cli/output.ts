/** Where a command says what it found, and what went wrong. */
export interface Output {
  print(text: string): void;
  error(text: string): void;
}

/** The command was not understood; the message says what to give instead. */
export class UsageError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "UsageError";
  }
}
