/** What is asked of a transport when the process ends. */
export interface OpenTransport {
  /** Brings out what the kernel takes at once. */
  push(): void;
  /** The same for good: nothing can be awaited any more, and what is left is counted as given up. */
  drain(): void;
  /** Says goodbye to the server, if the connection has nothing to do. */
  leave(): Promise<void>;
}

const open = new Set<OpenTransport>();

// Deno has no `exit` event for an uncaught error and for `Deno.exit()`, but tells of them in these ways. An error may yet
// be caught, so nothing is given up then.
const deno = "Deno" in globalThis ? (globalThis as unknown as EventTarget) : undefined;

/** `transport` may have lines or a connection from now on. */
export function addOpen(transport: OpenTransport): void {
  if (open.size === 0) {
    process.on("beforeExit", leaveAll);
    process.on("exit", drainAll);
    if (deno !== undefined) process.on("uncaughtExceptionMonitor", pushAll);
    deno?.addEventListener("unload", drainAll);
  }
  open.add(transport);
}

/** `transport` has nothing any more. */
export function removeOpen(transport: OpenTransport): void {
  if (!open.delete(transport) || open.size > 0) return;
  process.off("beforeExit", leaveAll);
  process.off("exit", drainAll);
  if (deno !== undefined) process.off("uncaughtExceptionMonitor", pushAll);
  deno?.removeEventListener("unload", drainAll);
}

// A natural end: lines are out by now, or their linger is over. Servers that expect a goodbye get one.
function leaveAll(): void {
  for (const transport of open) void transport.leave();
}

function pushAll(): void {
  for (const transport of open) transport.push();
}

// Also after process.exit() and an uncaught exception.
function drainAll(): void {
  for (const transport of [...open]) transport.drain();
}
