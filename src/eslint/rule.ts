import type { Node } from "./ast.ts";

/** A variable as ESLint's scope analysis knows it. */
export interface Variable {
  readonly name: string;
  readonly defs: readonly Definition[];
  readonly references: readonly Reference[];
}

/** Where a variable is declared. */
export interface Definition {
  readonly type: string;
  readonly node: Node;
  readonly name: Node;
  readonly parent?: Node | null;
}

/** One use of a variable. */
export interface Reference {
  readonly identifier: Node;
  readonly resolved?: Variable | null;
  readonly init?: boolean;
  isRead(): boolean;
  isWrite(): boolean;
}

/** A scope of names, in the sense of the language. */
export interface NameScope {
  readonly set: ReadonlyMap<string, Variable>;
  readonly upper: NameScope | null;
}

/** Changes to the text of a file. */
export interface Fixer {
  insertTextBefore(node: Node, text: string): unknown;
  replaceTextRange(range: readonly [number, number], text: string): unknown;
}

/** What a rule has found. */
export interface Finding {
  readonly node: Node;
  readonly messageId: string;
  readonly data?: Readonly<Record<string, string>>;
  readonly fix?: (fixer: Fixer) => unknown;
  readonly suggest?: readonly { readonly messageId: string; readonly fix: (fixer: Fixer) => unknown }[];
}

/** What a rule is given. */
export interface RuleContext {
  readonly options: readonly unknown[];
  readonly sourceCode: {
    getScope(node: Node): NameScope;
    getText(node: Node): string;
  };
  report(finding: Finding): void;
}

/** A rule, in the part of ESLint's interface that is used here: no package of ESLint's is needed to load this. */
export interface Rule {
  readonly meta: {
    readonly type: "problem";
    readonly docs: { readonly description: string; readonly recommended: boolean };
    readonly fixable: "code";
    readonly hasSuggestions?: boolean;
    readonly schema: readonly object[];
    readonly defaultOptions: readonly object[];
    readonly messages: Readonly<Record<string, string>>;
  };
  create(context: RuleContext): Record<string, (node: Node) => void>;
}

/** The variable that an identifier means, if it is declared in the file. */
export function variableOf(context: RuleContext, identifier: Node): Variable | undefined {
  if (identifier.type !== "Identifier" || typeof identifier.name !== "string") return undefined;
  for (let scope: NameScope | null = context.sourceCode.getScope(identifier); scope !== null; scope = scope.upper) {
    const variable = scope.set.get(identifier.name);
    if (variable !== undefined) return variable;
  }
  return undefined;
}
