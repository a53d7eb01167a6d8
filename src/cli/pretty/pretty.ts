import { fstatSync } from "node:fs";
import { codes, paint } from "../../format/color.ts";
import { escapeControls } from "../../record/escape.ts";
import { type Output, UsageError } from "../output.ts";
import type { Entry } from "../read/entry.ts";
import { defaultMaxLine, LogReader } from "../read/log-reader.ts";
import { countsText, shownName } from "./counts-text.ts";
import { type PrettyOptions, prettyOptions } from "./options.ts";
import { Printer } from "./printer.ts";
import { RecordText } from "./record-text.ts";
import { ScopeGroups } from "./scope-groups.ts";
import { untilSignal } from "./signals.ts";

export { prettyUsage } from "./options.ts";

// A live scope that has been silent for so long is shown, though it has not ended.
const idleMs = 2000;
const followed = { replaced: "was replaced; going on with the new file", truncated: "was truncated", gone: "is gone" };

/** Shows logs for people. Returns the exit code. */
export async function pretty(args: readonly string[], output: Output): Promise<number> {
  const options = prettyOptions(args);
  const { files, follow, maxLine = defaultMaxLine } = options;
  if (files.includes("-") && process.stdin.isTTY) throw new UsageError("which log? Give a file, or pipe one in.");
  const reader = new LogReader({
    maxLine,
    onInputError: (path, { message }) => output.error(`scopelog pretty: ${shownName(path)}: ${message}`),
    onFollow: (event) => output.error(`scopelog pretty: ${shownName(files[0] as string)} ${followed[event]}`),
  });
  const printer = new Printer(process.stdout);
  const piped = files.includes("-") && isPiped();
  using stop = untilSignal(options.color, piped);
  const batches = follow ? reader.follow(files[0] as string, stop.signal) : reader.read(files);
  await show(batches, options, printer, follow || piped, stop.signal);
  await printer.end();
  if (printer.error !== undefined) {
    output.error(`scopelog pretty: cannot write: ${printer.error.message}`);
    return 2;
  }
  if (printer.closed) return 0;
  const bad = countsText(reader.counts, maxLine);
  if (bad !== "") output.error(`scopelog pretty: ${bad}`);
  const { broken, binary, long, truncated } = reader.counts;
  return reader.failed > 0 ? 2 : broken + binary + long + truncated > 0 ? 1 : 0;
}

async function show(
  batches: AsyncIterable<readonly Entry[]>,
  options: PrettyOptions,
  printer: Printer,
  live: boolean,
  signal: AbortSignal,
): Promise<void> {
  const { filter } = options;
  const text = new RecordText(options);
  const groups = options.group
    ? new ScopeGroups((scope, continued) => head(scope, continued, options.color))
    : undefined;
  const tellIdle = () => void printer.write(groups?.flush(performance.now() - idleMs) ?? "");
  const timer = live && groups !== undefined ? setInterval(tellIdle, idleMs / 4) : undefined;
  try {
    for await (const batch of batches) {
      let shown = "";
      for (const entry of batch) {
        if (!filter.admits(entry)) continue;
        if (entry.kind === "text") shown += text.text(entry);
        else if (groups === undefined || entry.scope === undefined) shown += text.record(entry);
        else shown += groups.add(entry.scope, text.record(entry), entry.summary !== undefined, performance.now());
      }
      const full = printer.write(shown);
      if (full !== undefined) await full;
      if (printer.closed || signal.aborted) break;
    }
    if (groups !== undefined) await printer.write(groups.flush());
  } finally {
    clearInterval(timer);
  }
}

/** Whether somebody writes standard input while it is read. */
function isPiped(): boolean {
  try {
    return !fstatSync(0).isFile();
  } catch {
    return false;
  }
}

function head(scope: string, continued: boolean, color: boolean): string {
  const line = `-- ${escapeControls(scope)}${continued ? ", continued" : ""} --`;
  return `${color ? paint(codes.dim, line) : line}\n`;
}
