import type { ScopedLogger } from "../../logger/scoped-logger.ts";

/** The part of a web `ReadableStream` that is used here. */
export interface StreamLike {
  readonly locked: boolean;
  getReader(): ReaderLike;
}

interface ReaderLike {
  read(): Promise<{ done: boolean; value?: unknown }>;
  cancel(reason?: unknown): Promise<void>;
}

/** The part of a fetch `Response` that is used here. */
export interface ResponseLike {
  readonly status: number;
  readonly body: StreamLike | null;
}

interface Controller {
  enqueue(chunk: unknown): void;
  close(): void;
  error(reason: unknown): void;
}

type StreamConstructor = new (
  source: { pull(controller: Controller): Promise<void>; cancel(reason: unknown): Promise<void> },
  strategy: { highWaterMark: number },
) => StreamLike;

/** How a body came to its end. */
export type BodyEnd = "done" | "failed" | "cancelled";

/**
 * A stream with the chunks of `stream`, which calls `ended` once when they have all been read, when their source
 * fails, or when the reader gives up. It reads nothing ahead. The source is read inside `log.run()` if `ambient`.
 */
export function watchStream(
  log: ScopedLogger,
  stream: StreamLike,
  ambient: boolean,
  ended: (how: BodyEnd, reason?: unknown) => void,
): StreamLike {
  const { ReadableStream } = globalThis as unknown as { ReadableStream: StreamConstructor };
  const reader = stream.getReader();
  const read = () => reader.read();
  return new ReadableStream(
    {
      async pull(controller) {
        try {
          const { done, value } = await (ambient ? log.run(read) : read());
          if (!done) {
            controller.enqueue(value);
            return;
          }
          controller.close();
        } catch (error) {
          ended("failed", error);
          controller.error(error);
          return;
        }
        ended("done");
      },
      async cancel(reason) {
        // The source first: what it still says is said inside the scope.
        try {
          await reader.cancel(reason);
        } finally {
          ended("cancelled", reason);
        }
      },
    },
    { highWaterMark: 0 },
  );
}

/** The same response with another body. */
export function withBody<R extends ResponseLike>(response: R, body: StreamLike): R {
  const { Response } = globalThis as unknown as { Response: new (body: StreamLike, init: R) => R };
  return new Response(body, response);
}
