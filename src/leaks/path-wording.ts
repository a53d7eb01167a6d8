import { asyncStore, promiseReaction, promiseResolver, suspendedFunction } from "./async-rules.ts";
import { tableContent, weakMapValue } from "./collection-rules.ts";
import { emitterListener, targetListener, timerContent } from "./event-rules.ts";
import { boundFunction, closureVariable, scopeVariable } from "./function-rules.ts";
import type { EdgePath } from "./path-search.ts";
import { sayStart } from "./start-wording.ts";
import type { StrongGraph } from "./strong-graph.ts";
import { type Rule, type Step, Walk } from "./walk.ts";
import { accessor } from "./wording.ts";

/** Puts a path into words, step by step. */
export function wordPath(
  graph: StrongGraph,
  path: EdgePath,
  scopeLabel: (node: number) => string | undefined,
): readonly Step[] {
  const walk = new Walk(graph.snapshot, path, scopeLabel);
  sayStart(walk, graph.starts.get(path.start));
  const rules: readonly Rule[] = [weakMapValue((edge) => graph.tableOf(edge)), ...commonRules];
  while (walk.left > 0) if (!rules.some((rule) => rule(walk))) sayInternal(walk);
  return walk.steps;
}

/** The steps in one line. */
export function joinSteps(steps: readonly Step[]): string {
  return steps.map(({ glue, text }) => glue + text).join("");
}

const property: Rule = (walk) => {
  if (!walk.is(0, "property") && !walk.is(0, "shortcut")) return false;
  const accessed = /^(get|set) (.+)$/s.exec(walk.name());
  const target = walk.node(1);
  if (accessed !== null && walk.snapshot.type(target) === "closure") {
    walk.say(1, `${accessed[1]}ter of ${accessor(accessed[2]!)}`, { says: target, note: false });
  } else walk.say(1, accessor(walk.name()), { code: true });
  return true;
};

const proxy: Rule = (walk) => {
  if (walk.className() !== "system / JSProxy" || !walk.is(0, "hidden")) return false;
  walk.say(1, walk.name() === "1" ? "target of a Proxy" : "handler of a Proxy");
  return true;
};

const element: Rule = (walk) => {
  if (!walk.is(0, "element")) return false;
  walk.say(1, `[${walk.name()}]`, { code: true });
  return true;
};

const commonRules: readonly Rule[] = [
  emitterListener,
  targetListener,
  timerContent,
  asyncStore,
  promiseResolver,
  closureVariable,
  suspendedFunction,
  promiseReaction,
  tableContent,
  scopeVariable,
  boundFunction,
  proxy,
  property,
  element,
];

// What no rule knows is said as V8 calls it: better than to leave a gap.
function sayInternal(walk: Walk): void {
  const name = walk.name();
  walk.say(1, `[[${name}]]`);
}
