import type { LevelSetting } from "scopelog";
import type { ModelRegistry } from "./model-registry.ts";

/** Fields as the model knows them: a lazy one by its value. */
export type ModelFields = Readonly<Record<string, number>>;

/** What a handler does with a line, and how it behaves when it is closed. */
export interface HandlerKind {
  readonly name: string;
  readonly level?: LevelSetting;
  readonly filter?: FilterKind;
  /** Throws in `handle`, `flush` and as it is closed. */
  readonly throws?: true;
  /** Rejects in the same places. */
  readonly rejects?: true;
  /** Can only be closed asynchronously. */
  readonly async?: true;
  /** Logs a line of its own for each that it takes. */
  readonly echoes?: true;
}

/** Holds back lines of odd numbers, or throws at every fifth. */
export type FilterKind = "even" | "throws";

export const handlerKinds: readonly HandlerKind[] = [
  { name: "plain" },
  { name: "async", async: true },
  { name: "throws", throws: true },
  { name: "leveled", level: "warn" },
  { name: "rejects", rejects: true, async: true },
  { name: "filtered", filter: "even" },
  { name: "echoes", echoes: true },
  { name: "filter throws", filter: "throws" },
];

/** What the model knows of a handler: who must close it, and how often it must have been closed. */
export interface ModelHandler {
  readonly kind: HandlerKind;
  owner: object | undefined;
  claims: number;
  closed: number;
  /** How often its resource must have been closed, by collection. */
  released: number;
  /** What it does at the next line it takes. */
  trap: (() => void) | undefined;
}

export interface ModelConfiguration {
  readonly registry: ModelRegistry;
  readonly handlers: readonly number[];
  readonly loggers: Readonly<Record<string, ModelLogger>>;
  readonly fields: ModelFields;
  /** Whether it lets buffers hold nothing; undefined if it has no budget. */
  readonly starved: boolean | undefined;
  inForce: boolean;
}

export interface ModelLogger {
  readonly level: LevelSetting | undefined;
  readonly handlers: readonly number[];
  readonly propagate: boolean;
  readonly filter: FilterKind | undefined;
}

export interface ModelBuffer {
  readonly until: number;
  readonly limit: number;
  held: { readonly line: Line; readonly source: Source }[];
  open: boolean;
  dropped: number;
}

export interface ModelScope {
  readonly registry: ModelRegistry;
  readonly name: string;
  readonly sequence: number;
  readonly outer: ModelHolder | undefined;
  /** The fields that it was given, without those around it. */
  readonly own: ModelFields;
  readonly holders: ModelHolder[];
  /** Owned and borrowed. */
  handlers: readonly number[];
  owned: readonly number[];
  level: LevelSetting | undefined;
  forced: LevelSetting | undefined;
  readonly propagate: boolean;
  readonly buffer: ModelBuffer | undefined;
  summary: { readonly level: number | undefined; readonly lines: number[] } | undefined;
  outcome: "ok" | "error" | "unknown";
  failure: number | undefined;
  outcomeFields: ModelFields;
  lines: number;
  ended: boolean;
  hadHandlers: boolean;
}

/** One holder of a scope. */
export interface ModelHolder {
  readonly scope: ModelScope;
  /** Whether this one has not ended; the scope may have. */
  live: boolean;
  /** How many events its end was moved to. */
  moved: boolean;
}

/** What logs: a holder of a scope, a view of one, or a named logger. */
export interface Source {
  readonly registry: ModelRegistry;
  readonly name: string;
  readonly holder: ModelHolder | undefined;
  /** Those of a view, with all around it; undefined for a holder, which has those of its scope. */
  readonly fields: ModelFields | undefined;
  viewLevel: LevelSetting | undefined;
}

export const eventKinds = ["emitter", "signal", "target", "promise", "rejection"] as const;

export interface ModelEvent {
  readonly kind: (typeof eventKinds)[number];
  happened: boolean;
  /** The holders that it ends, in the order in which they asked. */
  waiting: Waiting[];
}

export interface Waiting {
  readonly holder: ModelHolder;
  /** What was ambient when the holder asked. */
  readonly frames: readonly (Frame | undefined)[];
}

/** What is ambient: the scope that runs, through which holder. */
export interface Frame {
  readonly holder: ModelHolder;
  readonly fields: ModelFields;
}

/** A record, as far as the model compares it. */
export interface Line {
  readonly message: string;
  readonly level: number;
  readonly name: string;
  readonly scope: string;
  readonly parent: string;
  readonly error: string;
  readonly late: boolean;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** The number of `line 7`, or of the end of any other message; NaN without one. */
export function numberOf(message: string): number {
  return Number(message.slice(message.lastIndexOf(" ") + 1));
}

/** One text for a line and who took it. Not JSON, which would cost more than the line. */
export function textOf(handler: number, line: Line): string {
  const { message, level, name, scope, parent, error, late, fields } = line;
  return `h${handler} ${message}|${level}|${name}|${scope}|${parent}|${error}|${late}|${fieldsText(fields)}`;
}

export function fieldsText(fields: Readonly<Record<string, unknown>>): string {
  let text = "";
  for (const key of Object.keys(fields).sort()) {
    const value = fields[key];
    text += ` ${key}=${typeof value === "object" ? JSON.stringify(value) : value}`;
  }
  return text;
}

export const idOf = ({ name, sequence }: ModelScope): string => `${name}#${sequence}`;
