import { AsyncResource } from "node:async_hooks";
import { getHeapSnapshot } from "node:v8";
import { markRole } from "../lifetime/heap-role.ts";
import type { HeapSnapshot } from "./heap-snapshot.ts";
import { SnapshotParser } from "./snapshot-parser.ts";

/**
 * A question about the heap of this process. It is in the heap itself, and so is who waits for the answer: the
 * snapshot shows it by its role, and what it leads to does not count as a holder.
 */
export class Question<T> {
  /** The promise of the answer. The one that is awaited: what waits is then found behind it. */
  readonly promise: Promise<T>;
  /** The object asked about, if it is not asked for by a name. */
  readonly subject: object | undefined;
  /** The registry asked about, if only one is meant. */
  readonly registry: object | undefined;
  turn: NodeJS.Immediate | undefined;
  /** Itself while its snapshot is taken: others may wait for their turn. */
  asking: Question<T> | undefined = undefined;
  readonly #answer: (snapshot: HeapSnapshot) => T;
  #resolve!: (answer: T | Promise<T>) => void;

  constructor(answer: (snapshot: HeapSnapshot) => T, subject: object | undefined, registry: object | undefined) {
    this.#answer = answer;
    this.subject = subject;
    this.registry = registry;
    this.promise = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  /** Takes the snapshot in a turn of its own, where nothing of the program is on the stack. */
  ask(): Promise<T> {
    this.turn = setImmediate(takeTurn, this);
    return this.promise;
  }

  /** @internal */
  take(): void {
    this.asking = this;
    this.#resolve(readAnswer(this.#answer));
    // The snapshot was taken before the first wait.
    this.asking = undefined;
  }
}

markRole(Question, "question");

interface Taking {
  take(): void;
}

// From the start of the program, so that the asker's AsyncLocalStorage is not around the snapshot.
const outside = new AsyncResource("ScopelogHeapSnapshot", { requireManualDestroy: true });

function takeTurn(question: Taking): void {
  outside.runInAsyncScope(takeQuestion, undefined, question);
}

function takeQuestion(question: Taking): void {
  question.take();
}

async function readAnswer<T>(answer: (snapshot: HeapSnapshot) => T): Promise<T> {
  // V8 collects all garbage before it takes a snapshot. The numbers are wanted for the ids of scopes.
  const stream = getHeapSnapshot({ exposeNumericValues: true });
  const parser = new SnapshotParser();
  for await (const chunk of stream) parser.write(typeof chunk === "string" ? Buffer.from(chunk) : (chunk as Buffer));
  return answer(parser.end());
}
