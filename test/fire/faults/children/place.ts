import { accessSync, readlinkSync } from "node:fs";
import { constants } from "node:os";

/** A call to the system, by the name that `faults.c` has for it. */
export type Call =
  | "open"
  | "write"
  | "read"
  | "close"
  | "fstat"
  | "stat"
  | "rename"
  | "unlink"
  | "mkdir"
  | "readdir"
  | "socket"
  | "bind"
  | "connect"
  | "connected"
  | "send"
  | "receive"
  | "shutdown"
  | "lookup";

/**
 * How a call fails: the name of an error, or that it takes nothing, one byte, or half, perhaps followed by an error: a
 * file and a socket are asked again at once, by Node itself, for what they did not take.
 */
export type Fault = string;

/** Which calls fail, counted from when the rule is made. */
export interface Times {
  readonly from: number;
  /** 0: always. */
  readonly count: number;
  readonly every: number;
}

const partial: Readonly<Record<string, number>> = { "takes 0": 10_000, "takes 1": 10_001, "takes half": 20_000 };
const resolver: Readonly<Record<string, number>> = {
  ENOTFOUND: 2,
  EAI_AGAIN: 3,
  EAI_FAIL: 4,
  EAI_MEMORY: 10,
};

function numberOf(call: Call, fault: Fault): number {
  const number = call === "lookup" ? resolver[fault] : (partial[fault] ?? (constants.errno as never)[fault]);
  // EDQUOT and ESTALE have names in Node on some systems only.
  if (number === undefined) throw new Error(`no number is known for ${fault}`);
  return number;
}

// The library of `faults.c` takes its orders from paths.
function order(words: string): void {
  accessSync(`/.faults/${words}`);
}

let made = 0;

/** Where calls are made to fail: a folder, a port, a name. */
export class Place implements Disposable {
  readonly #id = made++ % 256;

  constructor() {
    order(`forget/${this.#id}`);
  }

  /** What lies below `folder`, which ends with a slash. */
  folder(folder: string): void {
    order(`path/${this.#id}/${folder}`);
  }

  port(port: number): void {
    order(`port/${this.#id}/${port}`);
  }

  host(name: string): void {
    order(`host/${this.#id}/${name}`);
  }

  descriptor(fd: number): void {
    order(`fd/${this.#id}/${fd}`);
  }

  /** Every socket that is made from now on. */
  sockets(): void {
    order(`sockets/${this.#id}`);
  }

  fail(call: Call, fault: Fault, { from, count, every }: Times): void {
    const [part, error] = fault.split(", then ");
    if (error !== undefined) {
      // Of two rules the first counts every call, and the second those that the first let pass.
      this.fail(call, part as string, { from, count, every: Math.max(2, every) });
      this.fail(call, error, { from, count, every: 1 });
    } else this.#rule(call, fault, { from, count, every });
  }

  #rule(call: Call, fault: Fault, { from, count, every }: Times): void {
    order(`rule/${this.#id}/${call}/${numberOf(call, fault)}/${from}/${count}/${every}`);
  }

  /** Nothing fails any more. */
  heal(): void {
    order(`clear/${this.#id}`);
  }

  /** How many calls have failed. */
  get hits(): number {
    return Number(readlinkSync(`/.faults/hits/${this.#id}`));
  }

  [Symbol.dispose](): void {
    order(`forget/${this.#id}`);
  }
}
