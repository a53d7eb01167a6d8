import { variableAhead } from "./function-rules.ts";
import type { Rule, Walk } from "./walk.ts";
import { functionLabel, whereOf } from "./wording.ts";

const reaction = "system / PromiseReaction";

/** What waits for a promise: an async function, or a callback given to `then`. */
export const promiseReaction: Rule = (walk) => {
  if (!walk.is(0, "internal", "reactions_or_result")) return false;
  let at = 1;
  if (walk.className(at) !== reaction) {
    walk.say(1, "its result");
    return true;
  }
  while (walk.className(at) === reaction && walk.className(at + 1) === reaction) at++;
  const waiting = generatorBehind(walk, at + 1);
  if (waiting > 0) {
    sayAwaited(walk, at + 1 + waiting);
    return true;
  }
  const callback = walk.node(at + 1);
  if (callback < 0) return false;
  if (walk.snapshot.type(callback) === "closure") {
    const label = functionLabel(walk.snapshot, callback);
    walk.say(at + 1, `then() callback ${label}`, { says: callback, note: false });
  } else if (walk.className(at + 1) === "Promise" && isWaitedFor(walk, at + 1)) walk.skip(at + 1);
  else if (walk.className(at + 1) === "Generator") sayAwaited(walk, at + 1);
  else walk.say(at + 1, walk.className(at + 1) === "Promise" ? "promise of then()" : "what waits for it");
  return true;
};

/** The functions that settle a promise. */
export const promiseResolver: Rule = (walk) => {
  const { snapshot } = walk;
  if (snapshot.type(walk.node()) !== "closure" || !walk.is(0, "internal", "context")) return false;
  if (generatorBehind(walk, 0) > 0) {
    sayAwaited(walk, 2);
    return true;
  }
  if (snapshot.name(walk.node()) !== "" || walk.className(1) !== "system / Context" || !walk.is(1, "hidden"))
    return false;
  walk.say(2, walk.className(2) === "Promise" ? "promise of this resolver" : "what a promise waits for");
  return true;
};

/** The inside of an async function or generator that has not come to its end. */
export const suspendedFunction: Rule = (walk) => {
  const { snapshot } = walk;
  const generator = walk.node();
  const closure = snapshot.follow(generator, "function", "internal");
  if (closure < 0 || snapshot.edge(generator, "parameters_and_registers", "internal") < 0) return false;
  const whose = walk.last?.says === generator ? "its" : undefined;
  const of = whose === undefined ? ` of ${functionLabel(snapshot, closure)}` : "";
  const own = whose === undefined ? "" : `${whose} `;
  const at = whereOf(snapshot, closure);
  if (walk.is(0, "internal", "parameters_and_registers") && walk.left > 1)
    walk.say(2, `${own}local variable${of}`, { at });
  else if (walk.is(0, "internal", "receiver")) walk.say(1, `${own}this${of}`, { at });
  else if (walk.is(0, "internal", "context")) {
    const end = variableAhead(walk, 1);
    if (end === 0) return false;
    walk.say(end + 1, `${own}variable "${walk.name(end)}"${of}`, { at });
  } else if (walk.className(1) === "Promise") {
    if (isWaitedFor(walk, 1)) walk.skip(1);
    else walk.say(1, `${own}promise${of}`, { at });
  } else return false;
  return true;
};

/** What an AsyncLocalStorage carries along. */
export const asyncStore: Rule = (walk) => {
  if (walk.is(0, "property", "<symbol kResourceStore>")) {
    walk.say(1, "AsyncLocalStorage store");
    return true;
  }
  if (walk.className(0) === "AsyncContextFrame" && walk.is(0, "internal", "table") && walk.left > 1) {
    walk.say(2, "AsyncLocalStorage store");
    return true;
  }
  if (walk.className(1) === "AsyncContextFrame" && walk.is(1, "internal", "table")) {
    walk.skip(1);
    return true;
  }
  return false;
};

/** How many edges lead from the function `ahead` that resumes an async function to its state; 0 if it does not. */
function generatorBehind(walk: Walk, ahead: number): number {
  return walk.is(ahead, "internal", "context") &&
    walk.is(ahead + 1, "internal", "extension") &&
    isSuspended(walk, ahead + 2)
    ? 2
    : 0;
}

/** Whether the node `ahead` is an async function or generator that has not come to its end. */
export function isSuspended(walk: Walk, ahead: number): boolean {
  const node = walk.node(ahead);
  return node >= 0 && walk.snapshot.edge(node, "parameters_and_registers", "internal") >= 0;
}

function isWaitedFor(walk: Walk, ahead: number): boolean {
  return walk.is(ahead, "internal", "reactions_or_result");
}

function sayAwaited(walk: Walk, count: number): void {
  const { snapshot } = walk;
  const generator = walk.node(count);
  const closure = snapshot.follow(generator, "function", "internal");
  const label = closure < 0 ? "function" : functionLabel(snapshot, closure);
  const at = closure < 0 ? undefined : whereOf(snapshot, closure);
  walk.say(count, `awaited by async ${label}`, { at, says: generator, note: false });
}
