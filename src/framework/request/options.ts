import type { Logger } from "../../logger/logger.ts";
import type { Registry } from "../../logger/registry.ts";
import type { ScopeOptions } from "../../logger/scoped-logger.ts";
import { checkKeys } from "../../port/check-object.ts";
import { ScopelogError } from "../../port/codes.ts";
import type { Handler } from "../../port/handler.ts";
import type { Fields } from "../../record/fields.ts";

/**
 * How the scope of a request is opened. A function among them that throws is told through `Config.onError`, and the
 * request goes on without what it was to give.
 */
export interface RequestScopeOptions<Request> extends Pick<ScopeOptions, "buffer" | "level" | "summary"> {
  /** The name of the scopes. Default: `"http"`. */
  name?: string;
  /** Where scopes are opened. Default: the default registry. Not together with `logger`. */
  registry?: Registry;
  /** The logger that scopes are inside of: `<its name>.<name>`, with its fields and handlers. Default: none. */
  logger?: Logger;
  /**
   * More fields of the scope, over `requestId`, `method`, `path` (without the query) and, if the request has a valid
   * `traceparent`, `trace_id`, `span_id` and `trace_flags`. Nothing else of a request is logged by itself: headers,
   * cookies, queries and bodies hold secrets.
   */
  fields?: (request: Request) => Fields | undefined;
  /**
   * The id of a request; false for none. Default: the header `x-request-id` if it has 1 to 128 characters out of
   * letters, digits and `_.:+/=-`, else one is made.
   */
  requestId?: ((request: Request) => string) | false;
  /** Handlers of one request's lines, owned by its scope and closed with it. Default: none. */
  handlers?: (request: Request) => readonly Handler[];
  /**
   * Whether the request is handled inside `run()`, so that `currentLogger()` is its logger wherever it leads, and an
   * error that leaves it remembers its fields. On Node 20 it costs some microseconds a request. Default: true.
   */
  ambient?: boolean;
}

const optionNames = [
  ...["name", "registry", "logger", "fields", "requestId", "handlers", "ambient", "buffer", "level", "summary"],
];

/**
 * @param more names of other options, which are somebody else's
 * @throws {ScopelogError} `ERR_SCOPELOG_OPTION`, `ERR_SCOPELOG_NAME`
 */
export function checkRequestOptions(options: RequestScopeOptions<never>, more: readonly string[] = []): void {
  checkKeys("request scopes", options, [...optionNames, ...more]);
  const { name, registry, logger, fields, requestId, handlers, ambient } = options;
  if (name !== undefined && (typeof name !== "string" || name === "")) {
    throw new ScopelogError("ERR_SCOPELOG_NAME", "options.name is a string that is not empty");
  }
  if (registry !== undefined && typeof registry?.getScoped !== "function") fail("options.registry is a registry");
  if (logger !== undefined && typeof logger?.scope !== "function") fail("options.logger is a logger");
  if (registry !== undefined && logger !== undefined)
    fail("options.logger has a registry: options.registry is not given");
  if (fields !== undefined && typeof fields !== "function") fail("options.fields is a function");
  if (requestId !== undefined && requestId !== false && typeof requestId !== "function") {
    fail("options.requestId is a function or false");
  }
  if (handlers !== undefined && typeof handlers !== "function") fail("options.handlers is a function");
  if (ambient !== undefined && typeof ambient !== "boolean") fail("options.ambient is true or false");
}

/**
 * Checks that what is to handle requests is a function.
 * @param where the name of what takes it
 * @throws {ScopelogError} `ERR_SCOPELOG_OPTION`
 */
export function checkFunction(where: string, handler: unknown): void {
  if (typeof handler !== "function") fail(`${where}() takes a function`);
}

function fail(message: string): never {
  throw new ScopelogError("ERR_SCOPELOG_OPTION", message);
}
