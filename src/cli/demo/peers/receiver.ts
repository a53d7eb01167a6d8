// A syslog receiver in a process of its own: counts the lines of each act, and tells the demo how many it has.
import { createSocket } from "node:dgram";
import { lineMark } from "../line-numbers.ts";
import type { Listening, Received } from "./messages.ts";
import { SeenNumbers } from "./seen-numbers.ts";
import { tell } from "./tell.ts";

/** It tells at once after so many lines; */
const tellAfterLines = 16;
/** fewer it tells after so many milliseconds. */
const tellAfterMs = 5;

const seen = new Map<number, SeenNumbers>();
let untold = 0;
let timer: NodeJS.Timeout | undefined;

// The system may give less than is asked for.
const socket = createSocket({ type: "udp4", recvBufferSize: 4 * 1024 * 1024 });

socket.on("message", (datagram) => {
  const [, act, line] = lineMark.exec(datagram.toString()) ?? [];
  if (act === undefined || line === undefined) return;
  const number = Number(act);
  let numbers = seen.get(number);
  if (numbers === undefined) seen.set(number, (numbers = new SeenNumbers()));
  numbers.see(Number(line));
  if (++untold >= tellAfterLines) tellCount(number);
  else timer ??= setTimeout(tellCount, tellAfterMs, number);
});

function tellCount(act: number): void {
  clearTimeout(timer);
  timer = undefined;
  untold = 0;
  const { different, again } = seen.get(act) as SeenNumbers;
  tell({ kind: "received", act, lines: different, duplicates: again } satisfies Received);
}

socket.bind(0, "127.0.0.1", () => {
  // Linux reports twice what it gives, the other half being for its own books.
  const bufferBytes = socket.getRecvBufferSize() / (process.platform === "linux" ? 2 : 1);
  tell({ kind: "listening", port: socket.address().port, bufferBytes } satisfies Listening);
});

process.once("disconnect", () => process.exit());
