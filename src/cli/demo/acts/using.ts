import type { Socket } from "node:net";
import { defaultRegistry, getScoped } from "scopelog";
import { syslogHandler } from "scopelog/syslog";
import type { Address } from "../args.ts";
import { Connection } from "../connection.ts";
import { LineNumbers } from "../line-numbers.ts";
import { type Act, idleMs } from "./act.ts";

/** Act two: the logger ends where its block ends. */
export class Using implements Act {
  readonly number = 2;
  readonly title = "using";
  readonly #syslog: Address;
  readonly #numbers = new LineNumbers(this.number);

  constructor(syslog: Address) {
    this.#syslog = syslog;
  }

  async serve(socket: Socket): Promise<void> {
    const connection = new Connection(socket, this.#numbers);
    const syslog = syslogHandler({
      ...this.#syslog,
      idleMs,
      level: "info",
      formatter: ({ message }) => connection.show(message),
    });
    using log = getScoped("conn", { peer: connection.peer }, { handlers: [syslog], summary: "debug" });
    await connection.serve(log);
  }

  get logged(): number {
    return this.#numbers.logged;
  }

  get live(): number {
    return defaultRegistry().stats().live;
  }
}
