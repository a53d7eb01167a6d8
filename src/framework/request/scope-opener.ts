import { getScoped } from "../../logger/default.ts";
import { checkOptions } from "../../logger/scope-settings.ts";
import type { ScopedLogger, ScopeOptions } from "../../logger/scoped-logger.ts";
import { processTrouble } from "../../port/trouble.ts";
import type { Fields } from "../../record/fields.ts";
import { checkRequestOptions, type RequestScopeOptions } from "./options.ts";
import { isRequestId, makeRequestId } from "./request-id.ts";
import { readTraceparent } from "./traceparent.ts";

/** Where the parts of a request are that a scope is opened with. */
export interface RequestReader<Request> {
  header(request: Request, name: string): unknown;
  method(request: Request): string | undefined;
  path(request: Request): string | undefined;
}

/** Opens the scopes of requests, all with the same options. */
export class ScopeOpener<Request> {
  /** Whether requests are handled inside `run()`. */
  readonly ambient: boolean;
  /** Whether anything comes of how a request went. */
  readonly tells: boolean;
  readonly #reader: RequestReader<Request>;
  readonly #options: RequestScopeOptions<Request>;
  readonly #scopeOptions: ScopeOptions | undefined;
  readonly #open: (name: string, fields: Fields, options: ScopeOptions | undefined) => ScopedLogger;
  readonly #name: string;

  /**
   * @param more names of options that are not of scopes
   * @throws {ScopelogError} if an option is not what it should be, or there is none of its name
   */
  constructor(reader: RequestReader<Request>, options: RequestScopeOptions<Request> = {}, more?: readonly string[]) {
    checkRequestOptions(options, more);
    const { name = "http", registry, logger, buffer, level, summary, ambient } = options;
    this.#reader = reader;
    this.#options = options;
    this.#name = name;
    this.ambient = ambient ?? true;
    this.tells = buffer !== undefined || (summary !== undefined && summary !== false);
    const settings: ScopeOptions = {
      ...(buffer === undefined ? {} : { buffer }),
      ...(level === undefined ? {} : { level }),
      ...(summary === undefined ? {} : { summary }),
    };
    checkOptions(settings);
    this.#scopeOptions = Object.keys(settings).length === 0 ? undefined : settings;
    if (logger !== undefined) this.#open = (suffix, fields, more) => logger.scope(suffix, fields, more);
    else if (registry !== undefined) this.#open = (suffix, fields, more) => registry.getScoped(suffix, fields, more);
    else this.#open = getScoped;
  }

  /** The id of a request, as the options have it; undefined if they have none. */
  requestId(request: Request): string | undefined {
    const { requestId } = this.#options;
    if (requestId === false) return undefined;
    if (requestId !== undefined) return this.#asked("requestId", () => requestId(request));
    const given = this.#reader.header(request, "x-request-id");
    return isRequestId(given) ? given : makeRequestId();
  }

  open(request: Request): ScopedLogger {
    const reader = this.#reader;
    const id = this.requestId(request);
    const method = reader.method(request);
    const path = reader.path(request);
    return this.openWith(request, id === undefined ? { method, path } : { requestId: id, method, path });
  }

  /** Opens one that is told apart by `known`, which it may hold. */
  openWith(request: Request, known: Fields): ScopedLogger {
    const { fields: moreFields, handlers: makeHandlers } = this.#options;
    const header = this.#reader.header(request, "traceparent");
    let fields = known;
    if (header !== undefined && header !== null) fields = Object.assign({}, fields, readTraceparent(header));
    if (moreFields !== undefined) {
      const more = this.#asked("fields", () => moreFields(request));
      fields = Object.assign({}, fields, more);
    }
    if (makeHandlers === undefined) return this.#open(this.#name, fields, this.#scopeOptions);
    const options = this.#scopeOptions;
    return (
      this.#asked("handlers", () => this.#open(this.#name, fields, { ...options, handlers: makeHandlers(request) })) ??
      this.#open(this.#name, fields, options)
    );
  }

  // The log must not take the request down with it.
  #asked<T>(option: string, ask: () => T): T | undefined {
    try {
      return ask();
    } catch (cause) {
      processTrouble.report("SCOPELOG_WARN_IGNORED", `The option ${option} of request scopes threw; it is ignored.`, {
        key: option,
        cause,
      });
      return undefined;
    }
  }
}
