/** Those of Node's modules that this door asks for. Bun and Deno have them too, browsers have none. */
interface Builtins {
  child_process: typeof import("node:child_process");
  fs: typeof import("node:fs");
  url: typeof import("node:url");
  v8: typeof import("node:v8");
  vm: typeof import("node:vm");
}

/** A module of Node's, without an import that a browser or a bundler would stumble over; undefined where it is not. */
export async function builtin<Name extends keyof Builtins>(name: Name): Promise<Builtins[Name] | undefined> {
  const { process } = globalThis as { process?: { getBuiltinModule?(id: string): unknown } };
  // A browser would not find it either, but it would complain.
  if (process === undefined) return undefined;
  if (typeof process.getBuiltinModule === "function") {
    return process.getBuiltinModule(`node:${name}`) as Builtins[Name] | undefined;
  }
  return (await importIfThere(`node:${name}`)) as Builtins[Name] | undefined;
}

/** The module, or undefined if there is none of this name. */
export async function importIfThere(specifier: string): Promise<unknown> {
  try {
    return await import(/* @vite-ignore */ /* webpackIgnore: true */ specifier);
  } catch {
    return undefined;
  }
}

// Taken when this module is loaded: a test that puts a false clock in place must not stop what waits for it.
const { setImmediate, setTimeout, clearTimeout } = globalThis as {
  setImmediate?: (callback: () => void) => unknown;
  setTimeout: (callback: () => void, ms: number) => unknown;
  clearTimeout: (timer: unknown) => void;
};
const clock = globalThis.performance;

/** The real milliseconds since some moment, whatever clock the test has. */
export function realNow(): number {
  return clock.now();
}

/** Resolves after a real time. */
export function realDelay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** A limit of real time: `passed` rejects with the limit itself, unless it is ended before. */
export interface TimeLimit extends Disposable {
  readonly passed: Promise<never>;
}

/** Sets a limit `ms` milliseconds from now. */
export function timeLimit(ms: number): TimeLimit {
  let timer: unknown;
  const limit: TimeLimit = {
    passed: new Promise((_resolve, reject) => {
      timer = setTimeout(() => reject(limit), ms);
    }),
    [Symbol.dispose]: () => clearTimeout(timer),
  };
  return limit;
}

/** Resolves in a later turn of the event loop: finalizers and what is due have run. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => (setImmediate === undefined ? setTimeout(resolve, 0) : setImmediate(resolve)));
}
