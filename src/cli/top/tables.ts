import type { MonitoredForgotten, MonitoredScope, MonitoredTransport } from "scopelog/node";
import { codes } from "../../format/color.ts";
import { isLevelName } from "../../record/level.ts";
import { integer } from "../number-text.ts";
import { scopeColor } from "../pretty/scope-color.ts";
import { safe } from "./columns.ts";
import { bytes, duration, rate } from "./format.ts";
import type { Column } from "./table.ts";

/** A live scope, with how many lines it logs a second. */
export interface ScopeRow extends MonitoredScope {
  readonly rate: number | undefined;
}

const longAgo = 3_600_000;

export const scopeColumns: readonly Column<ScopeRow>[] = [
  { title: "scope", value: ({ id }) => safe(id), rank: 0, flexible: true, max: 60, color: ({ id }) => scopeColor(id) },
  {
    title: "age",
    value: ({ age }) => duration(age),
    align: "right",
    rank: 1,
    color: ({ age }) => (age > longAgo ? codes.warn : undefined),
  },
  { title: "lines/s", value: (row) => rate(row.rate), align: "right", rank: 2 },
  {
    title: "level",
    value: ({ level }) => safe(level),
    rank: 3,
    color: ({ level }) => (isLevelName(level) ? codes[level] : codes.dim),
  },
  { title: "lines", value: ({ lines }) => integer(lines), align: "right", rank: 4 },
  { title: "buffer", value: ({ buffered }) => bytes(buffered), align: "right", rank: 8 },
  { title: "fields", value: ({ fields }) => fieldsText(fields), rank: 5, flexible: true, max: 80 },
  { title: "opened at", value: ({ origin }) => safe(origin ?? "-"), rank: 6, flexible: true, start: true },
  { title: "inside of", value: ({ parent }) => safe(parent ?? "-"), rank: 7, max: 30 },
];

export const transportColumns: readonly Column<MonitoredTransport>[] = [
  { title: "destination", value: ({ destination }) => safe(destination), rank: 0, flexible: true, start: true },
  { title: "handlers", value: ({ leases }) => integer(leases), align: "right", rank: 3 },
  {
    title: "waiting",
    value: ({ pending }) => bytes(pending),
    align: "right",
    rank: 1,
    color: ({ pending }) => (pending > 0 ? codes.warn : undefined),
  },
  {
    title: "dropped",
    value: ({ dropped }) => (dropped === undefined ? "-" : integer(dropped)),
    align: "right",
    rank: 2,
    color: ({ dropped }) => (dropped !== undefined && dropped > 0 ? codes.error : undefined),
  },
  {
    title: "sent",
    value: ({ sent }) => (sent === undefined ? "-" : integer(sent)),
    align: "right",
    rank: 5,
  },
  { title: "state", value: ({ state }) => safe(state ?? "open"), rank: 4 },
];

function forgottenColumns(now: number): readonly Column<MonitoredForgotten>[] {
  return [
    { title: "forgotten", value: ({ count }) => integer(count), align: "right", rank: 1, color: () => codes.error },
    {
      title: "not located",
      value: ({ unlocated }) => (unlocated === 0 ? "" : `+${integer(unlocated)}`),
      align: "right",
      rank: 4,
    },
    { title: "name", value: ({ name }) => safe(name), rank: 2, max: 40 },
    {
      title: "opened at",
      value: ({ origin }) => safe(origin ?? '(not looked up: forgotten.origin "always")'),
      rank: 0,
      flexible: true,
      start: true,
    },
    { title: "last", value: ({ id }) => safe(id), rank: 5, max: 30 },
    { title: "ago", value: ({ time }) => duration(Math.max(0, now - time)), align: "right", rank: 3 },
  ];
}

/** Only the columns that have something to say. */
export function usedForgottenColumns(
  rows: readonly MonitoredForgotten[],
  now: number,
): readonly Column<MonitoredForgotten>[] {
  const located = rows.every(({ unlocated }) => unlocated === 0);
  return forgottenColumns(now).filter(({ title }) => !(located && title === "not located"));
}

/** Only the columns that have something to say. */
export function usedScopeColumns(rows: readonly ScopeRow[]): readonly Column<ScopeRow>[] {
  const used: Readonly<Record<string, boolean>> = {
    fields: rows.some(({ fields }) => fields !== undefined),
    buffer: rows.some(({ buffered }) => buffered > 0),
    "inside of": rows.some(({ parent }) => parent !== undefined),
  };
  return scopeColumns.filter(({ title }) => used[title] !== false);
}

function fieldsText(fields: MonitoredScope["fields"]): string {
  if (typeof fields !== "object" || fields === null) return "";
  return Object.entries(fields)
    .map(([key, value]) => `${safe(key)}=${safe(value)}`)
    .join(" ");
}
