import { methodCall, type Node, propertyName, unwrap } from "./ast.ts";
import { type RuleContext, type Variable, variableOf } from "./rule.ts";

/** How loggers are recognised, without types. */
export interface LoggerNames {
  /** Names of variables, parameters and properties that are loggers. */
  readonly names: readonly string[];
  /** Modules that `getScoped`, `getLogger` and `currentLogger` come from. */
  readonly modules: readonly string[];
}

export const defaultLoggerNames: LoggerNames = { names: ["log", "logger"], modules: ["scopelog"] };

/** The part of a rule's options that says how loggers are recognised. */
export const loggerNamesSchema = {
  names: { type: "array", items: { type: "string" }, uniqueItems: true },
  modules: { type: "array", items: { type: "string" }, uniqueItems: true },
};

const entries = new Set(["getScoped", "getLogger", "currentLogger"]);
const views = new Set(["with", "getChild"]);
const scopes = new Set(["scope", "fork"]);

/** Tells loggers and scopes from other things by where they come from, and where that is not seen, by their names. */
export class LoggerFinder {
  readonly #context: RuleContext;
  readonly #given: LoggerNames;

  constructor(context: RuleContext, given: Partial<LoggerNames> | undefined) {
    this.#context = context;
    this.#given = {
      names: [...defaultLoggerNames.names, ...(given?.names ?? [])],
      modules: [...defaultLoggerNames.modules, ...(given?.modules ?? [])],
    };
  }

  /** Whether `node` is a call that opens a scope or adds a holder to one, so that somebody must end what it returns. */
  opensScope(node: Node): boolean {
    if (node.type !== "CallExpression" || node.callee === undefined) return false;
    if (this.#importedName(node.callee) === "getScoped") return true;
    const call = methodCall(node);
    if (call === undefined) return false;
    // A name of its own: whatever it is called on is a registry, or the module itself.
    if (call.method === "getScoped") return true;
    return scopes.has(call.method) && this.isLogger(call.object);
  }

  /** Whether the value of `node` is a logger of this library, as far as can be seen. */
  isLogger(node: Node): boolean {
    return this.#isLogger(unwrap(node), 0);
  }

  #isLogger(node: Node, depth: number): boolean {
    // A chain of variables that lead to each other ends here.
    if (depth > 10) return false;
    switch (node.type) {
      case "AwaitExpression":
        return node.argument ? this.#isLogger(unwrap(node.argument), depth + 1) : false;
      case "Identifier": {
        const variable = variableOf(this.#context, node);
        return (variable !== undefined && this.#isLoggerVariable(variable, depth)) || this.#isNamed(node.name);
      }
      case "MemberExpression":
        return this.#isNamed(propertyName(node));
      case "CallExpression": {
        const name = node.callee && this.#importedName(node.callee);
        if (name !== undefined && entries.has(name)) return true;
        const call = methodCall(node);
        if (call === undefined) return false;
        if (entries.has(call.method)) return true;
        const makesLogger = views.has(call.method) || scopes.has(call.method) || call.method === "until";
        return makesLogger && this.#isLogger(call.object, depth + 1);
      }
      default:
        return false;
    }
  }

  #isLoggerVariable(variable: Variable, depth: number): boolean {
    return variable.defs.some(
      ({ type, node }) =>
        type === "Variable" &&
        node.type === "VariableDeclarator" &&
        node.id?.type === "Identifier" &&
        node.init &&
        this.#isLogger(unwrap(node.init), depth + 1),
    );
  }

  #isNamed(name: unknown): boolean {
    return typeof name === "string" && this.#given.names.includes(name);
  }

  /** The name by which a module of ours exports what `callee` means: `import { getScoped as open } from "scopelog"`. */
  #importedName(callee: Node): string | undefined {
    const identifier = unwrap(callee);
    const variable = variableOf(this.#context, identifier);
    for (const { type, node, parent } of variable?.defs ?? []) {
      if (type === "ImportBinding" && this.#given.modules.includes(String(parent?.source?.value))) {
        const { imported } = node;
        return typeof imported?.name === "string" ? imported.name : undefined;
      }
      if (type === "Variable" && node.type === "VariableDeclarator" && this.#isRequired(node.init)) {
        return destructuredName(node.id, identifier.name);
      }
    }
    return undefined;
  }

  #isRequired(init: Node | null | undefined): boolean {
    const call = init && unwrap(init);
    if (call?.type !== "CallExpression" || call.callee?.name !== "require") return false;
    return this.#given.modules.includes(String(call.arguments?.[0]?.value));
  }
}

/** Under which key a pattern such as `{ getScoped: open }` takes the variable. */
function destructuredName(pattern: Node | null | undefined, local: unknown): string | undefined {
  const { properties } = (pattern ?? {}) as { properties?: readonly Node[] };
  for (const property of properties ?? []) {
    if ((property.value as Node | undefined)?.name === local) return propertyName(property);
  }
  return undefined;
}
