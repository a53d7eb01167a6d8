/** What became of one check. */
export interface Result {
  readonly group: string;
  readonly name: string;
  readonly outcome: "passed" | "failed" | "skipped";
  /** Why it failed or was skipped. */
  readonly detail?: string;
}

/** What a check throws that the runtime cannot do. */
class Skip {
  readonly reason: string;

  constructor(reason: string) {
    this.reason = reason;
  }
}

interface Check {
  readonly group: string;
  readonly name: string;
  readonly body: () => unknown;
}

const checks: Check[] = [];
let group = "";

/** The checks that follow are of this group. */
export function inGroup(name: string): void {
  group = name;
}

/** Adds a check: it passes unless `body` throws or rejects. */
export function check(name: string, body: () => unknown): void {
  checks.push({ group, name, body });
}

/** Ends a check that this runtime cannot pass, with the reason. */
export function skip(reason: string): never {
  throw new Skip(reason);
}

const limitMs = 40_000;

/** Runs all checks, one after the other. Never rejects. */
export async function runChecks(): Promise<Result[]> {
  const results: Result[] = [];
  for (const one of checks) results.push(await runCheck(one));
  return results;
}

async function runCheck({ group, name, body }: Check): Promise<Result> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`not done within ${limitMs} ms`)), limitMs);
    });
    await Promise.race([body(), late]);
    return { group, name, outcome: "passed" };
  } catch (thrown) {
    if (thrown instanceof Skip) return { group, name, outcome: "skipped", detail: thrown.reason };
    const detail = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
    // Not in every runtime does the stack begin with the message.
    const told = thrown instanceof Error && !detail.includes(thrown.message) ? `${thrown.message}\n${detail}` : detail;
    return { group, name, outcome: "failed", detail: told };
  } finally {
    clearTimeout(timer);
  }
}

/** Fails unless `actual` and `expected` are the same data. */
export function equal(actual: unknown, expected: unknown, what = "the value"): void {
  if (same(actual, expected)) return;
  throw new Error(`${what} is ${shown(actual)}, not ${shown(expected)}`);
}

/** Fails unless `condition` holds. */
export function ok(condition: boolean, what: string): void {
  if (!condition) throw new Error(`not so: ${what}`);
}

/** Fails unless `pattern` matches `text`. */
export function matches(text: unknown, pattern: RegExp): void {
  if (typeof text !== "string" || !pattern.test(text)) throw new Error(`${shown(text)} does not match ${pattern}`);
}

/** Fails unless `body` throws an error with this code. */
export function throwsCode(body: () => unknown, code: string): void {
  try {
    body();
  } catch (error) {
    equal((error as { code?: unknown }).code, code, "the code of the error");
    return;
  }
  throw new Error(`nothing was thrown, expected ${code}`);
}

function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [keysOfA, keysOfB] = [Object.keys(a), Object.keys(b)];
  if (keysOfA.length !== keysOfB.length) return false;
  return keysOfA.every((key) => Object.hasOwn(b, key) && same(a[key as never], b[key as never]));
}

function shown(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return String(value);
  }
}
