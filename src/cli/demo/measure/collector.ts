import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/**
 * A function that runs the garbage collector now, without the program having been started with `--expose-gc`;
 * undefined where the engine does not give one. Only for not having to wait: nothing depends on it.
 */
export function exposeCollector(): (() => void) | undefined {
  try {
    setFlagsFromString("--expose-gc");
    const collect: unknown = runInNewContext("gc");
    return typeof collect === "function" ? () => collect() : undefined;
  } catch {
    return undefined;
  }
}
