/** One rule of behaviour broken on purpose. */
export interface Mutant {
  /** The rule, as the design has it. */
  readonly rule: string;
  /** What becomes of it. */
  readonly name: string;
  readonly file: string;
  /** Found once in `file`. */
  readonly search: string;
  readonly replace: string;
  /** The test files of which one must fail. */
  readonly tests: readonly string[];
  /** Which tests of these: only those with it in their name. */
  readonly match?: string;
}

export const mutants: readonly Mutant[];
