/** One step of a path, from what holds to what is held. */
export interface RetentionStep {
  /** In words: `.listeners[0]`, `closure variable "log"`. */
  readonly text: string;
  /** The class or kind of the object it leads to. */
  readonly type: string;
  /** The number of that object in the snapshot; developer tools show it after `@`. */
  readonly id: number;
  /** Where the code it speaks of is, `file:line:column`, or the file of a module; undefined if not known. */
  readonly at?: string;
}

/** One way by which an object is held. */
export interface RetentionPath {
  /** In one line: `sessionCache (Map) > .listeners[0] > onMessage() closure variable "log"`. */
  readonly text: string;
  readonly steps: readonly RetentionStep[];
  /** All objects on the way, from the start to what is held, by their numbers in the snapshot. */
  readonly objects: readonly number[];
}

/** Who holds an object. */
export class RetentionReport {
  /** What was asked about. */
  readonly id: string;
  /** Whether there is, or was a moment ago, such an object. */
  readonly found: boolean;
  /** Whether anything holds it. What only weak references lead to is not held, nor is what only the asking code holds. */
  readonly held: boolean;
  /** The shortest ways by which it is held, the shortest first, each with a holder that the others have not. */
  readonly paths: readonly RetentionPath[];
  readonly #remark: string;

  /** @internal */
  constructor(id: string, found: boolean, paths: readonly RetentionPath[], remark: string) {
    this.id = id;
    this.found = found;
    this.held = paths.length > 0;
    this.paths = paths;
    this.#remark = remark;
  }

  /** The report as it is printed. */
  get text(): string {
    if (this.paths.length === 0) return this.#remark;
    const many = this.paths.length > 1;
    const lines = [`${this.id} is held${many ? ` in ${this.paths.length} ways` : ""}${this.#remark}:`];
    for (const [index, path] of this.paths.entries()) {
      lines.push(`${many ? `${index + 1}. ` : "  "}${path.text}`);
      for (const at of places(path)) lines.push(`     at ${at}`);
    }
    return lines.join("\n");
  }

  toString(): string {
    return this.text;
  }

  toJSON(): object {
    const { id, found, held, paths, text } = this;
    return { id, found, held, paths, text };
  }
}

/** Where the code is that a path speaks of; a file not by itself where a line in it is told. */
function places(path: RetentionPath): string[] {
  const all = [...new Set(path.steps.map((step) => step.at).filter((at) => at !== undefined))];
  return all.filter((at) => !all.some((other) => other.startsWith(`${at}:`)));
}
