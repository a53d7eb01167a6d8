/** What is asked of a transport when the process ends. */
export interface OpenTransport {
  /** Brings out at once what the kernel takes: nothing can be awaited any more. */
  drain(): void;
  /** Says goodbye to the server, if the connection has nothing to do. */
  leave(): Promise<void>;
}

const open = new Set<OpenTransport>();

/** `transport` may have lines or a connection from now on. */
export function addOpen(transport: OpenTransport): void {
  if (open.size === 0) {
    process.on("beforeExit", leaveAll);
    process.on("exit", drainAll);
  }
  open.add(transport);
}

/** `transport` has nothing any more. */
export function removeOpen(transport: OpenTransport): void {
  if (!open.delete(transport) || open.size > 0) return;
  process.off("beforeExit", leaveAll);
  process.off("exit", drainAll);
}

// A natural end: lines are out by now, or their linger is over. Servers that expect a goodbye get one.
function leaveAll(): void {
  for (const transport of open) void transport.leave();
}

// Also after process.exit() and an uncaught exception.
function drainAll(): void {
  for (const transport of [...open]) transport.drain();
}
