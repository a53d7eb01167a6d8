import type { Socket } from "node:net";
import { setTimeout } from "node:timers/promises";
import { defaultRegistry, getScoped } from "scopelog";
import { syslogHandler } from "scopelog/syslog";
import { counted, integer } from "../../number-text.ts";
import type { Address } from "../args.ts";
import { Connection } from "../connection.ts";
import { LineNumbers } from "../line-numbers.ts";
import { exposeCollector } from "../measure/collector.ts";
import { type Act, idleMs } from "./act.ts";

/** An idle process may not collect for 40 seconds and more. */
const patienceMs = 90_000;

/** Act three: act two without `using`, and nobody disposes. What the block does not end, the garbage collector does. */
export class Forgotten implements Act {
  readonly number = 3;
  readonly title = "forgotten";
  readonly #syslog: Address;
  readonly #numbers = new LineNumbers(this.number);
  readonly #collectedBefore = defaultRegistry().stats().collected;

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
    const log = getScoped("conn", { peer: connection.peer }, { handlers: [syslog], summary: "debug" });
    await connection.serve(log);
  }

  get logged(): number {
    return this.#numbers.logged;
  }

  get live(): number {
    return defaultRegistry().stats().live;
  }

  async settle(): Promise<string[]> {
    const meanwhile = defaultRegistry().stats().collected - this.#collectedBefore;
    const left = this.live;
    const collect = exposeCollector();
    const end = Date.now() + patienceMs;
    while (this.live > 0 && Date.now() < end) {
      collect?.();
      await setTimeout(10);
    }
    const told = [
      meanwhile === 0
        ? "The act was too short for the garbage collector to come by itself."
        : `The garbage collector came by itself while the act ran, and ended ${counted(meanwhile, "scope")}.`,
    ];
    if (left > 0) {
      told.push(
        collect === undefined
          ? `The demo waited for it to come for the last ${integer(left)}.`
          : `For the last ${integer(left)} the demo called gc(), so that you need not wait for it.`,
      );
    }
    return told;
  }
}
