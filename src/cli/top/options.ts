import { wantsColor } from "../../format/color.ts";
import { UsageError } from "../output.ts";
import { parseOptions } from "../parse-options.ts";

export const topUsage = `scopelog top [PID | PATH]    shows the scopes of a running program, live

The program opts in with serveMonitor() of scopelog/node. Without an argument the one that runs is taken; if there are
several, they are listed. PATH is that of a socket, where serveMonitor was given one.

      --once               prints what is there now, as text; so does an output that is no terminal
      --json               prints it as JSON
  -n, --limit N            how many scopes are printed; 50 if absent, 1000 at most
  -s, --sort ORDER         oldest (the default), newest, busiest, lines, name
  -f, --filter TEXT        only scopes in whose id, place or shown fields TEXT is found
      --interval SECONDS   how often the view looks; 1 if absent, 0.2 to 3600

Keys: arrows select, l sets the level of the selected scope or of its name, s sweeps, / filters, o orders, Tab goes on to
transports and to what was forgotten, ? explains them all, q quits. NO_COLOR is respected.

Ends with 0; with 2 if the command was not understood, there is no such program, or it does not answer.`;

const sorts = { oldest: "oldest", newest: "newest", busiest: "busiest", lines: "most lines", name: "name" } as const;

export interface TopOptions {
  /** The number of a process, or the path of a socket. */
  readonly target: string | undefined;
  readonly once: boolean;
  readonly json: boolean;
  readonly limit: number;
  readonly sort: (typeof sorts)[keyof typeof sorts];
  readonly filter: string;
  readonly intervalMs: number;
  readonly color: boolean;
}

/** What may be given, and how. */
const optionTypes = {
  once: { type: "boolean" },
  json: { type: "boolean" },
  limit: { type: "string", short: "n" },
  sort: { type: "string", short: "s" },
  filter: { type: "string", short: "f" },
  interval: { type: "string" },
} as const;

/** @throws {UsageError} */
export function topOptions(args: readonly string[]): TopOptions {
  const { values, positionals } = parseOptions(args, optionTypes);
  const [target, ...more] = positionals;
  if (more.length > 0) throw new UsageError(`one program at a time; not "${more[0]}" too`);
  if (target === "") throw new UsageError("which program? Give its number, or the path of its socket.");
  const { sort = "oldest", filter = "" } = values;
  if (!Object.hasOwn(sorts, sort)) {
    throw new UsageError(`--sort is ${Object.keys(sorts).join(", ")}; not "${sort}"`);
  }
  if (filter.length > 200) throw new UsageError("--filter takes at most 200 characters");
  return {
    target,
    once: values.once === true,
    json: values.json === true,
    limit: number("--limit", values.limit, 50, /^\d+$/, 1, 1000),
    sort: sorts[sort as keyof typeof sorts],
    filter,
    intervalMs: number("--interval", values.interval, 1, /^\d+(?:\.\d+)?$/, 0.2, 3600) * 1000,
    color: wantsColor(),
  };
}

function number(
  option: string,
  text: string | undefined,
  byDefault: number,
  form: RegExp,
  least: number,
  most: number,
): number {
  if (text === undefined) return byDefault;
  const value = Number(text);
  if (form.test(text) && value >= least && value <= most) return value;
  throw new UsageError(`${option} must be a number from ${least} to ${most}; not "${text}"`);
}
