import pino, { type Logger as PinoLogger } from "pino";
import { createRegistry, type Registry } from "scopelog";
import { asPino, type PinoChildOptions, type PinoLike } from "scopelog/pino";
import { jsonFormatter } from "../../../src/format/json.ts";

export type Line = Record<string, unknown>;

/** What pino and the pino-shaped logger have in common. */
export type Twin = PinoLike & PinoLogger;

/** A pino-shaped logger, and the lines that it made, in pino's own profile. */
export function ours(options: PinoChildOptions = {}): { log: Twin; lines: Line[]; registry: Registry } {
  const lines: Line[] = [];
  const formatter = jsonFormatter({ profile: "pino", base: null });
  const registry = createRegistry({
    handlers: { lines: { handle: (record) => void lines.push(JSON.parse(formatter.format(record))) } },
    loggers: { "": { level: "info", handlers: ["lines"] } },
  });
  return { log: asPino(registry.getLogger(), options) as unknown as Twin, lines, registry };
}

/** A real pino, and the lines that it made. */
export function theirs(options: PinoChildOptions = {}): { log: Twin; lines: Line[] } {
  const lines: Line[] = [];
  const stream = { write: (line: string) => void lines.push(JSON.parse(line)) };
  return { log: pino({ base: null, ...(options as pino.LoggerOptions) }, stream) as unknown as Twin, lines };
}

/** What both make of the same calls, apart from the time. */
export function both(act: (log: Twin) => void, options: PinoChildOptions = {}): { ours: Line[]; theirs: Line[] } {
  const [us, them] = [ours(options), theirs(options)];
  act(us.log);
  act(them.log);
  return { ours: us.lines.map(comparable), theirs: them.lines.map(comparable) };
}

// pino leaves out a message that is not there, and this library has always one; it writes others as they are.
function comparable({ time, msg, ...line }: Line): Line {
  if (typeof time !== "number" || Math.abs(time - Date.now()) > 60_000) throw new Error(`the time is ${time}`);
  return { msg: msg === undefined ? "" : String(msg), ...line };
}
