import type { Rule, Walk } from "./walk.ts";
import { functionLabel, whereOf } from "./wording.ts";

const contextName = "system / Context";

/** A function's variables: those of the functions and blocks around it that it, or a sibling, uses. */
export const closureVariable: Rule = (walk) => {
  if (walk.snapshot.type(walk.node()) !== "closure" || !walk.is(0, "internal", "context")) return false;
  const end = variableAhead(walk, 1);
  if (end === 0) return false;
  sayVariable(walk, end + 1, walk.node());
  return true;
};

/** Variables of a scope that is held on its own, such as by another scope. */
export const scopeVariable: Rule = (walk) => {
  const end = variableAhead(walk, 0);
  if (end === 0) return false;
  walk.say(end, `variable ${quoted(walk.name(end - 1))}`);
  return true;
};

/** What `bind` was given. */
export const boundFunction: Rule = (walk) => {
  const bound = /^bound_(this|function|argument_(\d+))$/.exec(walk.name());
  if (bound === null || !walk.is(0, walk.snapshot.edgeType(walk.edge()))) return false;
  const part = bound[2] === undefined ? bound[1] : `argument ${Number(bound[2]) + 1}`;
  walk.say(1, `bound ${part}`);
  return true;
};

/** How many edges from `ahead` on lead through scopes to a variable; 0 if they do not. */
export function variableAhead(walk: Walk, ahead: number): number {
  let at = ahead;
  while (walk.className(at) === contextName && walk.is(at, "internal", "previous")) at++;
  return walk.className(at) === contextName && walk.is(at, "context") ? at + 1 - ahead : 0;
}

/** Says a variable of the function at `closure`, whose name may be said already. */
function sayVariable(walk: Walk, count: number, closure: number): void {
  const { last, snapshot } = walk;
  const variable = `closure variable ${quoted(walk.name(count - 1))}`;
  const at = whereOf(snapshot, closure);
  const name = snapshot.name(closure);
  if (last?.says === closure) walk.say(count, variable, { glue: " ", at });
  else if (last !== undefined && name !== "" && (last.text === name || last.text.endsWith(`.${name}`))) {
    last.text += "()";
    walk.say(count, variable, { glue: " ", at });
  } else walk.say(count, `${functionLabel(snapshot, closure)} ${variable}`, { at });
}

function quoted(name: string): string {
  return `"${name}"`;
}
