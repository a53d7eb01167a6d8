import { Writable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import { checkLogger, type ForeignLine, handIn } from "../logger/hand-in.ts";
import type { Logger } from "../logger/logger.ts";
import { checkKeys } from "../port/check-object.ts";
import { ScopelogError } from "../port/codes.ts";
import { countDropped, tally } from "../port/tally.ts";
import { processTrouble } from "../port/trouble.ts";
import type { Fields } from "../record/fields.ts";
import { isLevelName, type LevelName, levelNumber } from "../record/level.ts";
import { checkNumber } from "./options.ts";

/** What a line of text says. */
export interface ParsedLine {
  /** Default the `level` of the stream. */
  readonly level?: LevelName | number | undefined;
  /** Default the line itself. */
  readonly message?: string | undefined;
  readonly fields?: Fields | undefined;
  readonly error?: unknown;
  /** When it was logged, in milliseconds since 1970-01-01 UTC; default now. */
  readonly time?: number | undefined;
}

/** How what is written becomes lines. */
export interface AsWritableOptions {
  /** The level of the lines. Default `"info"`. */
  readonly level?: LevelName;
  /**
   * What a line says, without its end. Undefined leaves the line out. A line that it throws at is logged as it is.
   * Default: the line is the message.
   */
  readonly parse?: (line: string) => ParsedLine | undefined;
  /** Characters of a line that are kept, from 1; the rest of a longer one is cut off. Default 65,536. */
  readonly maxLength?: number;
}

/**
 * A stream whose lines go to a logger, for what writes lines: `morgan("combined", { stream: asWritable(log) })`,
 * `child.stdout.pipe(asWritable(log))`. Text is UTF-8; a line ends with LF or CRLF, however the text is cut into
 * chunks, and the last at the end of the stream. Empty lines are left out. A line that is too long is cut, with the
 * number of characters that are missing as the field `cut`, and told.
 *
 * The logger is its owner's: to end or destroy the stream ends nothing else. The stream takes everything at once, and
 * never fails: what is written after its end is counted as dropped.
 * @throws {ScopelogError} `ERR_SCOPELOG_OPTION`
 */
export function asWritable(logger: Logger, options: AsWritableOptions = {}): Writable {
  checkLogger(logger, "asWritable()");
  checkKeys("asWritable()", options, ["level", "parse", "maxLength"]);
  const { level = "info", parse } = options;
  if (!isLevelName(level)) throw new ScopelogError("ERR_SCOPELOG_OPTION", "asWritable(): level must be a level");
  if (parse !== undefined && typeof parse !== "function") {
    throw new ScopelogError("ERR_SCOPELOG_OPTION", "asWritable(): parse must be a function");
  }
  const maxLength = checkNumber("asWritable()", "maxLength", options.maxLength, 65_536, 1);
  return new LogWritable(logger, levelNumber(level), parse, maxLength);
}

// Strings that stand for bytes.
const binaryEncodings: ReadonlySet<string> = new Set(["hex", "base64", "base64url"]);

class LogWritable extends Writable {
  readonly #logger: Logger;
  readonly #level: number;
  readonly #parse: AsWritableOptions["parse"];
  readonly #maxLength: number;
  readonly #decoder = new StringDecoder("utf8");
  /** The beginning of a line whose end has not come. */
  #partial = "";
  /** How many characters of it were cut off. */
  #cut = 0;

  constructor(logger: Logger, level: number, parse: AsWritableOptions["parse"], maxLength: number) {
    super({ decodeStrings: false });
    this.#logger = logger;
    this.#level = level;
    this.#parse = parse;
    this.#maxLength = maxLength;
  }

  override write(...args: unknown[]): boolean {
    // The error of a write after the end would end the process of whoever does not listen.
    if (!this.writableEnded && !this.destroyed) return super.write(...(args as Parameters<Writable["write"]>));
    countDropped();
    processTrouble.report("SCOPELOG_WARN_DROPPED", "Text was written to a stream of asWritable() after its end.", {
      key: "asWritable",
    });
    const callback = args.at(-1);
    if (typeof callback === "function") process.nextTick(callback as () => void);
    return true;
  }

  override _write(chunk: Buffer | string, encoding: string, done: () => void): void {
    if (typeof chunk === "string" && !binaryEncodings.has(encoding)) {
      // Text as it is; the beginning of a character that came before as bytes stays one for itself.
      this.#take(this.#decoder.end() + chunk);
    } else {
      this.#take(this.#decoder.write(typeof chunk === "string" ? Buffer.from(chunk, encoding as "hex") : chunk));
    }
    done();
  }

  override _final(done: () => void): void {
    this.#finish();
    done();
  }

  // Without the error that it is given: nobody need listen.
  override _destroy(_error: Error | null, done: (error?: Error | null) => void): void {
    this.#finish();
    done();
  }

  #take(text: string): void {
    let start = 0;
    for (let end = text.indexOf("\n"); end !== -1; end = text.indexOf("\n", start)) {
      this.#append(text, start, end);
      this.#endLine();
      start = end + 1;
    }
    this.#append(text, start, text.length);
  }

  /** Adds a piece to the line, as far as there is room. */
  #append(text: string, start: number, end: number): void {
    // One more than is kept: it may be the CR of the line's end.
    const room = this.#maxLength + 1 - this.#partial.length;
    const taken = Math.min(end - start, room);
    if (taken > 0) this.#partial += text.slice(start, start + taken);
    this.#cut += end - start - taken;
  }

  #endLine(): void {
    let line = this.#partial;
    let cut = this.#cut;
    this.#partial = "";
    this.#cut = 0;
    if (cut === 0 && line.endsWith("\r")) line = line.slice(0, -1);
    if (line.length > this.#maxLength) {
      cut += line.length - this.#maxLength;
      line = line.slice(0, this.#maxLength);
    }
    if (line !== "") this.#log(line, cut);
  }

  #finish(): void {
    const rest = this.#decoder.end();
    this.#append(rest, 0, rest.length);
    this.#endLine();
  }

  #log(line: string, cut: number): void {
    const said = this.#read(line);
    if (said === undefined) return;
    const { level = this.#level, message = line, fields, error, time } = said;
    const foreign: ForeignLine = {
      level: typeof level === "string" ? levelNumber(level) : level,
      message,
      error,
      fields: cut === 0 ? fields : { ...fields, cut },
      time,
    };
    handIn(this.#logger, foreign);
    if (cut === 0) return;
    processTrouble.report(
      "SCOPELOG_WARN_DROPPED",
      `A line of text was longer than ${this.#maxLength} characters and was cut.`,
      { key: "asWritable cut" },
    );
  }

  /** What a line says; undefined if it is left out. */
  #read(line: string): ParsedLine | undefined {
    if (this.#parse === undefined) return {};
    try {
      const said = this.#parse(line);
      return said === undefined || said === null ? undefined : said;
    } catch (cause) {
      tally.failed++;
      processTrouble.report("SCOPELOG_WARN_HANDLER_FAILED", "The parse function of asWritable() threw an error.", {
        key: "asWritable",
        cause,
      });
      return {};
    }
  }
}
