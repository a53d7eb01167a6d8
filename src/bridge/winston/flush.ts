import { type StreamLike, type WinstonInstance, waitingIn } from "./winston-like.ts";

const pollMs = 5;

// What winston's own File and Stream transports call what they write to.
interface TransportLike extends StreamLike {
  readonly _stream?: StreamLike;
  /** The file behind `_stream`, once it is open. */
  readonly _dest?: StreamLike;
  readonly _opening?: unknown;
}

/** What waits in a winston logger, in its transports, and in what those write to. */
function waiting(winston: WinstonInstance): number {
  let sum = waitingIn(winston as StreamLike);
  for (const transport of winston.transports as readonly TransportLike[]) {
    const { _stream: stream, _dest: file } = transport;
    sum += waitingIn(transport);
    if (stream !== undefined && stream !== null) {
      // What others should read of the user's own stream is their business.
      const own = typeof file === "object" || transport._opening === true;
      sum += own
        ? waitingIn(stream)
        : waitingIn({ writableLength: stream.writableLength, destroyed: stream.destroyed });
    }
    if (file !== undefined && file !== null) sum += waitingIn(file);
  }
  return sum;
}

/**
 * Resolves when nothing waits in `winston` any more. It looks every few milliseconds, so that no listener is added and
 * nothing is ended. Rejects if nothing moves for `patienceMs`.
 */
export function drained(winston: WinstonInstance, patienceMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let before = Number.POSITIVE_INFINITY;
    let movedAt = Date.now();
    const look = (): void => {
      const now = waiting(winston);
      if (now === 0) {
        resolve();
        return;
      }
      if (now !== before) {
        before = now;
        movedAt = Date.now();
      } else if (Date.now() - movedAt >= patienceMs) {
        reject(new Error(`${now} lines or bytes still wait in the winston logger: a transport takes nothing`));
        return;
      }
      setTimeout(look, pollMs);
    };
    look();
  });
}
