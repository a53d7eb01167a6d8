import { checkKeys } from "../port/check-object.ts";
import { checkChoice, checkNumber } from "./options.ts";

/** What waits while a destination takes nothing. */
export interface QueueOptions {
  /** The most that waits, in bytes; further lines are given up, counted and told. 8 MiB if absent. */
  readonly maxBytes?: number | undefined;
  /** Which lines are given up when it is full: those that come (`drop-newest`, the default) or those that waited longest. */
  readonly overflow?: "drop-newest" | "drop-oldest" | undefined;
}

/** The same, checked and complete. */
export interface QueueSettings {
  readonly maxBytes: number;
  readonly overflow: "drop-newest" | "drop-oldest";
}

/** How long lines that cannot be written are waited for at a flush or close, in milliseconds, unless said otherwise. */
export const defaultLingerMs = 5000;

export function checkQueue(where: string, queue: QueueOptions = {}): QueueSettings {
  checkKeys(`${where}: queue`, queue, ["maxBytes", "overflow"]);
  return {
    maxBytes: checkNumber(where, "queue.maxBytes", queue.maxBytes, 8 * 1024 * 1024, 1),
    overflow: checkChoice(where, "queue.overflow", queue.overflow, ["drop-newest", "drop-oldest"]) ?? "drop-newest",
  };
}
