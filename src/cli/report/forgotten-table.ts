import type { Field } from "../../format/record-fields.ts";
import type { Entry, EntryForgotten } from "../read/entry.ts";
import type { ScopeRow } from "./scope-row.ts";
import type { ScopeTable } from "./scope-table.ts";

/** The forgotten scopes of one name and one place. */
export interface ForgottenPlace {
  readonly name: string;
  /** Where they were opened; undefined for those whose place was not looked up. */
  readonly origin: string | undefined;
  count: number;
}

// More names and places than this are one place of each name, the unknown one.
const maxPlaces = 1000;

/** What the log's reports of forgotten scopes say. */
export class ForgottenTable {
  readonly #places = new Map<string, ForgottenPlace>();
  /** By name: how many there were, and when the last was told. */
  readonly #names = new Map<string, { count: number; told: number }>();
  readonly #named: { readonly row: ScopeRow; readonly origin: string | undefined }[] = [];
  count = 0;

  take(entry: Entry, time: number, table: ScopeTable): void {
    const report = (entry.kind === "record" ? ofFields(entry.fields) : undefined) ?? entry.forgotten;
    if (report === undefined) return;
    const { name, id, count, origin, unlocated } = report;
    this.#add(name, origin, count);
    this.#add(name, undefined, unlocated);
    const known = this.#names.get(name) ?? { count: 0, told: time };
    if (this.#names.size < maxPlaces) this.#names.set(name, known);
    known.count += count + unlocated;
    known.told = time;
    const row = id === undefined || entry.kind === "text" ? undefined : table.find(id, entry);
    if (row !== undefined && this.#named.length < maxPlaces) {
      this.#named.push({ row, origin: unlocated > 0 ? undefined : origin });
    }
  }

  /** The places, those of most scopes first. */
  get places(): readonly ForgottenPlace[] {
    return [...this.#places.values()].sort((a, b) => b.count - a.count);
  }

  /**
   * Marks the scopes that the reports mean. A report names but the last scope of many; the others are known where the
   * scopes of that name write summaries: they are those that have none and were silent before the report. Should these
   * be more than were told, some are still open, and it cannot be said which.
   */
  mark(table: ScopeTable): void {
    for (const { row, origin } of this.#named) {
      if (!row.ended) forget(row, origin ?? this.#onlyPlace(row.name));
    }
    const open = new Map<string, ScopeRow[]>();
    const summaries = new Set<string>();
    for (const row of table.rows) {
      if (row.kind !== "scope" || !this.#names.has(row.name)) continue;
      const { told } = this.#names.get(row.name) as { told: number };
      if (row.ended) summaries.add(row.name);
      else if (!(row.last > told)) {
        const rows = open.get(row.name);
        if (rows === undefined) open.set(row.name, [row]);
        else rows.push(row);
      }
    }
    for (const [name, rows] of open) {
      if (!summaries.has(name) || rows.length > (this.#names.get(name)?.count ?? 0)) continue;
      for (const row of rows) if (!row.forgotten) forget(row, this.#onlyPlace(name));
    }
  }

  #add(name: string, origin: string | undefined, count: number): void {
    if (!(count > 0)) return;
    this.count += count;
    const place = this.#places.size < maxPlaces ? origin : undefined;
    const key = JSON.stringify([name, place]);
    const known = this.#places.get(key);
    if (known !== undefined) known.count += count;
    else if (this.#places.size < maxPlaces * 2) this.#places.set(key, { name, origin: place, count });
  }

  /** The one place where all located scopes of a name were opened. */
  #onlyPlace(name: string): string | undefined {
    const places = [...this.#places.values()].filter((place) => place.name === name && place.origin !== undefined);
    return places.length === 1 ? places[0]?.origin : undefined;
  }
}

function forget(row: ScopeRow, origin: string | undefined): void {
  row.forgotten = true;
  row.origin = origin;
}

/** A report that was logged with its parts as fields, under any message. */
function ofFields(fields: readonly Field[]): EntryForgotten | undefined {
  if (!fields.some(([key, value]) => key === "code" && value === "SCOPELOG_WARN_FORGOTTEN")) return undefined;
  const part = (name: string) => fields.find(([key]) => key === name)?.[1];
  const [name, id, origin] = [part("name"), part("id"), part("origin")];
  const text = typeof id === "string" ? id : undefined;
  const named = typeof name === "string" ? name : text?.slice(0, Math.max(0, text.lastIndexOf("#")));
  if (named === undefined) return undefined;
  return {
    name: named,
    id: text,
    count: whole(part("count")) ?? 1,
    origin: typeof origin === "string" ? origin : undefined,
    unlocated: whole(part("unlocated")) ?? 0,
  };
}

function whole(value: unknown): number | undefined {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 ? value : undefined;
}
