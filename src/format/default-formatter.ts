import type { Formatter } from "../port/formatter.ts";
import type { LogRecord } from "../record/log-record.ts";
import { type EnvFormat, envFormat } from "./env-format.ts";
import { type JsonProfileName, jsonFormatter } from "./json.ts";
import { logfmtFormatter } from "./logfmt.ts";
import { textFormatter } from "./text.ts";

/**
 * The formatter of a handler that was given none: what `LOG_FORMAT` says while a configuration with `env: true` is in
 * force, else `own`. It is looked at for each line, because handlers are made before the configuration they are for.
 */
class DefaultFormatter implements Formatter {
  readonly #own: Formatter;
  readonly #terminal: boolean;
  #known: EnvFormat | undefined;
  #formatter: Formatter;

  constructor(own: Formatter, terminal: boolean) {
    this.#own = own;
    this.#formatter = own;
    this.#terminal = terminal;
  }

  format(record: LogRecord): string {
    if (this.#known !== envFormat.current) this.#follow(envFormat.current);
    return this.#formatter.format(record);
  }

  #follow(format: EnvFormat | undefined): void {
    this.#known = format;
    this.#formatter = format === undefined ? this.#own : makeFormatter(format, this.#terminal);
  }
}

/**
 * A formatter for a handler that was given none.
 * @param own what it is where the environment says nothing
 * @param terminal whether the lines may come to a terminal, so that text may have colour; a file has none
 */
export function defaultFormatter(own: Formatter, terminal: boolean): Formatter {
  return new DefaultFormatter(own, terminal);
}

function makeFormatter(format: EnvFormat, terminal: boolean): Formatter {
  switch (format) {
    case "text":
      return textFormatter({ color: terminal ? "auto" : false });
    case "logfmt":
      return logfmtFormatter();
    case "json":
      return jsonFormatter();
    default:
      return jsonFormatter({ profile: format.slice("json:".length) as JsonProfileName });
  }
}
