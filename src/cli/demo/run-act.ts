import { once } from "node:events";
import { type AddressInfo, createServer, type Server } from "node:net";
import { setTimeout } from "node:timers/promises";
import type { Act } from "./acts/act.ts";
import type { Options } from "./args.ts";
import type { ActResult, Sample } from "./measure/sample.ts";
import { SocketMeter } from "./measure/sockets.ts";
import { Pace } from "./pace.ts";
import type { Clients, Receiver } from "./peers/helpers.ts";

const sampleMs = 200;
/** An act in which nothing has happened for so long is over. */
const stalledMs = 10_000;

/** What all acts are played with. */
export interface Stage {
  readonly options: Options;
  readonly clients: Clients;
  /** Undefined if the lines go to a real server. */
  readonly receiver: Receiver | undefined;
  /** How many lines may be on their way at the same time. */
  readonly window: number;
  /** Is shown how the act gets on. */
  watch(planned: number, sample: Sample): void;
}

/** Plays one act: the load, the end of what goes by itself, the count of what is left. */
export async function runAct(act: Act, stage: Stage): Promise<ActResult> {
  const run = new Run(act, stage);
  try {
    return await run.play();
  } finally {
    run.leave();
  }
}

class Run {
  readonly #act: Act;
  readonly #stage: Stage;
  readonly #pace: Pace;
  readonly #server: Server;
  readonly #samples: Sample[] = [];
  #asked = 0;
  #served = 0;
  #received: number | undefined;
  #duplicates = 0;
  #failure: Error | undefined;
  #start = performance.now();

  constructor(act: Act, stage: Stage) {
    this.#act = act;
    this.#stage = stage;
    const { options, receiver, clients, window } = stage;
    const connections = Math.min(options.connections, act.room?.sockets ?? Number.POSITIVE_INFINITY);
    this.#pace = new Pace(connections, options.concurrency, window);
    if (receiver !== undefined) {
      this.#received = 0;
      receiver.onreceived = ({ act: number, lines, duplicates }) => {
        if (number !== act.number) return;
        this.#received = lines;
        this.#duplicates = duplicates;
        this.#go();
      };
    }
    for (const helper of [clients, receiver]) {
      if (helper !== undefined) helper.onfailed = (message) => this.#fail(new Error(message));
    }
    this.#server = createServer((socket) => {
      act.serve(socket).then(
        () => {
          this.#served++;
          this.#go();
        },
        (error) => this.#fail(error),
      );
    });
  }

  async play(): Promise<ActResult> {
    const { title, number } = this.#act;
    this.#server.listen(0, "127.0.0.1", 1024);
    await once(this.#server, "listening");
    const meter = new SocketMeter();
    this.#start = performance.now();
    this.#sample(meter);
    const sampling = setInterval(() => this.#sample(meter), sampleMs);
    this.#go();
    await this.#until(() => this.#served === this.#pace.connections && this.#everyLineArrived);
    this.#sample(meter);
    const told = [...((await this.#act.settle?.()) ?? [])];
    // What is left now has no reason to stay, unless the act keeps it; closing may take a moment.
    if (this.#act.room === undefined) await this.#until(() => meter.count() === 0);
    clearInterval(sampling);
    this.#sample(meter);
    const end = { ...this.#take(meter), sockets: meter.count() };
    const seconds = (performance.now() - this.#start) / 1000;
    told.push(...((await this.#act.clear?.(() => meter.count())) ?? []));
    return {
      number,
      title,
      planned: this.#pace.connections,
      because: this.#act.room?.because,
      samples: this.#samples,
      end,
      duplicates: this.#duplicates,
      seconds,
      told,
    };
  }

  leave(): void {
    this.#server.close();
  }

  #go(): void {
    const next = this.#pace.next({ asked: this.#asked, served: this.#served, received: this.#received });
    if (next === 0) return;
    this.#asked += next;
    this.#stage.clients.open(next, (this.#server.address() as AddressInfo).port);
  }

  get #everyLineArrived(): boolean {
    return this.#received === undefined || this.#received >= this.#act.logged;
  }

  #take(meter: SocketMeter): Sample {
    return {
      time: performance.now() - this.#start,
      connections: this.#served,
      live: this.#act.live,
      sockets: meter.glance(),
      heapBytes: process.memoryUsage().heapUsed,
      logged: this.#act.logged,
      received: this.#received,
    };
  }

  #sample(meter: SocketMeter): void {
    const sample = this.#take(meter);
    this.#samples.push(sample);
    this.#stage.watch(this.#pace.connections, sample);
  }

  #fail(error: unknown): void {
    this.#failure ??= error as Error;
  }

  /** Waits until it is so, or nothing has happened for a long time. */
  async #until(condition: () => boolean): Promise<void> {
    let happened = -1;
    let end = 0;
    while (!condition()) {
      if (this.#failure !== undefined) throw this.#failure;
      const now = this.#served + (this.#received ?? 0);
      if (now !== happened) {
        happened = now;
        end = Date.now() + stalledMs;
      } else if (Date.now() > end) return;
      await setTimeout(10);
    }
  }
}
