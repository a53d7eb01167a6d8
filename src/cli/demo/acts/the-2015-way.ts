import type { Socket } from "node:net";
import { setImmediate } from "node:timers/promises";
import { counted } from "../../number-text.ts";
import type { Address } from "../args.ts";
import { Connection } from "../connection.ts";
import { LineNumbers } from "../line-numbers.ts";
import type { Room } from "../measure/room.ts";
import type { Act } from "./act.ts";
import { Manager, PlaceHolder, SysLogHandler } from "./logging-2015.ts";

/** Act one: a name in a table for every connection, and a socket for every logger. Nobody ever takes them away. */
export class The2015Way implements Act {
  readonly number = 1;
  readonly title = "the 2015 way";
  readonly room: Room;
  readonly #syslog: Address;
  readonly #manager = new Manager();
  readonly #numbers = new LineNumbers(this.number);
  #connections = 0;

  constructor(syslog: Address, room: Room) {
    this.#syslog = syslog;
    this.room = room;
  }

  async serve(socket: Socket): Promise<void> {
    const connection = new Connection(socket, this.#numbers);
    const log = this.#manager.getLogger(`Connection.${++this.#connections}`);
    log.addHandler(new SysLogHandler(this.#syslog, (message) => connection.show(message)));
    await connection.serve(log);
  }

  get logged(): number {
    return this.#numbers.logged;
  }

  get live(): number {
    return this.#placeHolder?.loggerMap.size ?? 0;
  }

  get #placeHolder(): PlaceHolder | undefined {
    const parent = this.#manager.loggerDict.get("Connection");
    return parent instanceof PlaceHolder ? parent : undefined;
  }

  /** The three things that the author of the report tried, one after another. */
  async clear(sockets: () => number): Promise<string[]> {
    const loggers = [...(this.#placeHolder?.loggerMap ?? [])];
    const told: string[] = [];
    const tell = async (attempt: string): Promise<void> => {
      await setImmediate();
      told.push(`${attempt}: ${counted(sockets(), "socket")} open`);
    };

    for (const logger of loggers) this.#manager.loggerDict.delete(logger.name);
    await tell("Names taken out of the table");

    for (const logger of loggers) logger.manager = undefined;
    await tell("Loggers cut off from the manager");

    for (const logger of loggers) {
      for (const handler of logger.handlers) handler.close();
      logger.handlers = [];
    }
    await tell("Handlers taken away from each logger");

    told.push(`And the placeholder of the parent name still keeps ${counted(this.live, "logger")}.`);
    return told;
  }
}
