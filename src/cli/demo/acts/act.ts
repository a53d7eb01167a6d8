import type { Socket } from "node:net";
import type { Room } from "../measure/room.ts";

/** How long the shared syslog socket stays open after its last user, in milliseconds: short, for a short demo. */
export const idleMs = 250;

/** One way to give every connection a logger of its own. */
export interface Act {
  readonly number: number;
  readonly title: string;
  /** The room for what this way keeps open; undefined if it keeps nothing open, and so can serve any number. */
  readonly room?: Room;
  /** Lines logged so far. */
  readonly logged: number;
  /** Loggers that exist now. */
  readonly live: number;
  /** Serves one connection until its end. */
  serve(socket: Socket): Promise<void>;
  /** After the last connection: waits for what is still to go by itself. Tells what happened. */
  settle?(): Promise<readonly string[]>;
  /**
   * After the count of what is left: clears the stage for the next act. Tells what happened.
   * @param sockets counts the open ones
   */
  clear?(sockets: () => number): Promise<readonly string[]>;
}
