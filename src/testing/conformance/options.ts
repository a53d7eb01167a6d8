import type { FilterLike } from "../../port/filter.ts";
import type { Handler } from "../../port/handler.ts";
import type { LevelSetting } from "../../record/level.ts";

/** What `testHandler` looks at, in this order. */
export const checkNames = [
  /** `handle` is there, and the optional members are of their kind. */
  "shape",
  /** `handle` never throws, whatever the record; what it cannot write is counted, and what follows is written. */
  "hostile",
  /** A record is shared by all handlers, and is as it was afterwards. */
  "record",
  /** Every line arrives once, in order. */
  "delivery",
  /** `level` and `filter` that the author's options take are those of the handler. */
  "level",
  /** `flush` resolves: idle, busy, twice at once, and after the end; then every line is out or counted. */
  "flush",
  /** `[Symbol.dispose]` never throws, works once, and leaves alone what belongs to others by now. */
  "dispose",
  /** `[Symbol.asyncDispose]` resolves, twice, at once and one after the other; then every line is out or counted. */
  "async-dispose",
  /** A line handed over before `[Symbol.dispose]` arrives or is counted. */
  "drain",
  /** A line handed over after the end neither throws nor arrives, and is counted. */
  "after-dispose",
  /** With a broken destination every line is counted as dropped or failed, and as one. */
  "drops",
  /** Files, sockets, leases and transports are back to where they were. */
  "descriptors",
  /** Nothing keeps the process alive: after the end, and for a bounded time without an end. */
  "exit",
  /** A forgotten handler is collected though its `resource` is held, and the `resource` closes what it had open. */
  "forgotten",
  /** A wrapper's `flush` waits for the inner handler's. */
  "wrapper-flush",
  /** A wrapper's end ends the inner handler, once, and waits for it. */
  "wrapper-dispose",
  /** A wrapper's `resource` closes the inner handler's and leads to neither. */
  "wrapper-resource",
  /** A wrapper hands on only what the inner handler's `level` and `filter` let pass. */
  "wrapper-level",
  /** A line that the inner handler fails on is counted as failed or dropped. */
  "wrapper-failure",
] as const;

/** One of them. */
export type CheckName = (typeof checkNames)[number];

/** Makes a new handler each time. It must not keep what it made: that would look like a leak. */
export type HandlerFactory = () => Handler | Promise<Handler>;

/** A line as it is read at the far end: a text, or an object with the message. */
export type FarLine = string | { readonly message: string };

/** What the suite is told of a handler. Everything it is not told of, it cannot check: such checks are skipped. */
export interface TestHandlerOptions {
  /** What to call the handler in messages. Default: `"the handler"`. */
  name?: string;
  /** Whether to reject with a summary if a check fails. Default: true. */
  throws?: boolean;
  /**
   * Reads the far end: all lines that arrived so far from all handlers of the factory, in order. They are recognised
   * by the text of the message in them, which is short ASCII.
   */
  lines?: () => readonly FarLine[] | Promise<readonly FarLine[]>;
  /** What is flushed can be read at once, as with files and memory; else it is waited for. Default: false. */
  immediate?: boolean;
  /** Makes a handler with this level and filter, if the author lets users set them. */
  configured?: (given: { level: LevelSetting; filter: FilterLike }) => Handler | Promise<Handler>;
  /** Makes a handler whose destination is broken: a port where nobody listens, a full disk. */
  broken?: HandlerFactory;
  /** For a wrapper: wraps the given handler. */
  wrap?: (inner: Handler) => Handler;
  /** A module that a child process can import, beside which `scopelog` can be resolved, and the name of a factory in it. */
  exit?: ExitModule;
  /** Checks to leave out, for a handler that is right not to pass them. */
  skip?: readonly CheckName[];
  /** Milliseconds after which something that should happen is taken not to. Default: 10,000. */
  timeoutMs?: number;
}

/** Where a child process finds the factory. */
export interface ExitModule {
  /** A path, or a `file:` URL as text or as a `URL`. */
  module: string | { readonly href: string };
  /** The name of the exported `HandlerFactory`. */
  factory: string;
  /** Arguments for the runtime of the child. Default: none. */
  execArgv?: readonly string[];
}

/** What became of one check. */
export interface CheckResult {
  readonly name: CheckName;
  readonly passed: boolean;
  /** Why it did not pass, or why it was skipped. */
  readonly reason?: string;
  /** It could not be made; it counts as passed. */
  readonly skipped?: true;
}
