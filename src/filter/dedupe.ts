import { checkKeys } from "../port/check-object.ts";
import { ScopelogError } from "../port/codes.ts";
import type { Filter } from "../port/filter.ts";
import { messageOf } from "../record/fields.ts";
import { flat } from "../record/flat.ts";
import type { LogRecord } from "../record/log-record.ts";
import { BoundedMap } from "./bounded-map.ts";
import { type By, maxKeys } from "./by.ts";
import { hash } from "./hash.ts";
import { withNote } from "./note.ts";

/** Which records are repetitions, and for how long. */
export interface DedupeOptions {
  /** For how long a record holds back those like it, in milliseconds. */
  readonly windowMs: number;
  /** Which records are alike; default those with the same level, logger, message, and message of the error. */
  readonly by?: By;
}

interface Window {
  readonly key: string;
  readonly start: number;
  readonly message: string;
  repeats: number;
}

// How many different messages one record tells of.
const maxTold = 20;
const maxMessage = 200;
// How much of a message tells it from others.
const maxKey = 1000;

/**
 * Holds back records like one that has passed within `windowMs`. What was held back is counted and told by the next
 * record that passes once the window is over: in its field `repeated` if it is like those, else in `repeatedEarlier`,
 * an object of messages and counts. The time is that of the records; up to 1,000 windows are open at a time.
 * @throws {ScopelogError} `ERR_SCOPELOG_OPTION` if `windowMs` is not above 0 or `by` is not a function
 */
export function dedupe(options: DedupeOptions): Filter {
  checkKeys("dedupe", options, ["windowMs", "by"]);
  const { windowMs, by = likeness } = options;
  if (!(typeof windowMs === "number" && windowMs > 0))
    throw new ScopelogError("ERR_SCOPELOG_OPTION", "windowMs must be a number of milliseconds above 0");
  if (typeof by !== "function") throw new ScopelogError("ERR_SCOPELOG_OPTION", "by must be a function");
  const windows = new BoundedMap<Window>(maxKeys);
  const earlier = new Map<string, number>();
  const note = (window: Window | undefined) => {
    if (window === undefined || window.repeats === 0) return;
    const message = earlier.has(window.message) || earlier.size < maxTold ? window.message : "...";
    earlier.set(message, (earlier.get(message) ?? 0) + window.repeats);
  };
  return {
    filter(record) {
      const { time } = record;
      const key = String(by(record));
      const window = windows.get(key);
      // A clock that was set back must not hold records back for ever.
      const over = (other: Window) => time >= other.start + windowMs || time < other.start;
      if (window !== undefined && !over(window)) {
        window.repeats++;
        return false;
      }
      if (window !== undefined) windows.delete(key);
      for (let oldest = windows.oldest(); oldest !== undefined && over(oldest); oldest = windows.oldest()) {
        note(oldest);
        windows.delete(oldest.key);
      }
      note(windows.set(key, { key, start: time, message: excerpt(record.message), repeats: 0 }));
      let passed = record;
      if (window !== undefined && window.repeats > 0) passed = withNote(passed, "repeated", window.repeats);
      if (earlier.size > 0) {
        passed = withNote(passed, "repeatedEarlier", Object.fromEntries(earlier));
        earlier.clear();
      }
      return passed;
    },
  };
}

function likeness({ levelNumber, source, message, error }: LogRecord): string {
  return `${levelNumber} ${source.logger}\n${brief(message)}\n${error === undefined ? "" : brief(messageOf(error))}`;
}

// A thousand windows must not hold a thousand huge messages: beyond some length, a hash stands for the rest.
function brief(text: string): string {
  return text.length <= maxKey ? text : `${text.slice(0, maxKey)} ${text.length} ${hash(text)}`;
}

// Joined, so that it is a copy: a mere slice would hold all of the text.
function excerpt(text: string): string {
  return text.length <= maxMessage ? text : flat(`${text.slice(0, maxMessage)}...`);
}
