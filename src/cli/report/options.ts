import { UsageError } from "../output.ts";
import { parseOptions } from "../parse-options.ts";
import { EntryFilter } from "../pretty/entry-filter.ts";
import { ScopeFilter } from "../pretty/scope-filter.ts";
import { timePoint } from "../pretty/time-point.ts";
import { defaultLimits, type Limits } from "./limits.ts";

export const reportUsage = `scopelog report [FILE...] -o report.html    draws the scopes of a log as one page that needs nothing else

Reads JSON lines as "scopelog pretty" does, gzip files too, and standard input without a file, or for -

  -o, --output FILE      the page; report.html if absent, - for standard output
      --title TEXT       its title; the name of the log if absent
  -s, --scope TARGET     only conn#17 and the scopes inside of it; or conn, or conn.* for all below; more than once: any
      --since TIME       only from then on: 10m (ago; s, m, h, d, w), 12:30 (today), or 2026-01-31T12:30
      --until TIME       only up to then
      --by FIELDS        lines without a scope are put together by the first of these fields that they have;
                         reqId,requestId,request_id,req.id,correlationId if absent, --by= for none
      --max-scopes N     rows; ${defaultLimits.scopes} if absent. What is beyond a limit is counted, and told in the page
      --max-lines N      lines that are kept in all; ${defaultLimits.lines} if absent
      --lines-per-scope N  lines that are kept of one scope, and as many again of warnings and errors;
                         ${defaultLimits.linesPerScope} if absent
      --max-line BYTES   a longer line is no record; 1048576 if absent

Ends with 0 if all was read; 1 if some of it was bad (JSON that does not parse, binary data, a line that is too long or
cut off), or if there was no log record: then no page is written; 2 if the command was not understood, a file could not
be read, or the page could not be written.`;

export interface ReportOptions {
  readonly files: readonly string[];
  /** `-` is standard output. */
  readonly output: string;
  readonly title: string | undefined;
  readonly filter: EntryFilter;
  /** The paths of the fields that group lines without a scope. */
  readonly by: readonly (readonly string[])[];
  readonly limits: Limits;
  readonly maxLine: number | undefined;
}

const defaultBy = "reqId,requestId,request_id,req.id,correlationId";

/** What may be given, and how. */
const optionTypes = {
  output: { type: "string", short: "o" },
  title: { type: "string" },
  scope: { type: "string", short: "s", multiple: true },
  since: { type: "string" },
  until: { type: "string" },
  by: { type: "string" },
  "max-scopes": { type: "string" },
  "max-lines": { type: "string" },
  "lines-per-scope": { type: "string" },
  "max-line": { type: "string" },
} as const;

/** @throws {UsageError} */
export function reportOptions(args: readonly string[]): ReportOptions {
  const { values, positionals } = parseOptions(args, optionTypes);
  const { output = "report.html", title, scope, since, until, by = defaultBy } = values;
  if (output === "") throw new UsageError("--output must be the name of a file, or -");
  const now = Date.now();
  const max = (option: keyof typeof values, byDefault: number, limit: number): number => {
    const text = values[option] as string | undefined;
    if (text === undefined) return byDefault;
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= 1 && value <= limit) return value;
    throw new UsageError(`--${option} must be a whole number from 1 to ${limit}`);
  };
  return {
    files: positionals.length === 0 ? ["-"] : positionals,
    output,
    title,
    filter: new EntryFilter({
      scopes: scope === undefined ? undefined : new ScopeFilter(scope),
      since: since === undefined ? undefined : timePoint("--since", since, now),
      until: until === undefined ? undefined : timePoint("--until", until, now),
    }),
    by: by
      .split(",")
      .map((path) => path.trim())
      .filter((path) => path !== "")
      .map((path) => path.split(".")),
    limits: {
      scopes: max("max-scopes", defaultLimits.scopes, 1_000_000),
      lines: max("max-lines", defaultLimits.lines, 5_000_000),
      linesPerScope: max("lines-per-scope", defaultLimits.linesPerScope, 1_000_000),
      text: defaultLimits.text,
    },
    maxLine: values["max-line"] === undefined ? undefined : max("max-line", 0, 256 * 1024 * 1024),
  };
}
