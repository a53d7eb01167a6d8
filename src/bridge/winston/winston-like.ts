import type { WinstonLevels } from "./levels.ts";

/** The part of a winston 3 logger that is used here. */
export interface WinstonInstance {
  readonly levels: WinstonLevels;
  readonly transports: readonly object[];
  readonly defaultMeta?: unknown;
  write(info: never): unknown;
}

/** Where winston, logform and winston-transport look for the level of a line, whatever a format made of `level`. */
export const levelKey: unique symbol = Symbol.for("level") as never;

/** Where winston keeps what was given after the message. */
export const splatKey: unique symbol = Symbol.for("splat") as never;

/** The state of a stream, of Node.js's own or of its copy in `readable-stream`, as far as it says what waits. */
export interface StreamLike {
  readonly writableLength?: unknown;
  readonly readableLength?: unknown;
  readonly destroyed?: unknown;
  readonly _writableState?: { readonly ending?: unknown; readonly pendingcb?: unknown } | undefined;
}

/** Whether a stream takes no more. */
export function isEnded({ destroyed, _writableState }: StreamLike): boolean {
  return destroyed === true || _writableState?.ending === true;
}

/** How much waits in a stream. */
export function waitingIn(stream: StreamLike): number {
  if (stream.destroyed === true) return 0;
  return count(stream.writableLength) + count(stream.readableLength);
}

function count(length: unknown): number {
  return typeof length === "number" ? length : 0;
}
