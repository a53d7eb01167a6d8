import type { Entry } from "./entry.ts";
import { type FollowEvent, followFile } from "./follow.ts";
import { readInput } from "./input.ts";
import { InputError } from "./input-error.ts";
import { LineSplitter, type LongLine } from "./line-splitter.ts";
import { parseLine, textEntry } from "./parse-line.ts";

/** What there was in the input, in lines. */
export interface Counts {
  /** All that are not blank. */
  lines: number;
  records: number;
  /** No records, and nothing is wrong with them. */
  text: number;
  broken: number;
  binary: number;
  long: number;
  truncated: number;
}

export interface LogReaderOptions {
  /** Bytes of a line; of a longer one only the beginning is given. Default 1,048,576. */
  readonly maxLine?: number;
  /** Where `-` reads from. Default `process.stdin`. */
  readonly stdin?: NodeJS.ReadStream;
  /** Told of an input that cannot be read, or not to its end; the next is read then. */
  readonly onInputError?: (path: string, error: InputError) => void;
  /** Told of what a followed file does. */
  readonly onFollow?: (event: Exclude<FollowEvent, "idle">) => void;
}

export const defaultMaxLine = 1_048_576;

/**
 * Reads logs in JSON lines, ours of every profile, pino's, bunyan's and others', from files, gzip files or standard
 * input, with memory that does not grow with them. Whatever is in them becomes entries; nothing in them throws.
 */
export class LogReader {
  readonly counts: Counts = { lines: 0, records: 0, text: 0, broken: 0, binary: 0, long: 0, truncated: 0 };
  /** How many inputs could not be read, or not to their end. */
  failed = 0;
  readonly #options: LogReaderOptions;
  readonly #maxLine: number;

  constructor(options: LogReaderOptions = {}) {
    this.#options = options;
    this.#maxLine = options.maxLine ?? defaultMaxLine;
  }

  /** The entries of the inputs, one after the other, in batches of some thousand at most. `-` is standard input. */
  async *read(paths: readonly string[]): AsyncGenerator<readonly Entry[]> {
    const stdin = this.#options.stdin ?? process.stdin;
    for (const path of paths) {
      const splitter = new LineSplitter(this.#maxLine);
      try {
        for await (const chunk of readInput(path, stdin)) yield this.#entries(splitter, chunk);
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        yield this.#end(splitter);
        this.failed++;
        this.#options.onInputError?.(path, error);
        continue;
      }
      yield this.#end(splitter);
    }
  }

  /** The entries of a file and of what is added to it until `signal` is aborted. An empty batch: nothing for now. */
  async *follow(path: string, signal: AbortSignal): AsyncGenerator<readonly Entry[]> {
    let splitter = new LineSplitter(this.#maxLine);
    try {
      for await (const part of followFile(path, signal)) {
        if (typeof part !== "string") yield this.#entries(splitter, part);
        else if (part === "idle") yield [];
        else {
          yield this.#end(splitter);
          splitter = new LineSplitter(this.#maxLine);
          this.#options.onFollow?.(part);
        }
      }
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      this.failed++;
      this.#options.onInputError?.(path, error);
    }
    yield this.#end(splitter);
  }

  #entries(splitter: LineSplitter, chunk: Buffer): Entry[] {
    const lines: (string | LongLine)[] = [];
    splitter.push(chunk, lines);
    const entries: Entry[] = [];
    for (const line of lines) entries.push(this.#entry(line, false));
    return entries;
  }

  #end(splitter: LineSplitter): Entry[] {
    const line = splitter.end();
    return line === undefined ? [] : [this.#entry(line, true)];
  }

  #entry(line: string | LongLine, last: boolean): Entry {
    const entry = typeof line === "string" ? parseLine(line, last) : textEntry(line.start, "long", line.bytes);
    const { counts } = this;
    if (entry.kind === "record") {
      counts.lines++;
      counts.records++;
    } else if (entry.fault !== undefined || entry.text.trim() !== "") {
      counts.lines++;
      counts[entry.fault ?? "text"]++;
    }
    return entry;
  }
}
