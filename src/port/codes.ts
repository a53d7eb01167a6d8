/**
 * Every code there is. A code is a promise: it is never renamed and never used for anything else, so that a program
 * may compare it. `ERR_` is thrown at the place where bad input was given; `WARN_` is told, see `Config.onError`.
 */
export const codes = [
  /** `configure` was given a key it does not know; the message names it. */
  "ERR_SCOPELOG_CONFIG_KEY",
  /** `configure` was given a value of the wrong kind; the message names the key. */
  "ERR_SCOPELOG_CONFIG_VALUE",
  /** A logger in `configure` names a handler that `handlers` does not have. */
  "ERR_SCOPELOG_CONFIG_HANDLER",
  /** Not a level: one of trace, debug, info, warn, error, fatal, off was meant. */
  "ERR_SCOPELOG_LEVEL",
  /** Not a name for a logger or scope. */
  "ERR_SCOPELOG_NAME",
  /** Not an object of fields. */
  "ERR_SCOPELOG_FIELDS",
  /** Not a handler: it has no `handle` function. */
  "ERR_SCOPELOG_HANDLER",
  /** The handler has an owner already; two owners would close it twice. */
  "ERR_SCOPELOG_HANDLER_OWNED",
  /** Not a formatter: neither a function nor an object with `format`. */
  "ERR_SCOPELOG_FORMATTER",
  /** Not a filter: neither a function nor an object with `filter`. */
  "ERR_SCOPELOG_FILTER",
  /** The scope has ended; it can take no handler, fork or inner scope any more. */
  "ERR_SCOPELOG_SCOPE_ENDED",
  /** A target for `setLevel` that is neither `conn#17` nor `conn` nor `conn.*`. */
  "ERR_SCOPELOG_TARGET",
  /** An option of a handler or formatter is missing or of the wrong kind; the message names it. */
  "ERR_SCOPELOG_OPTION",
  /** What was asked for needs something this runtime or installation lacks; the message names the alternative. */
  "ERR_SCOPELOG_UNAVAILABLE",

  /** A handler, filter or formatter threw; the line is counted in `failed`. */
  "SCOPELOG_WARN_HANDLER_FAILED",
  /** A handler threw while it was being closed. */
  "SCOPELOG_WARN_CLOSE_FAILED",
  /** A scope was garbage collected instead of disposed. */
  "SCOPELOG_WARN_FORGOTTEN",
  /** A line was logged after its scope had ended. */
  "SCOPELOG_WARN_LATE",
  /** Lines were given up: a queue was full, a destination out of reach, or nobody was left to take them. */
  "SCOPELOG_WARN_DROPPED",
  /** A destination cannot be reached, or was lost; told once an episode. */
  "SCOPELOG_WARN_TRANSPORT",
  /** Too many live scopes of one name, or too many open transports. */
  "SCOPELOG_WARN_TOO_MANY",
  /** Ignored: a value in the environment or a file, an option of a scope, a key of `configure` of a newer version. */
  "SCOPELOG_WARN_IGNORED",
  /** `serveMonitor` cannot listen; the program runs on, and cannot be looked at. */
  "SCOPELOG_WARN_MONITOR",
] as const;

/** One of the codes above. */
export type Code = (typeof codes)[number];

/** The error of this library: bad input, refused where it was given. Compare `code`, not the message. */
export class ScopelogError extends TypeError {
  readonly code: Code;

  constructor(code: Code, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "ScopelogError";
    this.code = code;
  }
}
