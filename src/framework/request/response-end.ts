import { afterTurn, disposeAfterTurn } from "../../lifetime/after-turn.ts";
import type { ScopedLogger } from "../../logger/scoped-logger.ts";
import type { ServerResponseLike } from "./node-request.ts";
import { tellOutcome } from "./outcome.ts";
import { type Pipeline, type Place, pipelineOf } from "./pipeline.ts";

/**
 * The scope of a request, and its end: after the `close` of the response, which also comes if the client goes away before
 * the end, and not at `finish`, which then never comes.
 *
 * One object a request, and one closure that only leads to it: what a closure that is made for each request finds in its
 * module it looks up anew each time, and where a system call lies between two requests nothing of that is in a cache. In a
 * profile it was the costliest place in all the JavaScript of a server, 0.8 % of the time.
 */
export class ResponseEnd implements Place {
  readonly log: ScopedLogger;
  /** What was thrown on the way, if anything; whether it is a failure is said by the status that it is answered with. */
  cause: unknown;
  /** Once it is known, which then ends the scope. */
  response: ServerResponseLike | undefined;
  before: Place | undefined;
  after: Place | undefined;
  readonly #tells: boolean;
  #pipeline: Pipeline | undefined;
  #aborted = false;

  /** @param tells whether anything comes of how it went */
  constructor(log: ScopedLogger, tells: boolean) {
    this.log = log;
    this.#tells = tells;
  }

  /** Ends the scope with `response`, unless another does. */
  answer(response: ServerResponseLike): void {
    if (this.response !== undefined) return;
    this.response = response;
    response.on("close", () => this.close());
    // The client may have gone while those before were at work.
    if (response.closed === true || response.destroyed === true) this.close();
    else if (response.socket === null) {
      this.#pipeline = pipelineOf(response.req?.socket);
      this.#pipeline?.enter(this);
    }
  }

  close(): void {
    const { log, response } = this;
    this.#pipeline?.leave(this);
    this.#pipeline = undefined;
    if (!this.#tells) disposeAfterTurn(log);
    else if (response !== undefined) {
      // Asked now: what hears of it next may still end the response, which then counts as finished. A stream of HTTP/2
      // that was reset counts so already.
      this.#aborted = !(response.writableEnded && response.writableFinished);
      afterTurn(ResponseEnd.#tell, this);
    }
  }

  static #tell(end: ResponseEnd): void {
    const { log } = end;
    tellOutcome(log, end.response?.statusCode, end.#aborted, end.cause);
    log.dispose();
  }
}
