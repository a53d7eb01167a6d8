/**
 * A node of the syntax tree as ESLint, its TypeScript parser and oxlint give it (ESTree). Not every node has every
 * property; `type` says which.
 */
export interface Node {
  readonly type: string;
  readonly parent?: Node | null;
  readonly range?: readonly [number, number];
  readonly name?: string | Node;
  readonly value?: unknown;
  readonly kind?: string;
  readonly computed?: boolean;
  readonly async?: boolean;
  readonly generator?: boolean;
  readonly id?: Node | null;
  readonly init?: Node | null;
  readonly key?: Node;
  readonly callee?: Node;
  readonly object?: Node;
  readonly property?: Node;
  readonly argument?: Node | null;
  readonly expression?: Node | boolean;
  readonly left?: Node;
  readonly right?: Node;
  readonly test?: Node | null;
  readonly consequent?: Node | readonly Node[];
  readonly alternate?: Node | null;
  readonly finalizer?: Node | null;
  readonly source?: Node;
  readonly imported?: Node;
  readonly arguments?: readonly Node[];
  readonly declarations?: readonly Node[];
  readonly expressions?: readonly Node[];
  readonly params?: readonly Node[];
  readonly body?: Node | readonly Node[] | null;
}

const functions = new Set(["FunctionDeclaration", "FunctionExpression", "ArrowFunctionExpression"]);

/** Whether it is a function of any form. */
export function isFunction(node: Node): boolean {
  return functions.has(node.type);
}

/** The innermost function around `node`. */
export function functionAround(node: Node): Node | undefined {
  let around = node.parent;
  while (around && !isFunction(around)) around = around.parent;
  return around ?? undefined;
}

/** Whether `node` is `ancestor` or inside it. */
export function isInside(node: Node, ancestor: Node): boolean {
  for (let around: Node | null | undefined = node; around; around = around.parent) if (around === ancestor) return true;
  return false;
}

const wrappers = new Set([
  "TSAsExpression",
  "TSNonNullExpression",
  "TSSatisfiesExpression",
  "TSTypeAssertion",
  "ChainExpression",
]);

/** The expression without what only types and optional chains put around it. */
export function unwrap(node: Node): Node {
  let inner = node;
  while (wrappers.has(inner.type) && typeof inner.expression === "object") inner = inner.expression;
  return inner;
}

/** The largest expression around `node` whose value is, or may be, that of `node`. */
export function valueAround(node: Node): Node {
  let value = node;
  for (;;) {
    const { parent } = value;
    if (!parent || !handsOn(parent, value)) return value;
    value = parent;
  }
}

function handsOn(parent: Node, value: Node): boolean {
  if (wrappers.has(parent.type)) return true;
  switch (parent.type) {
    case "AwaitExpression":
      return true;
    case "ConditionalExpression":
      return parent.test !== value;
    case "LogicalExpression":
      return parent.right === value || parent.left === value;
    case "SequenceExpression":
      return parent.expressions?.at(-1) === value;
    default:
      return false;
  }
}

/** The name of a property that is written out: `a.b`, `a["b"]`, `a.#b`, or `[Symbol.dispose]` as `Symbol.dispose`. */
export function propertyName(node: Node): string | undefined {
  const key = node.property ?? node.key;
  if (key === undefined) return undefined;
  if (node.computed !== true) {
    if (key.type === "Literal") return String(key.value);
    return typeof key.name === "string" ? key.name : undefined;
  }
  if (key.type === "Literal") return String(key.value);
  if (key.type === "MemberExpression" && key.object?.name === "Symbol") return `Symbol.${propertyName(key)}`;
  return undefined;
}

/** For `a.b()` the name `b` and the object `a`; undefined for other nodes. */
export function methodCall(node: Node): { readonly method: string; readonly object: Node } | undefined {
  if (node.type !== "CallExpression" || node.callee === undefined) return undefined;
  const callee = unwrap(node.callee);
  if (callee.type !== "MemberExpression" || callee.object === undefined) return undefined;
  const method = propertyName(callee);
  return method === undefined ? undefined : { method, object: unwrap(callee.object) };
}
