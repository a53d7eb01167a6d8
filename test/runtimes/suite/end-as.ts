/** Ends this process in one of the ways that `exits.ts` knows; `natural` is left to the process. */
export function endAs(way: string): void {
  const { Deno } = globalThis as { Deno?: { exit(code: number): never } };
  if (way === "deno") Deno?.exit(3);
  if (way === "exit") process.exit(3);
  else if (way === "throw") throw new Error("on purpose");
  else if (way === "reject") Promise.reject(new Error("on purpose"));
}
