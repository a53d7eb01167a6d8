/** A response that waits, and who is before and after it. */
export interface Place {
  /** Called if the connection closes first; is to leave then. */
  close(): void;
  before: Place | undefined;
  after: Place | undefined;
}

/** The part of a connection that is used here. */
export interface SocketLike {
  on(event: "close", listener: () => void): unknown;
}

// Beside the sockets and not on them: only those that pipeline would have it, and some of these sooner than others. All
// code of Node that was optimised for sockets of one shape was then thrown away, some time or other, and made for several.
const pipelines = new WeakMap<SocketLike, Pipeline>();

/**
 * The responses of a connection that wait for those before them: if the connection is lost first, they never hear of it.
 * Linked, and unlinked wholly by who leaves. It lives as long as the connection: an array of them cost a request some
 * hundredths more, and a `Set` links each of its tables to the next, which keeps requests that are over through every
 * collection of the young.
 */
export class Pipeline {
  #first: Place | undefined;
  #last: Place | undefined;

  enter(place: Place): void {
    place.before = this.#last;
    if (this.#last === undefined) this.#first = place;
    else this.#last.after = place;
    this.#last = place;
  }

  leave(place: Place): void {
    const { before, after } = place;
    if (before === undefined) this.#first = after;
    else before.after = after;
    if (after === undefined) this.#last = before;
    else after.before = before;
    place.before = place.after = undefined;
  }

  /** Closes all, who leave. */
  closeAll(): void {
    while (this.#first !== undefined) this.#first.close();
  }
}

/** The pipeline of `socket`, which closes what waits by one listener for all. */
export function pipelineOf(socket: SocketLike | null | undefined): Pipeline | undefined {
  if (socket === null || socket === undefined) return undefined;
  const known = pipelines.get(socket);
  if (known !== undefined) return known;
  const pipeline = new Pipeline();
  pipelines.set(socket, pipeline);
  socket.on("close", () => pipeline.closeAll());
  return pipeline;
}
