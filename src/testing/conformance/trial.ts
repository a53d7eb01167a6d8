import { createRegistry, defaultRegistry } from "../../logger/default.ts";
import type { LogMethod } from "../../logger/logger.ts";
import type { Registry } from "../../logger/registry.ts";
import type { Handler } from "../../port/handler.ts";
import type { Problem } from "../../port/trouble.ts";
import { messageOf } from "../../record/fields.ts";
import { realDelay, realNow, timeLimit } from "../runtime.ts";
import { type OpenThings, openedBetween, openThings } from "./descriptors.ts";
import type { FarLine, HandlerFactory, TestHandlerOptions } from "./options.ts";
import { CheckFailed, demand } from "./verdict.ts";

/** Counts at one moment. */
interface Counts {
  readonly lost: number;
  readonly leases: number;
  readonly transports: number;
}

/** How things stood before something was done. */
export interface Start {
  readonly open: OpenThings;
  readonly counts: Counts;
}

let lastTag = 0;

/** What one check has to work with: new handlers, lines that can be told apart, and what became of them. */
export class Trial {
  readonly factory: HandlerFactory;
  readonly options: TestHandlerOptions;
  /** What was told of trouble since the check began. */
  readonly problems: Problem[] = [];
  readonly #registry: Registry;
  readonly #made: Handler[] = [];

  constructor(factory: HandlerFactory, options: TestHandlerOptions) {
    this.factory = factory;
    this.options = options;
    const { problems } = this;
    this.#registry = createRegistry({
      loggers: { "": { level: "trace" } },
      onError: (problem) => void problems.push(problem),
    });
  }

  get timeoutMs(): number {
    return this.options.timeoutMs ?? 10_000;
  }

  /** A new handler, closed at the end of the check. */
  async make(factory: HandlerFactory = this.factory): Promise<Handler> {
    const handler = await factory();
    this.#made.push(handler);
    return handler;
  }

  /** The start of a message that no other line has. */
  tag(): string {
    // Of one length, so that none is part of another.
    return `conformance-${String(++lastTag).padStart(6, "0")}`;
  }

  /** Logs `count` lines to `handler` as the core does it: past its level and filter, guarded. Returns their messages. */
  send(handler: Handler, count: number, level: "info" | "error" | "fatal" = levelFor(handler)): string[] {
    const tags = Array.from({ length: count }, () => this.tag());
    sendAll(this.#registry, handler, tags, level);
    return tags;
  }

  /** Logs one line, with a message of the caller's. */
  sendOne(handler: Handler, message: string, level: "info" | "error" | "fatal"): void {
    sendAll(this.#registry, handler, [message], level);
  }

  /** The lines at the far end; undefined if it cannot be read. */
  async lines(): Promise<readonly FarLine[] | undefined> {
    return await this.options.lines?.();
  }

  /** How often each of `tags` is at the far end. */
  async arrivals(tags: readonly string[]): Promise<number[]> {
    const texts = ((await this.lines()) ?? []).map((line) => (typeof line === "string" ? line : String(line.message)));
    const counts = new Map<string, number>();
    for (const text of texts) {
      for (const [tag] of text.matchAll(/conformance-\d{6}/g)) counts.set(tag, (counts.get(tag) ?? 0) + 1);
    }
    return tags.map((tag) => counts.get(tag) ?? 0);
  }

  /** Waits until all `tags` have arrived or as many lines as are missing were counted; fails the check otherwise. */
  async allAccounted(tags: readonly string[], before: Counts, when: string): Promise<void> {
    let missing = 0;
    let lost = 0;
    const accounted = async () => {
      missing = (await this.arrivals(tags)).filter((count) => count === 0).length;
      lost = this.counts().lost - before.lost;
      return missing <= lost;
    };
    const settled = this.options.immediate === true ? await accounted() : await this.until(accounted);
    demand(
      settled,
      `of ${tags.length} lines ${missing} did not arrive ${when}, and ${lost} were counted as dropped or failed`,
    );
  }

  counts(): Counts {
    const { dropped, failed, leases, transports } = defaultRegistry().stats();
    return { lost: dropped + failed, leases, transports };
  }

  /** How things stand now, once what others left idle is closed. */
  async start(): Promise<Start> {
    // An open transport without a lease waits for its idle time to pass.
    await this.until(() => this.counts().transports <= this.counts().leases);
    return { open: await openThings(), counts: this.counts() };
  }

  /** Waits until nothing is open that was not at the start, and all leases are given back. */
  async backTo({ open, counts }: Start, when: string): Promise<void> {
    let more: string[] = [];
    const back = await this.until(async () => {
      more = openedBetween(open, await openThings());
      const { leases, transports } = this.counts();
      return more.length === 0 && leases <= counts.leases && transports <= counts.transports;
    });
    const now = this.counts();
    demand(more.length === 0, `${when}, ${more.length} more are open than before: ${more.slice(0, 5).join(", ")}`);
    demand(
      back,
      `${when}, ${now.leases - counts.leases} leases and ${now.transports - counts.transports} transports are left`,
    );
    demand(now.leases === counts.leases, `${when}, more leases were given back than taken`);
  }

  /** Waits until `condition` holds; false if it does not within the time. */
  async until(condition: () => boolean | Promise<boolean>): Promise<boolean> {
    const end = realNow() + this.timeoutMs;
    for (let pause = 1; !(await condition()); pause = Math.min(pause * 2, 50)) {
      if (realNow() > end) return false;
      await realDelay(pause);
    }
    return true;
  }

  /** The result of `action`; fails the check if it throws, rejects or is not done within the time. */
  async within<T>(what: string, action: () => T | PromiseLike<T>): Promise<T> {
    using limit = timeLimit(this.timeoutMs);
    try {
      return await Promise.race([action(), limit.passed]);
    } catch (error) {
      if (error === limit) throw new CheckFailed(`${what} did not resolve within ${this.timeoutMs} ms`);
      throw new CheckFailed(`${what} failed: ${messageOf(error)}`);
    }
  }

  /** Ends a handler as the core does: flush and close, as far as it can. */
  async close(handler: Handler): Promise<void> {
    await this.within("flush()", () => handler.flush?.());
    if (handler[Symbol.asyncDispose] !== undefined) {
      await this.within("[Symbol.asyncDispose]()", () => handler[Symbol.asyncDispose]?.());
    } else await this.within("[Symbol.dispose]()", () => handler[Symbol.dispose]?.());
    const index = this.#made.indexOf(handler);
    if (index >= 0) this.#made.splice(index, 1);
  }

  /** Closes what the check made, whatever became of it. */
  async end(): Promise<void> {
    for (const handler of [...this.#made]) {
      try {
        await this.close(handler);
      } catch {
        // Its faults are those of another check.
      }
    }
    await this.#registry.shutdown();
  }
}

/** A level that the handler takes. */
export function levelFor(handler: Handler): "error" | "fatal" {
  return handler.level === "fatal" ? "fatal" : "error";
}

// A frame of its own, and a scope that is ended: nothing of it holds the handler afterwards.
function sendAll(registry: Registry, handler: Handler, messages: readonly string[], level: string): void {
  const scope = registry.getScoped("conformance", { suite: "scopelog/testing" }, { propagate: false });
  try {
    scope.addHandler(handler);
    const log = scope as unknown as Record<string, LogMethod>;
    for (const message of messages) log[level]?.(message, { number: 1, text: "text" });
  } finally {
    scope.dispose();
  }
}
