import { escapeControls } from "../../format/escape.ts";
import type { Counts } from "../read/log-reader.ts";

/** What was bad in the input, or no log record, in one line; `""` if nothing was. */
export function countsText(counts: Counts, maxLine: number): string {
  const { lines, broken, binary, long, truncated, text } = counts;
  const parts: string[] = [];
  if (broken > 0) parts.push(`${number(broken)} broken (JSON that does not parse)`);
  if (binary > 0) parts.push(`${number(binary)} binary`);
  if (long > 0) parts.push(`${number(long)} longer than ${number(maxLine)} bytes (only the beginning is shown)`);
  if (truncated > 0) parts.push(`${number(truncated)} cut off at the end of the input`);
  if (text > 0) parts.push(`${number(text)} no log record`);
  return parts.length === 0 ? "" : `of ${number(lines)} ${lines === 1 ? "line" : "lines"}: ${parts.join(", ")}`;
}

/** A file's name, for a message. */
export function shownName(path: string): string {
  return path === "-" ? "standard input" : escapeControls(path);
}

function number(value: number): string {
  return value.toLocaleString("en");
}
