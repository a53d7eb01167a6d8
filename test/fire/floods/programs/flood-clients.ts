// Clients of the server under flood: they ask, stay, and go in several ways.
import { connect, type Socket } from "node:net";
import { answer } from "./answer.ts";

/** An address of the server. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** What these clients are to do. */
export interface Visit {
  readonly addresses: readonly Address[];
  /** How many are there at the same time. */
  readonly atOnce: number;
  /** How many come in all. */
  readonly connections: number;
}

/** How connections ended. */
export interface Visited {
  /** After the server had said goodbye. */
  readonly orderly: number;
  /** By a reset of the client. */
  readonly aborted: number;
  /** With the client having said its last before the server. */
  readonly halfClosed: number;
}

/** Connections that are made or ended at the same time. */
const hands = 64;

const open: Socket[] = [];
let numbered = 0;
const ended = { orderly: 0, aborted: 0, halfClosed: 0 };

/** Comes, and asks; resolves with the answer. */
function come(addresses: readonly Address[]): Promise<void> {
  const { host, port } = addresses[numbered++ % addresses.length] as Address;
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, allowHalfOpen: true });
    socket.once("connect", () => socket.write("hello\n"));
    socket.once("error", reject);
    socket.once("data", () => {
      socket.off("error", reject);
      open.push(socket);
      resolve();
    });
  });
}

let gone = 0;

/** The one that is there for the longest time goes. */
function go(): Promise<void> {
  const socket = open.shift() as Socket;
  const way = gone++ % 8;
  return new Promise((resolve, reject) => {
    socket.once("close", () => resolve());
    if (way < 5) {
      ended.orderly++;
      socket.once("error", reject);
      socket.once("end", () => socket.end());
      socket.write("bye\n");
    } else if (way < 7) {
      ended.aborted++;
      // Half of them in the middle of a question.
      if (way === 6) socket.write("hel");
      socket.resetAndDestroy();
    } else {
      ended.halfClosed++;
      socket.once("error", reject);
      socket.end("bye\n");
    }
    socket.resume();
  });
}

async function inHands(work: () => Promise<void> | undefined, most = hands): Promise<void> {
  const one = async (): Promise<void> => {
    for (let step = work(); step !== undefined; step = work()) await step;
  };
  await Promise.all(Array.from({ length: Math.min(hands, most) }, one));
}

function counter(count: number): () => boolean {
  let left = count;
  return () => left-- > 0;
}

answer({
  /** All that are to be there at the same time come, and stay. */
  async arrive({ addresses, atOnce }: Visit): Promise<void> {
    const more = counter(atOnce - open.length);
    await inHands(() => (more() ? come(addresses) : undefined));
  },
  /** One goes for each that comes, until all have been there; in the end all go. */
  async pass({ addresses, atOnce, connections }: Visit): Promise<Visited> {
    const before = { ...ended };
    const more = counter(connections - atOnce);
    const change = () => go().then(() => come(addresses));
    await inHands(() => (more() ? change() : undefined), atOnce);
    await inHands(() => (open.length > 0 ? go() : undefined));
    return {
      orderly: ended.orderly - before.orderly,
      aborted: ended.aborted - before.aborted,
      halfClosed: ended.halfClosed - before.halfClosed,
    };
  },
});
