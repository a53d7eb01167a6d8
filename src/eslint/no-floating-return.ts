import { functionAround, isFunction, isInside, methodCall, type Node, unwrap } from "./ast.ts";
import { LoggerFinder, type LoggerNames, loggerNamesSchema } from "./logger-names.ts";
import { type Rule, type RuleContext, type Variable, variableOf } from "./rule.ts";

/** `return work(log)` ends the scope of the block before the work; `return await work(log)` after it. */
export const noFloatingReturn: Rule = {
  meta: {
    type: "problem",
    docs: {
      description: "Require `await` where work that uses the scope of the block is returned out of it",
      recommended: true,
    },
    fixable: "code",
    schema: [{ type: "object", additionalProperties: false, properties: loggerNamesSchema }],
    defaultOptions: [{}],
    messages: {
      floating: '"{{name}}" ends before this work does: the block is left at once. Write "return await".',
    },
  },

  create(context) {
    const finder = new LoggerFinder(context, context.options[0] as Partial<LoggerNames> | undefined);
    // Those of the file so far: a name cannot be returned before it is declared.
    const scopes: ScopeVariable[] = [];
    return {
      VariableDeclaration(node) {
        if (node.kind !== "using" && node.kind !== "await using") return;
        for (const { id, init } of node.declarations ?? []) {
          if (id?.type !== "Identifier" || !init) continue;
          if (!finder.opensScope(unwrapUntil(init)) && !finder.isLogger(id)) continue;
          const variable = variableOf(context, id);
          const block = node.parent;
          if (variable !== undefined && block) scopes.push({ variable, block });
        }
      },
      ReturnStatement(node) {
        const around = functionAround(node);
        // An async generator awaits what it returns by itself, before the block ends.
        if (around?.async !== true || around.generator === true || !node.argument) return;
        const open = scopes.filter(({ block }) => isInside(node, block) && functionAround(block) === around);
        if (open.length === 0) return;
        for (const call of returnedCalls(node.argument)) checkCall(context, finder, call, open);
      },
    };
  },
};

interface ScopeVariable {
  readonly variable: Variable;
  readonly block: Node;
}

/** `getScoped(...)` in `getScoped(...).until(x)`. */
function unwrapUntil(init: Node): Node {
  const node = unwrap(init);
  const call = methodCall(node);
  return call?.method === "until" ? call.object : node;
}

/** The calls whose result is returned as it is, not awaited. */
function returnedCalls(argument: Node): Node[] {
  const node = unwrap(argument);
  const { type, left, right, consequent, alternate, expressions } = node;
  if (type === "CallExpression" || type === "NewExpression") return [node];
  if (type === "ConditionalExpression") return [consequent as Node, alternate as Node].flatMap(returnedCalls);
  if (type === "LogicalExpression") return [left as Node, right as Node].flatMap(returnedCalls);
  if (type === "SequenceExpression") return returnedCalls(expressions?.at(-1) as Node);
  return [];
}

function checkCall(context: RuleContext, finder: LoggerFinder, call: Node, open: readonly ScopeVariable[]): void {
  if (isSettled(context, call)) return;
  const taken = open.find((scope) => takes(context, finder, call, scope));
  if (taken === undefined) return;
  context.report({
    node: call,
    messageId: "floating",
    data: { name: taken.variable.name },
    fix: (fixer) => fixer.insertTextBefore(call, "await "),
  });
}

const plainObjects = new Set("Array BigInt Boolean Date JSON Math Number Object Reflect String Symbol".split(" "));

/** Whether the call gives no promise, as far as can be seen. */
function isSettled(context: RuleContext, call: Node): boolean {
  const callee = call.callee && unwrap(call.callee);
  if (callee === undefined) return true;
  // Of what can be constructed, only a promise is work.
  if (call.type === "NewExpression") return callee.name !== "Promise";
  const root = callee.type === "MemberExpression" && callee.object ? callee.object : callee;
  if (!plainObjects.has(String(root.name))) return false;
  const variable = variableOf(context, root);
  return variable === undefined || variable.defs.length === 0;
}

/** Whether `call` is given the scope, or something that leads to it: as an argument, or as what is called. */
function takes(context: RuleContext, finder: LoggerFinder, call: Node, { variable, block }: ScopeVariable): boolean {
  const led = leadsTo(context, variable, functionAround(block));
  let link = call;
  for (;;) {
    if ((link.arguments ?? []).some((argument) => refersTo(argument, led))) return true;
    const callee = link.callee && unwrap(link.callee);
    if (callee === undefined) return false;
    const chained = methodCall(link);
    if (chained?.object.type === "CallExpression" || chained?.object.type === "NewExpression") {
      // The call before in a chain: `work(log).then(...)`.
      link = chained.object;
      continue;
    }
    const called = chained?.object ?? callee;
    // `(await work(log)).map(...)`: the work is over.
    if (called.type === "AwaitExpression") return false;
    // Of a logger's methods, only run() returns work.
    if (chained !== undefined && finder.isLogger(called) && chained.method !== "run") return false;
    return refersTo(called, led);
  }
}

/** The variables through which the scope is reached: itself, views of it, functions and objects that have it in them. */
function leadsTo(context: RuleContext, scope: Variable, home: Node | undefined): Set<Variable> {
  const led = new Set([scope]);
  // A set visits what is added to it while it is walked through.
  for (const variable of led) {
    for (const { identifier } of variable.references) {
      const holder = holderOf(identifier, home);
      const found = holder && variableOf(context, holder);
      if (found !== undefined) led.add(found);
    }
  }
  return led;
}

const madeOf = new Set(["with", "getChild", "scope", "fork"]);
const containers = new Set([
  "ObjectExpression",
  "ArrayExpression",
  "Property",
  "TSAsExpression",
  "TSNonNullExpression",
  "TSSatisfiesExpression",
]);

/** The name of what a use of a variable becomes a part of, inside the function `home`: of a variable, or of a function. */
function holderOf(identifier: Node, home: Node | undefined): Node | undefined {
  // The value that has it in it, as long as there is one.
  let value: Node | undefined = identifier;
  for (let inner: Node = identifier; inner.parent && inner.parent !== home; inner = inner.parent) {
    const parent: Node = inner.parent;
    if (parent.type === "FunctionDeclaration") return parent.id ?? undefined;
    if (isFunction(parent)) value = parent;
    else if (value === inner) {
      if (parent.type === "VariableDeclarator") return parent.init === inner ? (parent.id ?? undefined) : undefined;
      const isView = parent.type === "CallExpression" && madeOf.has(methodCall(parent)?.method ?? "");
      const isCallee: boolean =
        parent.type === "MemberExpression" && parent.object === inner && parent.parent?.callee === parent;
      value = containers.has(parent.type) || isView || isCallee ? parent : undefined;
    }
  }
  return undefined;
}

/** Whether `node` has one of the variables anywhere in it. */
function refersTo(node: Node, variables: ReadonlySet<Variable>): boolean {
  for (const variable of variables) {
    for (const { identifier } of variable.references) if (isInside(identifier, node)) return true;
  }
  return false;
}
