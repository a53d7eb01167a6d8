/** Whether and how often the place where a scope is opened is looked up. */
export type OriginMode = "off" | "sampled" | "always";

// Looking up costs 2-5 µs, a scope 50 ns: one in 1024 adds 5 ns. The first ones of a registry are all looked up, so that
// a small program is told the place at the first scope it forgets.
const sampleMask = 1023;
const alwaysFirst = 64;

// A name that was found forgotten is suspect: its next scopes are looked up, until the place is known beyond doubt.
const suspectLookups = 32;
const maxSuspects = 64;

/** Decides which scopes are looked up, and remembers the names that deserve it. */
export class OriginSampler {
  mode: OriginMode;
  readonly #suspects = new Map<string, number>();

  constructor(mode: OriginMode) {
    this.mode = mode;
  }

  /** Whether the scope `name`, the `sequence`th of its registry, is to be looked up. */
  wants(name: string, sequence: number): boolean {
    if (this.mode === "off") return false;
    if (sequence <= alwaysFirst || (sequence & sampleMask) === 0 || this.mode === "always") return true;
    return this.#suspects.size > 0 && this.#suspected(name);
  }

  /** Has the next scopes of `name` looked up. */
  suspect(name: string): void {
    if (this.#suspects.size >= maxSuspects && !this.#suspects.has(name)) this.#suspects.clear();
    this.#suspects.set(name, suspectLookups);
  }

  #suspected(name: string): boolean {
    const left = this.#suspects.get(name);
    if (left === undefined) return false;
    if (left <= 1) this.#suspects.delete(name);
    else this.#suspects.set(name, left - 1);
    return true;
  }
}

/** `"off"` in production, where `NODE_ENV` says so, else `"sampled"`. */
export function defaultOriginMode(): OriginMode {
  const { process } = globalThis as { process?: { env?: Record<string, string | undefined> } };
  return process?.env?.["NODE_ENV"] === "production" ? "off" : "sampled";
}

type AnyFunction = (...args: never[]) => unknown;

type Traceable = ErrorConstructor & {
  captureStackTrace?(target: object, above: AnyFunction): void;
  stackTraceLimit?: number;
};

/**
 * The place `entry` was called from, as `file:line:column`; undefined if the runtime does not say.
 * @param opener what `entry` has called, and runs now
 */
export function originOf(entry: AnyFunction, opener = entry): string | undefined {
  const traceable = Error as Traceable;
  if (typeof traceable.captureStackTrace !== "function") return undefined;
  const limit = traceable.stackTraceLimit;
  try {
    traceable.stackTraceLimit = 1;
    const place = placeBelow(entry, traceable);
    if (place !== undefined || !("Bun" in globalThis)) return place;
    // Bun has lost the frame of `entry` to its tail call of `opener`, and shows nothing below what is not there.
    return placeBelow(opener, traceable);
  } catch {
    return undefined;
  } finally {
    if (limit !== undefined) traceable.stackTraceLimit = limit;
  }
}

function placeBelow(callee: AnyFunction, traceable: Traceable): string | undefined {
  const holder: { stack?: unknown } = {};
  traceable.captureStackTrace?.(holder, callee);
  // Read at once: an unread stack holds the frames' receivers, and so the scope, for as long as it is kept.
  return placeIn(holder.stack);
}

/** The place in the first frame of a stack: `    at name (file:///dir/file.js:1:2)`, or without a name. */
function placeIn(stack: unknown): string | undefined {
  if (typeof stack !== "string") return undefined;
  const frame = stack.split("\n").find((line) => /:\d+:\d+\)?$/.test(line));
  const place = frame?.match(/(?:\(|@|at (?:async )?)((?:[^()]|\([^()]*\))*:\d+:\d+)\)?$/)?.[1];
  return place?.replace(/^file:\/\//, "");
}
