import { WeakCrowd } from "../lifetime/weak-crowd.ts";
import { escapeControls } from "../record/escape.ts";
import { isError, messageOf } from "../record/fields.ts";
import type { Code } from "./codes.ts";

/** Something that went wrong inside the logging, told to `Config.onError` instead of being thrown at the caller. */
export interface Problem {
  /** What kind it is, see `codes`. */
  readonly code: Code;
  /** One to three sentences: what happened, and what to do. */
  readonly message: string;
  /** What was thrown or emitted, if anything. */
  readonly cause?: unknown;
  /** How many of this kind there were since the last one that was told, this one included. */
  readonly count: number;
}

/** Takes problems. It may log, it may throw; neither leads to another problem. */
export type ProblemListener = (problem: Problem) => void;

/** One kind of problem is told once in this time, in milliseconds; the others are counted into the next. */
export const quietMs = 10_000;

// A flood of different keys must not become a table that grows: the whole memory is let go when it is full.
const maxKeys = 256;

// So many characters of what was thrown are printed.
const maxDetail = 2_000;

interface Episode {
  quietUntil: number;
  untold: number;
}

/** Where the problems of one registry, or of the process, are told: rate-limited, and safe to be called from within. */
export class Trouble {
  #listener: ProblemListener | undefined;
  readonly #episodes = new Map<string, Episode>();
  #telling = false;

  constructor(listener?: ProblemListener) {
    this.#listener = listener;
  }

  /** Replaces the listener; undefined goes back to the runtime's own warnings. Returns the one before. */
  listen(listener: ProblemListener | undefined): ProblemListener | undefined {
    const before = this.#listener;
    this.#listener = listener;
    return before;
  }

  /** Whether somebody asked to be told, rather than the runtime's own warnings. */
  get listened(): boolean {
    return this.#listener !== undefined;
  }

  /**
   * Tells a problem, unless one of the same `code` and `key` was told a moment ago. Never throws. A problem that
   * arises while one is told is not told: the listener that fails by logging would otherwise never end.
   */
  report(code: Code, message: string, options: { key?: string; cause?: unknown } = {}): void {
    if (this.#telling) return;
    const key = options.key === undefined ? code : `${code} ${options.key}`;
    const now = Date.now();
    const episode = this.#episodes.get(key);
    // A clock that was set back must not silence a kind for ever.
    if (episode !== undefined && now < episode.quietUntil && now >= episode.quietUntil - quietMs) {
      episode.untold++;
      return;
    }
    if (episode === undefined && this.#episodes.size >= maxKeys) this.#episodes.clear();
    this.#episodes.set(key, { quietUntil: now + quietMs, untold: 0 });
    const count = (episode?.untold ?? 0) + 1;
    const problem: Problem =
      "cause" in options ? { code, message, count, cause: options.cause } : { code, message, count };
    this.#telling = true;
    try {
      (this.#listener ?? warn)(problem);
    } catch {
      // The listener is the last one who could be told.
    } finally {
      this.#telling = false;
    }
  }
}

interface ProcessLike {
  readonly _exiting?: boolean;
  emitWarning?(message: string, options: { type: string; code: string; detail: string | undefined }): void;
}

/** Tells a problem through `process.emitWarning` where there is one, else through `console.warn`. */
export function warn(problem: Problem): void {
  const { code, count } = problem;
  const message = count > 1 ? `${problem.message} (${count} times)` : problem.message;
  const { process, console } = globalThis as { process?: ProcessLike; console?: { warn(text: string): void } };
  const detail = detailOf(problem);
  // `emitWarning` prints on the next tick, and the process that is ending has none.
  if (typeof process?.emitWarning === "function" && process._exiting !== true) {
    process.emitWarning(message, { type: "ScopelogWarning", code, detail });
  } else console?.warn(`ScopelogWarning [${code}]: ${message}${detail === undefined ? "" : `\n${detail}`}`);
}

// What a handler or an option threw is somebody's mistake, and found by its stack. The messages of other problems say why.
function detailOf({ code, cause }: Problem): string | undefined {
  if (!/_(FAILED|IGNORED)$/.test(code) || cause === undefined) return undefined;
  let text = messageOf(cause);
  try {
    if (isError(cause) && typeof cause.stack === "string") text = cause.stack;
  } catch {
    // A getter that throws.
  }
  return text.slice(0, maxDetail).split("\n").map(escapeControls).join("\n");
}

/**
 * The problems of what belongs to no registry: shared transports, handlers that fail on their own. They are told to
 * every registry that was configured with `onError`, else to the runtime.
 */
export const processTrouble = new Trouble(tellListeners);

// A handler in trouble and the registry whose listener hears of it may be from two copies of the package: of a hearer
// only `listened` and `report` are used, and of the crowd that it can be added to and gone through.
const key = Symbol.for("scopelog/hearers@1");
const shared = globalThis as { [key]?: WeakCrowd<Trouble> };

// Weak: a registry that is forgotten must not be kept by wanting to hear.
const hearers = (shared[key] ??= new WeakCrowd<Trouble>());

/** Lets a registry's trouble hear what is told to `processTrouble`, for as long as it has a listener of its own. */
export function hear(trouble: Trouble): void {
  hearers.add(trouble);
}

function tellListeners(problem: Problem): void {
  let heard = false;
  for (const trouble of hearers) {
    if (!trouble.listened) continue;
    heard = true;
    trouble.report(
      problem.code,
      problem.message,
      "cause" in problem ? { key: problem.message, cause: problem.cause } : { key: problem.message },
    );
  }
  if (!heard) warn(problem);
}
