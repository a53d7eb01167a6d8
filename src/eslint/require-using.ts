import { functionAround, isInside, methodCall, type Node, propertyName, unwrap, valueAround } from "./ast.ts";
import { LoggerFinder, type LoggerNames, loggerNamesSchema } from "./logger-names.ts";
import { type Fixer, type Rule, type RuleContext, type Variable, variableOf } from "./rule.ts";

/** The options of `require-using`. */
interface Options extends Partial<LoggerNames> {
  /** Names of methods by which an object that keeps a scope ends it. */
  readonly disposeMethods?: readonly string[];
}

const ownDisposeMethods = ["Symbol.dispose", "Symbol.asyncDispose", "dispose", "close"];
const scopeEnds = new Set(["Symbol.dispose", "Symbol.asyncDispose", "dispose", "close", "until"]);

/** A scope that is opened must have somebody who ends it. */
export const requireUsing: Rule = {
  meta: {
    type: "problem",
    docs: {
      description: "Require that the scope of a logger is bound by `using`, or handed to who ends it",
      recommended: true,
    },
    fixable: "code",
    hasSuggestions: true,
    schema: [
      {
        type: "object",
        additionalProperties: false,
        properties: {
          ...loggerNamesSchema,
          disposeMethods: { type: "array", items: { type: "string" }, uniqueItems: true },
        },
      },
    ],
    defaultOptions: [{}],
    messages: {
      bind: 'Nobody ends the scope in "{{name}}". Declare it with "using", return it, call until(), or give it to a DisposableStack.',
      lost: 'Nobody can end this scope. Bind it: "using log = {{text}}".',
      field: 'Nobody ends the scope in "{{name}}": its class has no [Symbol.dispose], dispose() or close().',
      useUsing: "Declare it with using: the scope ends with this block.",
      useAwaitUsing:
        "Declare it with await using: the scope ends with this block, which waits until its lines are out.",
    },
  },

  create(context) {
    const options = (context.options[0] ?? {}) as Options;
    const finder = new LoggerFinder(context, options);
    const disposeMethods = [...ownDisposeMethods, ...(options.disposeMethods ?? [])];
    return {
      CallExpression(node) {
        if (finder.opensScope(node)) check(context, node, disposeMethods);
      },
    };
  },
};

function check(context: RuleContext, call: Node, disposeMethods: readonly string[]): void {
  const value = valueAround(call);
  const { parent } = value;
  if (!parent || isHandedOver(value, parent) || isEndedAtOnce(value, parent)) return;
  switch (parent.type) {
    case "VariableDeclarator":
      if (parent.init === value) checkVariable(context, call, parent, disposeMethods);
      return;
    case "AssignmentExpression":
      if (parent.right === value) checkAssignment(context, call, parent, disposeMethods);
      return;
    case "PropertyDefinition":
      if (!classDisposes(parent, disposeMethods)) reportField(context, call, parent);
      return;
    default:
      context.report({ node: call, messageId: "lost", data: { text: shortened(context.sourceCode.getText(call)) } });
  }
}

/** Whether the value goes to who called, or to a stack that disposes it. */
function isHandedOver(value: Node, parent: Node): boolean {
  switch (parent.type) {
    case "ReturnStatement":
    case "YieldExpression":
      return true;
    case "ArrowFunctionExpression":
      return parent.body === value;
    case "Property":
    case "ArrayExpression":
    case "ObjectExpression": {
      // In an object or list that is returned itself.
      const container = valueAround(parent);
      return container.parent ? isHandedOver(container, container.parent) : false;
    }
    case "CallExpression": {
      const method = methodCall(parent)?.method;
      return parent.arguments?.[0] === value && (method === "use" || method === "adopt");
    }
    default:
      return false;
  }
}

/** `getScoped(...).until(request)`, or one that is ended again in the same breath. */
function isEndedAtOnce(value: Node, parent: Node): boolean {
  return parent.type === "MemberExpression" && parent.object === value && scopeEnds.has(propertyName(parent) ?? "");
}

