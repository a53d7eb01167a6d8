import type { Problem } from "scopelog";
import { hear, Trouble } from "../../../src/port/trouble.ts";

/** Hears what is told of shared transports, while it is not disposed. */
export class TroubleHearer {
  readonly problems: Problem[] = [];
  readonly #trouble = new Trouble((problem) => this.problems.push(problem));

  constructor() {
    hear(this.#trouble);
  }

  /** The problems with `code` whose message has `text` in it. */
  of(code: string, text = ""): Problem[] {
    return this.problems.filter((problem) => problem.code === code && problem.message.includes(text));
  }

  [Symbol.dispose](): void {
    this.#trouble.listen(undefined);
  }
}
