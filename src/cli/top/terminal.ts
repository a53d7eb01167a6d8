import { writeSync } from "node:fs";
import { keysOf } from "./keys.ts";

// The other screen, without a cursor; and back (xterm control sequences, DECSET 1049 and 25).
const enterScreen = "\u001b[?1049h\u001b[?25l\u001b[2J";
const leaveScreen = "\u001b[0m\u001b[?25h\u001b[?1049l";
// A terminal that knows it shows the frame when it is whole (DECSET 2026).
const beginFrame = "\u001b[?2026h";
const endFrame = "\u001b[?2026l";

const endSignals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** What a terminal tells. */
export interface TerminalListener {
  key(name: string): void;
  /** The size has changed, or the screen must be drawn anew. */
  resized(): void;
  /** The terminal is gone: its window was closed. */
  gone(): void;
}

/**
 * The terminal while it belongs to a full-screen program. However that ends, by its own will, an error or a signal, the
 * terminal is left as it was.
 */
export class Terminal implements Disposable {
  readonly #listener: TerminalListener;
  #shown: string[] = [];
  #entered = false;
  #continuing: NodeJS.Timeout | undefined;

  constructor(listener: TerminalListener) {
    this.#listener = listener;
    const { stdin, stdout } = process;
    stdin.setEncoding("utf8").on("data", this.#hear).on("end", this.#lost).on("error", this.#lost);
    stdout.on("resize", this.#resized).on("error", this.#lost);
    for (const signal of endSignals) process.on(signal, this.#ended);
    if (process.platform !== "win32") process.on("SIGTSTP", this.#suspend).on("SIGCONT", this.#continued);
    process.on("exit", this.#leave);
    // Before the error is printed, or it would be lost with the other screen.
    process.on("uncaughtExceptionMonitor", this.#leave);
    this.#enter();
  }

  get columns(): number {
    return process.stdout.columns || 80;
  }

  get rows(): number {
    return process.stdout.rows || 24;
  }

  /** Shows a screen: of the lines, those that have changed. */
  draw(lines: readonly string[]): void {
    // A terminal that takes nothing gets the next one instead.
    if (!this.#entered || process.stdout.writableNeedDrain) return;
    let text = "";
    for (const [index, line] of lines.entries()) {
      if (this.#shown[index] !== line) text += `\u001b[${index + 1};1H${line}\u001b[K`;
    }
    this.#shown = [...lines];
    if (text !== "") process.stdout.write(`${beginFrame}${text}${endFrame}`);
  }

  /** Clears the screen, so that the next drawing is a whole one. */
  clear(): void {
    this.#shown = [];
    if (this.#entered) process.stdout.write("\u001b[2J");
  }

  /** Gives the terminal back and stops the program, and all of its job, until it is continued. */
  readonly suspend = (): void => this.#suspend();

  [Symbol.dispose](): void {
    this.#leave();
    clearTimeout(this.#continuing);
    const { stdin, stdout } = process;
    stdin.off("data", this.#hear).off("end", this.#lost).off("error", this.#lost).pause();
    // Errors that come late are of no interest, and without a listener would end the program with one.
    stdout.off("resize", this.#resized).off("error", this.#lost);
    stdout.on("error", () => undefined);
    for (const signal of endSignals) process.off(signal, this.#ended);
    process.off("SIGTSTP", this.#suspend).off("SIGCONT", this.#continued);
    process.off("exit", this.#leave).off("uncaughtExceptionMonitor", this.#leave);
  }

  #enter(): void {
    if (this.#entered) return;
    this.#entered = true;
    this.#shown = [];
    try {
      process.stdin.setRawMode(true).resume();
      process.stdout.write(enterScreen);
    } catch {
      this.#lost();
    }
  }

  readonly #leave = (): void => {
    if (!this.#entered) return;
    this.#entered = false;
    try {
      // At once: this may be the last that the program does.
      writeSync(1, leaveScreen);
      process.stdin.setRawMode(false);
    } catch {
      // The terminal is gone.
    }
  };

  readonly #suspend = (): void => {
    if (process.platform === "win32") return;
    this.#leave();
    process.off("SIGTSTP", this.#suspend);
    // Not only this process: whoever started it, and the shell waits for.
    process.kill(0, "SIGTSTP");
    // Without a shell that could continue it, it is not stopped.
    clearTimeout(this.#continuing);
    this.#continuing = setTimeout(this.#continued, 50);
  };

  readonly #continued = (): void => {
    clearTimeout(this.#continuing);
    process.off("SIGTSTP", this.#suspend).on("SIGTSTP", this.#suspend);
    this.#enter();
    this.#listener.resized();
  };

  readonly #ended = (signal: NodeJS.Signals): void => {
    this[Symbol.dispose]();
    // By the signal itself, so that the shell sees what it was.
    process.kill(process.pid, signal);
  };

  readonly #hear = (text: string): void => {
    for (const key of keysOf(text)) this.#listener.key(key);
  };

  readonly #resized = (): void => {
    this.clear();
    this.#listener.resized();
  };

  readonly #lost = (): void => this.#listener.gone();
}
