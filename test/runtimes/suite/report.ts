import type { Result } from "./check.ts";

interface Page {
  scopelogResults?: Promise<Result[]>;
  /** In a web worker: the way to who started it. */
  WorkerGlobalScope?: unknown;
  postMessage(message: unknown): void;
}

/** Before the results, on standard output. */
export const mark = "RESULTS ";

/** Says what came out: to who drives the browser, to the page that started this worker, or on standard output. */
export function report(results: Promise<Result[]>): void {
  const here = globalThis as unknown as Page;
  here.scopelogResults = results;
  if (here.WorkerGlobalScope !== undefined && !("process" in globalThis)) {
    results.then((all) => here.postMessage(all));
  } else if ("process" in globalThis) {
    results.then((all) => console.log(mark + JSON.stringify(all)));
  }
}
