import type { Field } from "../../format/record-fields.ts";
import type { EntryForgotten, EntrySummary } from "./entry.ts";

const outcomes: readonly unknown[] = ["ok", "error", "unknown"];

/** What the record at the end of `scope` tells, if the message and the fields are those of one. */
export function summaryOf(scope: string, message: string, fields: readonly Field[]): EntrySummary | undefined {
  if (!message.endsWith(" ended") || message.length !== scope.lastIndexOf("#") + 6 || fields.length < 3)
    return undefined;
  if (!scope.startsWith(message.slice(0, -6))) return undefined;
  let durationMs: unknown;
  let outcome: unknown;
  let lines: unknown;
  let dropped: unknown;
  for (const [key, value] of fields) {
    if (key === "durationMs") durationMs = value;
    else if (key === "outcome") outcome = value;
    else if (key === "lines") lines = value;
    else if (key === "dropped") dropped = value;
  }
  if (typeof durationMs !== "number" || !outcomes.includes(outcome) || typeof lines !== "object" || lines === null) {
    return undefined;
  }
  return {
    outcome: outcome as EntrySummary["outcome"],
    durationMs,
    lines: lines as Record<string, number>,
    dropped: typeof dropped === "number" ? dropped : 0,
  };
}

// The wording of the reports, see logger/forgotten.ts.
const mark = "garbage collected without being disposed";
// No report is longer, and a text made for it could keep the expression busy for ever.
const maxLength = 4096;
const wording =
  /(?:^|: )(\d+) scopes? named (.+?), opened (?:at a place that was not looked up|at (.+?))(?: \((?!and )[^()]*\))?(?: \(and (\d+) more of that name whose place was not looked up\))?, (?:was|were) garbage collected without being disposed/s;

/** The report of forgotten scopes that `text` is, whether as a record's message or as the runtime prints a warning. */
export function forgottenOf(text: string, fields: readonly Field[]): EntryForgotten | undefined {
  if (text.length > maxLength || !text.includes(mark)) return undefined;
  const [, count, name, origin, unlocated] = wording.exec(text) ?? [];
  if (name === undefined) return undefined;
  const id = fields.find(([key]) => key === "id")?.[1];
  return {
    name,
    id: typeof id === "string" ? id : undefined,
    count: Number(count),
    origin,
    unlocated: Number(unlocated ?? 0),
  };
}
