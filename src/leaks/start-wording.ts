import { isSuspended } from "./async-rules.ts";
import { variableAhead } from "./function-rules.ts";
import type { HeapSnapshot } from "./heap-snapshot.ts";
import type { StartKind } from "./starts.ts";
import type { Walk } from "./walk.ts";
import { accessor, fileOf, shortPath } from "./wording.ts";

/** Says where a path starts, with its first edges where they belong to that. */
export function sayStart(walk: Walk, kind: StartKind | undefined): void {
  const { snapshot } = walk;
  const start = walk.node();
  switch (kind) {
    case "module": {
      const variable = variableAhead(walk, 0);
      const at = scopeFile(snapshot, start);
      if (variable > 0) walk.say(variable, walk.name(variable - 1), { at, code: true });
      else walk.say(0, "module", { at, note: false });
      return;
    }
    case "exports": {
      const at = moduleFile(snapshot, start);
      const exported = exportAhead(walk);
      if (exported !== undefined) walk.say(3, exported, { at, code: true });
      else {
        // A module whose top level waits for something, and so has local variables.
        const file = at === undefined ? "" : ` ${shortPath(at)}`;
        walk.say(isSuspended(walk, 1) ? 1 : 0, `module${file}`, { at, note: false, says: walk.node(1) });
      }
      return;
    }
    case "script": {
      const variable = variableAhead(walk, 0);
      walk.say(variable, variable > 0 ? walk.name(variable - 1) : "script", { note: variable > 0, code: variable > 0 });
      return;
    }
    case "global":
      if (walk.is(0, "property")) walk.say(1, `globalThis${accessor(walk.name())}`, { code: true });
      else walk.say(0, "globalThis", { note: false });
      return;
    case "timer":
      walk.say(0, timerText(snapshot, start), { note: false });
      return;
    case "immediate":
      walk.say(0, "setImmediate", { note: false });
      return;
    case "handle":
      sayHandle(walk);
      return;
    case "cached-module": {
      const name = cacheName(snapshot, start);
      walk.say(0, name === undefined ? "require.cache" : `require.cache[${JSON.stringify(name)}]`, {
        note: false,
        code: true,
      });
      return;
    }
    case "process":
      walk.say(0, "process", { note: false, code: true });
      return;
    default:
      sayRoot(walk);
  }
}

function sayRoot(walk: Walk): void {
  let count = 0;
  while (walk.left > count + 1 && walk.snapshot.type(walk.node(count + 1)) === "synthetic") count++;
  const root = walk.className(count).replace(/^\((.*)\)$/, "$1");
  if (root === "Stack roots") walk.say(count, "running code", { note: false });
  else walk.say(count, root === "" ? "runtime" : `runtime (${root})`, { note: false });
  // Which of a root's many entries it is tells nothing.
  if (walk.is(0, "internal") || walk.is(0, "element") || walk.is(0, "hidden")) {
    const name = walk.className(1);
    if (walk.snapshot.type(walk.node(1)) === "object" && walk.left > 1 && !name.startsWith("system / ")) {
      walk.say(1, name, { note: false });
    } else walk.skip(1);
  }
}

/** The name of an export: its cell stands behind it in the module's table. */
function exportAhead(walk: Walk): string | undefined {
  if (!walk.is(0, "hidden") || walk.className(2) !== "system / Cell" || !walk.is(2, "internal", "value"))
    return undefined;
  const key = walk.snapshot.follow(walk.node(1), String(Number(walk.name(1)) - 1), "internal");
  return key < 0 ? undefined : walk.snapshot.text(key);
}

/** The file of a module's scope, by the module or by a function in it. */
function scopeFile(snapshot: HeapSnapshot, scope: number): string | undefined {
  const module = snapshot.follow(scope, "extension", "internal");
  if (module >= 0) return moduleFile(snapshot, module);
  for (const edge of snapshot.retainers(scope)) {
    const closure = snapshot.source(edge);
    const file = snapshot.type(closure) === "closure" ? fileOf(snapshot, closure) : undefined;
    if (file !== undefined) return file;
  }
  return undefined;
}

/** The file of a module, by the function that ran it. */
function moduleFile(snapshot: HeapSnapshot, module: number): string | undefined {
  for (let edge = snapshot.firstEdge(module); edge < snapshot.endEdge(module); edge++) {
    const node = snapshot.target(edge);
    const closure = snapshot.type(node) === "closure" ? node : snapshot.follow(node, "function", "internal");
    const file = closure < 0 ? undefined : fileOf(snapshot, closure);
    if (file !== undefined) return file;
  }
  return undefined;
}

function timerText(snapshot: HeapSnapshot, timer: number): string {
  // The time of a repeated one is a number, and null otherwise; numbers are left out of some snapshots.
  const repeat = snapshot.follow(timer, "_repeat", "property");
  const kind = repeat < 0 || snapshot.type(repeat) === "number" ? "setInterval" : "setTimeout";
  const ms = timerTime(snapshot, timer);
  return `${kind} timer${ms === undefined ? "" : ` (${ms} ms)`}`;
}

/** A timer is in the list of all with its time, which is kept by the time in milliseconds. */
function timerTime(snapshot: HeapSnapshot, timer: number): string | undefined {
  let at = timer;
  const seen = new Set<number>();
  while (at >= 0 && snapshot.name(at) === "Timeout" && !seen.has(at) && seen.size < 1000) {
    seen.add(at);
    at = snapshot.follow(at, "_idlePrev", "property");
  }
  if (at < 0 || snapshot.name(at) !== "TimersList") return undefined;
  for (const edge of snapshot.retainers(at))
    if (snapshot.edgeType(edge) === "element") return elementOf(snapshot, edge);
  return undefined;
}

// The queue of lists has elements too, from 1 on; the table by time is an object without a class.
function elementOf(snapshot: HeapSnapshot, edge: number): string | undefined {
  return snapshot.name(snapshot.source(edge)) === "Object" ? snapshot.edgeName(edge) : undefined;
}

const handleNames: Readonly<Record<string, string>> = {
  TCP: "TCP",
  UDP: "UDP",
  Pipe: "pipe",
  TTY: "terminal",
  TLSWrap: "TLS",
};

function sayHandle(walk: Walk): void {
  const name = walk.className();
  const medium = handleNames[name];
  if (medium === undefined) {
    walk.say(0, `${name} (native)`, { note: false });
    return;
  }
  if (walk.is(0, "property", "<symbol owner_symbol>")) {
    const owner = walk.className(1);
    walk.say(1, `open ${medium} ${/server/i.test(owner) ? "server" : "socket"}`);
  } else walk.say(0, `open ${medium} handle`, { note: false });
}

/** The file name under which a module is in `require.cache`. */
function cacheName(snapshot: HeapSnapshot, module: number): string | undefined {
  const id = snapshot.follow(module, "filename", "property");
  return id < 0 ? undefined : snapshot.text(id);
}
