import type { Registry } from "../logger/registry.ts";
import { ScopelogError } from "../port/codes.ts";
import { messageOf } from "../record/fields.ts";
import type { ForgottenPlaces } from "./monitor-forgotten.ts";
import type { MonitorAnswer, MonitorOrder } from "./monitor-protocol.ts";
import { takeInfo, takeSnapshot } from "./monitor-snapshot.ts";
import { optionError } from "./options.ts";

const maxLimit = 1000;
const maxFilter = 200;
const orders: readonly unknown[] = ["oldest", "newest", "lines"];

/** Answers what a monitor is asked. Whatever it is asked, it never throws. */
export class MonitorRequests {
  readonly #registry: Registry;
  readonly #forgotten: ForgottenPlaces;
  readonly #fields: readonly string[];

  constructor(registry: Registry, forgotten: ForgottenPlaces, fields: readonly string[]) {
    this.#registry = registry;
    this.#forgotten = forgotten;
    this.#fields = fields;
  }

  /** The answer to one line, as one line. */
  answer(line: string): string {
    let id: unknown;
    try {
      const request = parse(line);
      ({ id } = request);
      return answerText(id, { result: this.#resultOf(request) });
    } catch (error) {
      const code = error instanceof ScopelogError ? error.code : "ERR_SCOPELOG_UNAVAILABLE";
      return answerText(id, { error: { code, message: messageOf(error) } });
    }
  }

  #resultOf(request: Readonly<Record<string, unknown>>): unknown {
    const { op } = request;
    if (op === "info") return takeInfo(this.#registry);
    if (op === "snapshot") {
      const { limit = 200, order = "oldest", filter = "" } = request;
      if (!Number.isInteger(limit) || (limit as number) < 1 || (limit as number) > maxLimit) {
        throw wrong("limit", `must be a whole number from 1 to ${maxLimit}`);
      }
      if (!orders.includes(order)) throw wrong("order", `must be one of ${orders.join(", ")}`);
      if (typeof filter !== "string" || filter.length > maxFilter) {
        throw wrong("filter", `must be a text of at most ${maxFilter} characters`);
      }
      const query = { limit: limit as number, order: order as MonitorOrder, filter, fields: this.#fields };
      return takeSnapshot(this.#registry, query, this.#forgotten.list());
    }
    if (op === "setLevel") {
      // The registry checks both.
      return this.#registry.setLevel(request["target"] as string, (request["level"] ?? undefined) as undefined);
    }
    if (op === "sweep") return this.#registry.sweep();
    throw wrong("op", "must be one of info, snapshot, setLevel, sweep");
  }
}

function parse(line: string): Readonly<Record<string, unknown>> {
  let request: unknown;
  try {
    request = JSON.parse(line);
  } catch {
    throw wrong("a request", "must be an object in JSON on one line");
  }
  if (typeof request === "object" && request !== null && !Array.isArray(request)) {
    return request as Readonly<Record<string, unknown>>;
  }
  throw wrong("a request", "must be an object in JSON on one line");
}

function answerText(id: unknown, answer: MonitorAnswer): string {
  // A number and no more: what somebody sends does not come back at length.
  return `${JSON.stringify({ ...(typeof id === "number" ? { id } : undefined), ...answer })}\n`;
}

function wrong(what: string, problem: string): ScopelogError {
  return optionError("monitor", what, problem);
}
