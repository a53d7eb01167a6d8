import { durationOf, type Report } from "./data.ts";

/** The rows in the order in which they are shown. */
export interface Rows {
  readonly scopes: Uint32Array;
  /** How far inside each is. */
  readonly depths: Uint8Array;
}

export type Order = "start" | "duration" | "lines" | "errors";

const maxDepth = 255;

/**
 * The wanted scopes with those around them, each with what is inside of it below it; or, in any other order than that of
 * the starts, the wanted ones alone.
 */
export function rowsOf(report: Report, marks: Uint8Array, order: Order, closed: ReadonlySet<number>): Rows {
  return order === "start" ? nested(report, marks, closed) : sorted(report, marks, order);
}

function nested(report: Report, marks: Uint8Array, closed: ReadonlySet<number>): Rows {
  const { count, parent, innerAt, inner } = report;
  const shown = new Uint8Array(count);
  for (let scope = 0; scope < count; scope++) {
    if (marks[scope] === 0) continue;
    for (let one = scope; one >= 0 && shown[one] === 0; one = parent[one] as number) shown[one] = 1;
  }
  const scopes = new Uint32Array(count);
  const depths = new Uint8Array(count);
  let length = 0;
  // What is still to come, the next last; what is inside is pushed in reverse.
  const stack: number[] = [];
  const levels: number[] = [];
  for (let root = 0; root < count; root++) {
    if ((parent[root] as number) >= 0 || shown[root] === 0) continue;
    stack.push(root);
    levels.push(0);
    for (let scope = stack.pop(); scope !== undefined; scope = stack.pop()) {
      const depth = levels.pop() as number;
      scopes[length] = scope;
      depths[length++] = Math.min(depth, maxDepth);
      if (closed.has(scope)) continue;
      for (let at = (innerAt[scope + 1] as number) - 1; at >= (innerAt[scope] as number); at--) {
        const one = inner[at] as number;
        if (shown[one] === 0) continue;
        stack.push(one);
        levels.push(depth + 1);
      }
    }
  }
  return { scopes: scopes.subarray(0, length), depths: depths.subarray(0, length) };
}

function sorted(report: Report, marks: Uint8Array, order: Exclude<Order, "start">): Rows {
  const wanted: number[] = [];
  for (let scope = 0; scope < report.count; scope++) if (marks[scope] === 1) wanted.push(scope);
  const key = keyOf(report, order);
  const scopes = Uint32Array.from(wanted.sort((a, b) => key(b) - key(a) || a - b));
  return { scopes, depths: new Uint8Array(scopes.length) };
}

function keyOf(report: Report, order: Exclude<Order, "start">): (scope: number) => number {
  if (order === "duration") return (scope) => durationOf(report, scope);
  const column = order === "lines" ? report.lines : report.errors;
  return (scope) => column[scope] as number;
}

/** The wanted scopes that have most of something, at most `limit`. */
export function most(
  report: Report,
  marks: Uint8Array,
  limit: number,
  key: (scope: number) => number,
): readonly number[] {
  const best: number[] = [];
  let least = Number.NEGATIVE_INFINITY;
  for (let scope = 0; scope < report.count; scope++) {
    if (marks[scope] === 0) continue;
    const value = key(scope);
    if (!(value > 0) || (best.length === limit && value <= least)) continue;
    let at = best.length;
    while (at > 0 && key(best[at - 1] as number) < value) at--;
    best.splice(at, 0, scope);
    if (best.length > limit) best.pop();
    least = key(best[best.length - 1] as number);
  }
  return best;
}
