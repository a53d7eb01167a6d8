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
  cause: unknown = undefined;
  before: Place | undefined = undefined;
  after: Place | undefined = undefined;
  readonly #tells: boolean;
  #response: ServerResponseLike | undefined = undefined;
  #pipeline: Pipeline | undefined = undefined;
  #aborted = false;

  /** @param tells whether anything comes of how it went */
  constructor(log: ScopedLogger, tells: boolean) {
    this.log = log;
    this.#tells = tells;
  }

  /** Whether the response is known, and so ends the scope. */
  get answered(): boolean {
    return this.#response !== undefined;
  }

  /** Ends the scope with `response`. */
  answer(response: ServerResponseLike): void {
    this.#response = response;
    response.on("close", () => this.close());
    // The client may have gone while those before were at work.
    if (response.closed === true || response.destroyed === true) this.close();
    else if (response.socket === null) {
      this.#pipeline = pipelineOf(response.req?.socket);
      this.#pipeline?.enter(this);
    }
  }

  close(): void {
    this.#pipeline?.leave(this);
    this.#pipeline = undefined;
    if (!this.#tells) {
      disposeAfterTurn(this.log);
      return;
    }
    // Asked now: what hears of it next may still end the response, which then counts as finished. A stream of HTTP/2
    // that was reset counts so already.
    const response = this.#response as ServerResponseLike;
    this.#aborted = !(response.writableEnded && response.writableFinished);
    afterTurn(tellAndEnd, this);
  }

  /** @internal */
  tellAndEnd(): void {
    tellOutcome(this.log, this.#response?.statusCode, this.#aborted, this.cause);
    this.log.dispose();
  }
}

// A named function: what waits for the end of the turn leads to the end and no further.
function tellAndEnd(end: ResponseEnd): void {
  end.tellAndEnd();
}
