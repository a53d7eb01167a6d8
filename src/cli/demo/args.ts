import { parseArgs } from "node:util";
import { integer } from "../number-text.ts";
import { UsageError } from "../output.ts";

/** Where lines go: a syslog server that listens on UDP. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** What the command line asks for. */
export interface Options {
  /** Connections in each act. */
  readonly connections: number;
  /** Connections that are open at the same time, at most. */
  readonly concurrency: number;
  /** A real syslog server; undefined for the receiver that the demo brings along. */
  readonly syslog: Address | undefined;
  /** The file for the log lines; undefined for one in a new folder for temporary files. */
  readonly log: string | undefined;
  /** The file for the report; undefined for none. */
  readonly report: string | undefined;
}

export const demoUsage = `scopelog demo [--connections N] [--concurrency N] [--syslog HOST:PORT] [--log FILE] [--report FILE]

One logger per connection, each with its own syslog handler and formatter, in three acts:
the way of 2015, with \`using\`, and forgotten. Everything happens on this machine.

  --connections N      connections in each act, 1 to 1,000,000 (default 20,000)
  --concurrency N      connections open at the same time, 1 to 1,000 (default 32)
  --syslog HOST:PORT   send to this syslog server (UDP) instead of the demo's own receiver;
                       what arrives there cannot be counted then
  --log FILE           the log lines of acts two and three go to this file, in place of what was there;
                       to a file in a new folder for temporary files if absent
  --report FILE        draws that log as a page, as "scopelog report" does

Ends with 0 if acts two and three left no socket open and every line arrived, else with 1.
NO_COLOR is respected.`;

/**
 * Reads the command line, without the program's and the command's name.
 * @throws {UsageError} if there is anything in it that is not understood
 */
export function parseOptions(argv: readonly string[]): Options {
  const values = parseFlags(argv);
  return {
    connections: count("--connections", values.connections, 20_000, 1_000_000),
    concurrency: count("--concurrency", values.concurrency, 32, 1_000),
    syslog: values.syslog === undefined ? undefined : address("--syslog", values.syslog),
    log: values.log === undefined ? undefined : file("--log", values.log),
    report: values.report === undefined ? undefined : file("--report", values.report),
  };
}

function parseFlags(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        connections: { type: "string" },
        concurrency: { type: "string" },
        syslog: { type: "string" },
        log: { type: "string" },
        report: { type: "string" },
      },
    }).values;
  } catch (error) {
    throw new UsageError((error as Error).message.split("\n", 1)[0] as string);
  }
}

function count(flag: string, text: string | undefined, byDefault: number, max: number): number {
  if (text === undefined) return byDefault;
  const number = Number(text.replaceAll(/[_,]/g, ""));
  if (/^\d[\d_,]*$/.test(text) && number >= 1 && number <= max) return number;
  throw new UsageError(`${flag} takes a whole number from 1 to ${integer(max)}, not "${text}"`);
}

function file(flag: string, text: string): string {
  if (text !== "") return text;
  throw new UsageError(`${flag} takes the name of a file`);
}

function address(flag: string, text: string): Address {
  const [, bracketed, plain, digits] = /^(?:\[([\d.:a-f]+)\]|([^\s:[\]]+)):(\d{1,5})$/i.exec(text) ?? [];
  const host = bracketed ?? plain;
  const port = Number(digits);
  if (host !== undefined && port >= 1 && port <= 65_535) return { host, port };
  throw new UsageError(`${flag} takes HOST:PORT (an IPv6 address in brackets), not "${text}"`);
}
