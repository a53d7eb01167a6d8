import { keyText, tableEntry } from "./hash-table.ts";
import type { Rule, Walk } from "./walk.ts";
import { functionLabel } from "./wording.ts";

/** Listeners of a Node EventEmitter. */
export const emitterListener: Rule = (walk) => {
  if (!walk.is(0, "property", "_events") || !walk.is(1, "property")) return false;
  const event = eventText(walk.name(1));
  let count = 2;
  if (walk.is(2, "element")) count = 3;
  // once() binds a wrapper that has the listener as a property.
  if (walk.is(count, "property", "listener")) count++;
  sayListener(walk, count, event);
  return true;
};

/** Listeners of an EventTarget. */
export const targetListener: Rule = (walk) => {
  if (!walk.is(0, "property", "<symbol kEvents>") || !walk.is(1, "internal", "table") || walk.left < 4) return false;
  const entry = tableEntry(walk.snapshot, walk.node(2), Number(walk.name(2)), 3);
  let count = 3;
  while (walk.is(count, "property", "next")) count++;
  if (walk.is(count, "property", "listener") || walk.is(count, "property", "callback")) count++;
  sayListener(walk, count, keyText(walk.snapshot, entry.key));
  return true;
};

/** What a timer calls, and with what. */
export const timerContent: Rule = (walk) => {
  const name = walk.name();
  if (!walk.is(0, "property")) return false;
  if (name === "_onTimeout" || name === "_onImmediate") {
    const callback = walk.node(1);
    walk.say(1, `callback ${labelOf(walk, callback)}`.trimEnd(), { says: callback, note: false });
    return true;
  }
  if ((name === "_timerArgs" || name === "_argv") && walk.is(1, "element")) {
    walk.say(2, `argument ${Number(walk.name(1)) + 1}`);
    return true;
  }
  return false;
};

function sayListener(walk: Walk, count: number, event: string): void {
  const listener = walk.node(count);
  walk.say(count, `${event} listener ${labelOf(walk, listener)}`.trimEnd(), { says: listener, note: false });
}

function labelOf(walk: Walk, node: number): string {
  const { snapshot } = walk;
  if (snapshot.type(node) !== "closure" || snapshot.name(node) === "native_bind") return "";
  return functionLabel(snapshot, node).replace(/^anonymous function /, "");
}

function eventText(name: string): string {
  const symbol = /^<symbol (.*)>$/s.exec(name);
  return symbol === null ? JSON.stringify(name) : `Symbol(${symbol[1]})`;
}
