import { builtin } from "../runtime.ts";

/** What the process has open: by descriptor on Linux, else by kind. */
export type OpenThings = ReadonlyMap<string, string>;

/** Looks at what is open now. */
export async function openThings(): Promise<OpenThings> {
  openForSignals();
  const fs = await builtin("fs");
  const open = new Map<string, string>();
  let descriptors: string[] | undefined;
  try {
    descriptors = fs?.readdirSync("/proc/self/fd");
  } catch {
    // Not Linux.
  }
  if (fs === undefined || descriptors === undefined) {
    for (const [index, kind] of (await activeResources()).entries()) open.set(`${index} ${kind}`, kind);
    return open;
  }
  for (const descriptor of descriptors) {
    try {
      const target = fs.readlinkSync(`/proc/self/fd/${descriptor}`);
      // Event queues and the like are the runtime's own; it opens them at the first need and keeps them.
      if (!target.startsWith("anon_inode:")) open.set(`${descriptor} ${target}`, target);
    } catch {
      // The descriptor that the folder was read through.
    }
  }
  return open;
}

// Deno opens a pair of sockets for signals half a second after its start, or as soon as somebody listens: it would look
// like the handler's in one run of many.
function openForSignals(): void {
  const { Deno, process } = globalThis as { Deno?: object; process?: NodeJS.EventEmitter };
  if (Deno === undefined) return;
  const nothing = () => {};
  process?.on("SIGHUP", nothing).off("SIGHUP", nothing);
}

/** What is open now and was not before. */
export function openedBetween(before: OpenThings, now: OpenThings): string[] {
  return [...now].filter(([key]) => !before.has(key)).map(([, target]) => target);
}

// Moments that pass by themselves, and the pipes by which a process hears of its parent.
const passing = new Set([
  "Immediate",
  "TickObject",
  "FSReqCallback",
  "FSReqPromise",
  "PipeWrap",
  "TTYWrap",
  "RandomBytesJob",
]);

/** What keeps the process alive now, by kind; empty where the runtime does not say. */
export async function activeResources(): Promise<string[]> {
  const { process } = globalThis as { process?: { getActiveResourcesInfo?(): string[] } };
  return (process?.getActiveResourcesInfo?.() ?? []).filter((kind) => !passing.has(kind)).sort();
}

/** The kinds that `now` has more of than `before`. */
export function moreOf(before: readonly string[], now: readonly string[]): string[] {
  const left = [...before];
  return now.filter((kind) => {
    const index = left.indexOf(kind);
    if (index >= 0) left.splice(index, 1);
    return index < 0;
  });
}
