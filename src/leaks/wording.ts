import type { HeapSnapshot } from "./heap-snapshot.ts";

/** `.name`, `.#name`, `["odd name"]`, `[Symbol(name)]`: how code would get at a property. */
export function accessor(name: string): string {
  const symbol = /^<symbol (.*)>$/s.exec(name);
  if (symbol !== null) return `[${/^Symbol\./.test(symbol[1]!) ? symbol[1] : `Symbol(${symbol[1]})`}]`;
  return /^#?[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name) ? `.${name}` : `[${quote(name)}]`;
}

/** In quotes, and not too long. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}...` : text);
}

/** Where the function at `node` was written, `file:line:column`. */
export function whereOf(snapshot: HeapSnapshot, closure: number): string | undefined {
  const file = fileOf(snapshot, closure);
  if (file === undefined) return undefined;
  const location = snapshot.location(closure);
  return location === undefined ? file : `${file}:${location.line}:${location.column}`;
}

/** The file of the function at `node`. */
export function fileOf(snapshot: HeapSnapshot, closure: number): string | undefined {
  const shared = snapshot.follow(closure, "shared", "internal");
  const script =
    shared < 0
      ? -1
      : Math.max(snapshot.follow(shared, "script", "internal"), snapshot.follow(shared, "script_or_debug_info"));
  if (script < 0 || snapshot.type(script) !== "code") return undefined;
  const name = snapshot.name(script);
  return name === "" || /^system \/|^\(/.test(name) ? undefined : readablePath(name);
}

/** The last part of a path, with the line: `server.js:12:3`. */
export function shortPath(where: string): string {
  return where.replace(/^.*[\\/](?=[^\\/])/s, "");
}

function readablePath(url: string): string {
  if (!url.startsWith("file:///")) return url;
  try {
    return decodeURI(url.slice("file://".length));
  } catch {
    return url;
  }
}

/** `onMessage()`, or where a function without a name was written. */
export function functionLabel(snapshot: HeapSnapshot, closure: number): string {
  const name = snapshot.name(closure);
  if (name !== "") return `${name}()`;
  const where = whereOf(snapshot, closure);
  return where === undefined ? "anonymous function" : `anonymous function (${shortPath(where)})`;
}

const common = new Set(["Object", "Array", "Promise", "Generator", ""]);

/** ` (Map)`: the class of an object, where it tells something. */
export function classNote(snapshot: HeapSnapshot, node: number): string {
  const type = snapshot.type(node);
  if (type !== "object" && type !== "native") return "";
  const name = snapshot.name(node);
  return common.has(name) || name.startsWith("system / ") ? "" : ` (${name.replace(/ \(.*\)$/s, "")})`;
}
