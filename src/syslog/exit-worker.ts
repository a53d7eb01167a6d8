import { workerData } from "node:worker_threads";
import { createTransport } from "./create-transport.ts";
import type { DrainOrder } from "./drain-on-exit.ts";
import { unframed } from "./framing.ts";

// Runs in a thread of its own while the main thread, at the end of the process, waits for it.
const { settings, destination, pieces, noticeBefore, noticeAfter, state } = workerData as DrainOrder;
const transport = createTransport(
  { ...settings, frame: unframed, notice: (text) => noticeBefore + text + noticeAfter, drainOnExit: undefined },
  destination,
);
for (const piece of pieces) transport.write(Buffer.from(piece).toString());
await transport.flush();
Atomics.store(state, 1, transport.counts.sent);
await transport.close();
Atomics.store(state, 0, 1);
Atomics.notify(state, 0);
