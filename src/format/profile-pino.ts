import type { Fields } from "../record/fields.ts";
import { baseMembers } from "./json-base.ts";
import { jsonNumber } from "./json-number.ts";
import { type JsonProfile, SourceNames } from "./json-profile.ts";

interface ProcessLike {
  pid?: number;
  getBuiltinModule?(id: string): { hostname?(): string } | undefined;
}

const names = new SourceNames("name", "scope", "parent");

/** What pino writes into each line unless told otherwise: `pid` and `hostname`, as far as the runtime tells them. */
export function defaultBase(): Fields {
  const { process } = globalThis as { process?: ProcessLike };
  const base: Record<string, unknown> = {};
  if (process?.pid !== undefined) base["pid"] = process.pid;
  try {
    const hostname = process?.getBuiltinModule?.("node:os")?.hostname?.();
    if (hostname !== undefined) base["hostname"] = hostname;
  } catch {
    // A runtime that does not let us know.
  }
  return base;
}

/**
 * What pino 10 writes with its defaults (docs/api.md: `level` as a number, `time` in milliseconds since 1970, `base`,
 * `name`, `messageKey` `msg`, `errorKey` `err`), so that `pino-pretty` and other readers of pino's lines read ours.
 */
export function pinoProfile(base: Fields): JsonProfile {
  const reserved = ["level", "time", "name", "scope", "parent", "msg", "err", "late"];
  const text = baseMembers(base, reserved);
  return {
    reserved: [...reserved, ...Object.keys(base)],
    head: (time, level) => `{"level":${jsonNumber(level)},"time":${jsonNumber(Math.floor(time))}${text}`,
    before: (source) => names.write(source),
    message: ',"msg":',
    after: () => "",
    errorNames: { type: "type", message: "message", stack: "stack" },
    error: (thrown, values) => `,"err":${values.error(thrown)}`,
    late: ',"late":true',
  };
}
