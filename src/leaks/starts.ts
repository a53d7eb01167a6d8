import type { HeapSnapshot } from "./heap-snapshot.ts";

/**
 * Where a path may start for a reader, rather than deep in the runtime: things that are alive of themselves, by what
 * the runtime or the program is, and that have a name in the program's words.
 */
export type StartKind =
  | "module"
  | "exports"
  | "script"
  | "global"
  | "timer"
  | "immediate"
  | "handle"
  | "cached-module"
  | "process";

/** All starts among the nodes for which `reached` says yes. */
export function findStarts(snapshot: HeapSnapshot, reached: (node: number) => boolean): Map<number, StartKind> {
  const starts = new Map<number, StartKind>();
  const add = (node: number, kind: StartKind) => {
    if (node >= 0 && reached(node) && !starts.has(node)) starts.set(node, kind);
  };
  const { nodeName } = snapshot.columns;
  const named = (name: string) => snapshot.strings.indexOf(name);
  const context = named("system / Context");
  const sourceModule = named("system / SourceTextModule");
  const nativeContext = named("system / NativeContext");
  const timeout = named("Timeout");
  const immediate = named("Immediate");
  const moduleName = named("Module");
  const globalHandles = named("(Global handles)");
  for (let node = 0; node < snapshot.nodeCount; node++) {
    const name = nodeName[node]!;
    if (name === context) {
      const extension = snapshot.follow(node, "extension", "internal");
      if (extension >= 0 && nodeName[extension] === sourceModule) add(node, "module");
      else if (isCommonModule(snapshot, node, nativeContext)) add(node, "module");
    } else if (name === sourceModule) {
      if (snapshot.type(node) === "hidden") add(node, "exports");
    } else if (name === timeout) {
      if (isActiveTimer(snapshot, node)) add(node, "timer");
    } else if (name === immediate) {
      const callback = snapshot.follow(node, "_onImmediate", "property");
      if (callback >= 0 && snapshot.type(callback) === "closure") add(node, "immediate");
    } else if (name === nativeContext) {
      add(snapshot.follow(node, "global_object"), "global");
      const extension = snapshot.follow(node, "extension", "internal");
      if (extension >= 0 && snapshot.type(extension) === "object") add(extension, "global");
      for (const script of targets(snapshot, snapshot.follow(node, "script_context_table"))) {
        if (nodeName[script] === context) add(script, "script");
      }
    } else if (name === globalHandles) {
      for (const object of targets(snapshot, node)) {
        if (snapshot.name(object) === "process") add(object, "process");
        else if (isNativeHandle(snapshot, object)) add(object, "handle");
      }
    } else if (name === moduleName && snapshot.type(node) === "closure") {
      for (const cached of targets(snapshot, snapshot.follow(node, "_cache", "property"))) {
        if (nodeName[cached] === moduleName && snapshot.type(cached) === "object") add(cached, "cached-module");
      }
    }
  }
  for (let edge = snapshot.firstEdge(0); edge < snapshot.endEdge(0); edge++) {
    const target = snapshot.target(edge);
    if (snapshot.edgeType(edge) === "shortcut" && snapshot.type(target) === "object") add(target, "global");
  }
  return starts;
}

/**
 * Whether a scope is that of a whole CommonJS file: the outermost one, with a name that only such files are given. One
 * that uses none of these names in a function looks like any other function and is no start.
 */
function isCommonModule(snapshot: HeapSnapshot, node: number, nativeContext: number): boolean {
  const outer = snapshot.follow(node, "previous", "internal");
  if (outer < 0 || snapshot.columns.nodeName[outer] !== nativeContext) return false;
  return ["exports", "require", "module", "__filename", "__dirname"].some(
    (n) => snapshot.edge(node, n, "context") >= 0,
  );
}

// A timer that was cleared, or has run, is out of its list and is an object like any other.
function isActiveTimer(snapshot: HeapSnapshot, node: number): boolean {
  if (snapshot.type(node) !== "object") return false;
  const next = snapshot.follow(node, "_idleNext", "property");
  return next >= 0 && snapshot.type(next) === "object" && snapshot.edge(node, "_onTimeout", "property") >= 0;
}

function isNativeHandle(snapshot: HeapSnapshot, node: number): boolean {
  if (snapshot.type(node) !== "object") return false;
  const native = snapshot.follow(node, "javascript_to_native", "internal");
  return native >= 0 && /^Node \/ .*(Wrap|Parser|Watcher|Port|Worker)$/.test(snapshot.name(native));
}

/** What the strong edges of `node` lead to. */
function* targets(snapshot: HeapSnapshot, node: number): Iterable<number> {
  if (node < 0) return;
  for (let edge = snapshot.firstEdge(node); edge < snapshot.endEdge(node); edge++) {
    if (snapshot.edgeType(edge) !== "weak") yield snapshot.target(edge);
  }
}
