import type { HeapSnapshot } from "./heap-snapshot.ts";
import type { EdgePath } from "./path-search.ts";
import { classNote } from "./wording.ts";

/** One step of a path in words. */
export interface Step {
  /** The step in words. */
  text: string;
  /** What stands between it and the step before. */
  readonly glue: "" | " " | " > ";
  /** The node it leads to. */
  readonly node: number;
  /** Where the code that it speaks of is, `file:line:column`, or the file of a module. */
  readonly at: string | undefined;
  /** The function that the text names already, so that the next step need not. */
  readonly says: number;
  /** Whether it reads like code, so that `.name` may follow at once. */
  readonly code: boolean;
}

/** What a step may be given beside its text. */
export interface StepOptions {
  readonly glue?: "" | " " | " > ";
  readonly at?: string | undefined;
  readonly says?: number;
  readonly code?: boolean;
  /** Whether to add the class of what it leads to. */
  readonly note?: boolean;
}

/** A walk along a path that puts it into words; rules look ahead and take as many edges as they understand. */
export class Walk {
  readonly snapshot: HeapSnapshot;
  readonly steps: Step[] = [];
  readonly #edges: readonly number[];
  readonly #start: number;
  readonly #scopeLabel: (node: number) => string | undefined;
  #at = 0;

  constructor(snapshot: HeapSnapshot, path: EdgePath, scopeLabel: (node: number) => string | undefined) {
    this.snapshot = snapshot;
    this.#edges = path.edges;
    this.#start = path.start;
    this.#scopeLabel = scopeLabel;
  }

  /** How many edges are left. */
  get left(): number {
    return this.#edges.length - this.#at;
  }

  /** The step before. */
  get last(): Step | undefined {
    return this.steps.at(-1);
  }

  /** The node reached so far, or the one `ahead` edges further; -1 beyond the end. */
  node(ahead = 0): number {
    const index = this.#at + ahead - 1;
    if (index < 0) return this.#start;
    const edge = this.#edges[index];
    return edge === undefined ? -1 : this.snapshot.target(edge);
  }

  /** The edge `ahead` of the next one; -1 beyond the end. */
  edge(ahead = 0): number {
    return this.#edges[this.#at + ahead] ?? -1;
  }

  /** The name of that edge. */
  name(ahead = 0): string {
    const edge = this.edge(ahead);
    return edge < 0 ? "" : this.snapshot.edgeName(edge);
  }

  /** Whether that edge is of the kind `type`, and of that name if one is given. */
  is(ahead: number, type: string, name?: string): boolean {
    const edge = this.edge(ahead);
    if (edge < 0 || this.snapshot.edgeType(edge) !== type) return false;
    return name === undefined || this.snapshot.edgeName(edge) === name;
  }

  /** The name of the node `ahead` edges further. */
  className(ahead = 0): string {
    const node = this.node(ahead);
    return node < 0 ? "" : this.snapshot.name(node);
  }

  /** Takes `count` edges without a word. */
  skip(count: number): void {
    this.#at += count;
  }

  /** Takes `count` edges and says what they are. */
  say(count: number, text: string, options: StepOptions = {}): void {
    this.#at += count;
    const node = this.node();
    const note = options.note === false || this.left === 0 ? "" : this.#note(node);
    this.steps.push({
      text: text + note,
      glue: this.steps.length === 0 ? "" : (options.glue ?? (options.code && this.last?.code ? "" : " > ")),
      node,
      at: options.at,
      says: options.says ?? -1,
      code: options.code === true && note === "",
    });
  }

  #note(node: number): string {
    const label = this.#scopeLabel(node);
    return label === undefined ? classNote(this.snapshot, node) : ` (scope ${label})`;
  }
}

/** Puts the next edges into words if it knows them. */
export type Rule = (walk: Walk) => boolean;
