import { escapeControls } from "../../record/escape.ts";
import { integer } from "../number-text.ts";
import type { Counts } from "../read/log-reader.ts";

/** What was bad in the input, or no log record, in one line; `""` if nothing was. */
export function countsText(counts: Counts, maxLine: number): string {
  const { lines, broken, binary, long, truncated, text } = counts;
  const parts: string[] = [];
  if (broken > 0) parts.push(`${integer(broken)} broken (JSON that does not parse)`);
  if (binary > 0) parts.push(`${integer(binary)} binary`);
  if (long > 0) parts.push(`${integer(long)} longer than ${integer(maxLine)} bytes (only the beginning is shown)`);
  if (truncated > 0) parts.push(`${integer(truncated)} cut off at the end of the input`);
  if (text > 0) parts.push(`${integer(text)} no log record`);
  return parts.length === 0 ? "" : `of ${integer(lines)} ${lines === 1 ? "line" : "lines"}: ${parts.join(", ")}`;
}

/** A file's name, for a message. */
export function shownName(path: string): string {
  return path === "-" ? "standard input" : escapeControls(path);
}