function checkVariable(context: RuleContext, call: Node, declarator: Node, disposeMethods: readonly string[]): void {
  const declaration = declarator.parent;
  if (!declaration || declaration.kind === "using" || declaration.kind === "await using") return;
  const { id } = declarator;
  if (id?.type !== "Identifier") {
    context.report({ node: call, messageId: "lost", data: { text: shortened(context.sourceCode.getText(call)) } });
    return;
  }
  const variable = variableOf(context, id);
  if (variable !== undefined && isEndedLater(variable, disposeMethods)) return;
  const data = { name: String(id.name) };
  if (!canBeUsing(declaration)) {
    context.report({ node: call, messageId: "bind", data });
    return;
  }
  const change = (kind: string) => (fixer: Fixer) => {
    const [start] = declaration.range ?? [0, 0];
    return fixer.replaceTextRange([start, start + "const".length], kind);
  };
  if (variable !== undefined && !outlivesBlock(variable, declaration)) {
    context.report({ node: call, messageId: "bind", data, fix: change("using") });
    return;
  }
  const suggest = [{ messageId: "useUsing", fix: change("using") }];
  if (functionAround(declaration)?.async === true) {
    suggest.push({ messageId: "useAwaitUsing", fix: change("await using") });
  }
  context.report({ node: call, messageId: "bind", data, suggest });
}

function checkAssignment(context: RuleContext, call: Node, assignment: Node, disposeMethods: readonly string[]): void {
  const target = assignment.left && unwrap(assignment.left);
  if (target === undefined) return;
  if (target.type === "MemberExpression" && target.object?.type === "ThisExpression") {
    if (!classDisposes(assignment, disposeMethods)) reportField(context, call, target);
    return;
  }
  const variable = variableOf(context, target);
  if (variable !== undefined && isEndedLater(variable, disposeMethods)) return;
  context.report({ node: call, messageId: "bind", data: { name: context.sourceCode.getText(target) } });
}

function reportField(context: RuleContext, call: Node, field: Node): void {
  const name = propertyName(field) ?? "the field";
  context.report({ node: call, messageId: "field", data: { name } });
}

/** Whether a use of the variable hands the scope to who ends it, or ends it in a `finally`. */
function isEndedLater(variable: Variable, disposeMethods: readonly string[]): boolean {
  return variable.references.some(({ identifier }) => {
    const value = valueAround(identifier);
    const { parent } = value;
    if (!parent) return false;
    if (isHandedOver(value, parent)) return true;
    if (parent.type === "VariableDeclarator" && parent.init === value) {
      const kind = parent.parent?.kind;
      return kind === "using" || kind === "await using";
    }
    if (parent.type === "AssignmentExpression" && parent.right === value) {
      const target = parent.left && unwrap(parent.left);
      return target?.object?.type === "ThisExpression" && classDisposes(parent, disposeMethods);
    }
    if (parent.type !== "MemberExpression" || parent.object !== value) return false;
    const method = propertyName(parent) ?? "";
    return method === "until" || (scopeEnds.has(method) && isInFinally(parent));
  });
}

// A call to dispose() elsewhere is not reached when what comes before it throws.
function isInFinally(node: Node): boolean {
  for (let inner: Node = node; inner.parent; inner = inner.parent) {
    if (inner.parent.type === "TryStatement" && inner.parent.finalizer === inner) return true;
  }
  return false;
}

function classDisposes(node: Node, disposeMethods: readonly string[]): boolean {
  let around = node.parent;
  while (around && around.type !== "ClassBody") around = around.parent;
  const members = (around?.body ?? []) as readonly Node[];
  return members.some((member) => {
    const isMember = member.type === "MethodDefinition" || member.type === "PropertyDefinition";
    return isMember && disposeMethods.includes(propertyName(member) ?? "");
  });
}

/** Whether `const` may be replaced: one variable, in a block of its own. */
function canBeUsing(declaration: Node): boolean {
  if (declaration.kind !== "const" || declaration.declarations?.length !== 1) return false;
  const { parent } = declaration;
  return parent?.type === "BlockStatement" || parent?.type === "StaticBlock";
}

/**
 * Whether something may still need the scope when the block is over: a function that refers to it, or what is made of
 * it and returned or kept. `using` would then end it too early, so the change is a suggestion and not a fix.
 */
function outlivesBlock(variable: Variable, declaration: Node): boolean {
  const home = functionAround(declaration);
  return variable.references.some(({ identifier, init }) => {
    if (init === true) return false;
    if (functionAround(identifier) !== home) return true;
    for (let inner: Node = identifier; inner.parent && inner.parent !== declaration.parent; inner = inner.parent) {
      const { parent } = inner;
      if (parent.type === "AwaitExpression") return false;
      if (parent.type === "ReturnStatement" || parent.type === "YieldExpression") return true;
      if (parent.type === "AssignmentExpression" && parent.right !== undefined && isInside(inner, parent.right))
        return true;
      if (parent.type === "Property" || parent.type === "ArrayExpression" || parent.type === "NewExpression")
        return true;
      if (parent.type === "VariableDeclarator") return true;
    }
    return false;
  });
}

function shortened(text: string): string {
  const line = text.replace(/\s+/g, " ");
  return line.length > 60 ? `${line.slice(0, 57)}...` : line;
}
