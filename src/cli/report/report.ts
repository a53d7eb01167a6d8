import { basename } from "node:path";
import { escapeControls } from "../../record/escape.ts";
import { counted } from "../number-text.ts";
import { type Output, UsageError } from "../output.ts";
import { countsText, shownName } from "../pretty/counts-text.ts";
import { defaultMaxLine, LogReader } from "../read/log-reader.ts";
import { Gatherer } from "./gatherer.ts";
import { type ReportOptions, reportOptions } from "./options.ts";
import { OutputFile, OutputFileError } from "./output-file.ts";
import { pack } from "./pack.ts";
import { pageHtml } from "./page-html.ts";

export { reportUsage } from "./options.ts";

/** Draws a log as a page. Returns the exit code. */
export async function report(args: readonly string[], output: Output): Promise<number> {
  const options = reportOptions(args);
  const { files, maxLine = defaultMaxLine } = options;
  if (files.includes("-") && process.stdin.isTTY) throw new UsageError("which log? Give a file, or pipe one in.");
  const tell = (text: string) => output.error(`scopelog report: ${text}`);
  const file = new OutputFile(options.output);
  try {
    // Before the log is read: that may take long.
    await file.check(files);
    const reader = new LogReader({
      maxLine,
      onInputError: (path, { message }) => tell(`${shownName(path)}: ${message}`),
    });
    const gathered = new Gatherer(options.limits, options.by);
    for await (const batch of reader.read(files)) {
      for (const entry of batch) if (options.filter.admits(entry)) gathered.take(entry);
    }
    const bad = countsText(reader.counts, maxLine);
    if (bad !== "") tell(bad);
    const { broken, binary, long, truncated } = reader.counts;
    const code = reader.failed > 0 ? 2 : broken + binary + long + truncated > 0 ? 1 : 0;
    if (gathered.scopes.rows.length === 0) {
      // That none of them could be read has been said.
      if (reader.failed < files.length) tell(emptyText(reader.counts.records, gathered.records, options));
      return Math.max(code, 1);
    }
    const notes = notesOf(gathered, bad, reader.failed);
    const title = options.title ?? titleOf(files);
    const source = files.map(shownName).join(", ");
    await file.write(pageHtml(escapeControls(title), pack(gathered, { title, source, notes })));
    const { rows } = gathered.scopes;
    const said = `${counted(rows.length, "row")} from ${counted(gathered.records, "line")}, in ${shownName(options.output)}`;
    if (options.output !== "-") output.print(said);
    return code;
  } catch (error) {
    if (!(error instanceof OutputFileError)) throw error;
    tell(error.message);
    return 2;
  }
}

function emptyText(all: number, taken: number, { files }: ReportOptions): string {
  const where = files.map(shownName).join(", ");
  if (all === 0) return `there is no log record in ${where}; no page was written`;
  if (taken === 0)
    return `none of the ${counted(all, "record")} in ${where} is one that was asked for; no page was written`;
  return `no record in ${where} tells a time; no page was written`;
}

/** What the reader of the page should know of what is not in it. */
function notesOf(gathered: Gatherer, bad: string, failed: number): string[] {
  const notes: string[] = [];
  const { unlisted } = gathered.scopes;
  const left = gathered.left - unlisted;
  if (failed > 0) notes.push(`${counted(failed, "input")} could not be read, or not to the end.`);
  if (bad !== "") notes.push(`In the input there were, ${bad}.`);
  if (unlisted > 0) notes.push(`${counted(unlisted, "line")} of further scopes are not in this page (--max-scopes).`);
  if (left > 0) notes.push(`Counted, but not kept: ${counted(left, "line")} (--max-lines, --lines-per-scope).`);
  return notes;
}

function titleOf(files: readonly string[]): string {
  const [first = "-"] = files;
  const name = first === "-" ? "standard input" : basename(first);
  return files.length === 1 ? name : `${name} and ${files.length - 1} more`;
}
