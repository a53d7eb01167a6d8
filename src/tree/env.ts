import { isForcedColor } from "../format/color.ts";
import { type EnvFormat, envFormats } from "../format/env-format.ts";
import { isLevelSetting, type LevelSetting } from "../record/level.ts";

/** What the environment says about the log, and what of it makes no sense. */
export interface Environment {
  /** `LOG_LEVEL`: the level by category; `""` is the root. */
  readonly levels: ReadonlyMap<string, LevelSetting>;
  /** `LOG_FORMAT`: the format of handlers that were given none. */
  readonly format: EnvFormat | undefined;
  /** What is ignored, a sentence each. */
  readonly ignored: readonly string[];
}

/**
 * Reads `LOG_LEVEL=info,conn=debug,net.http=off`, the root's level and those of categories, and `LOG_FORMAT=json:ecs`;
 * letter case does not matter in levels and formats. Looks whether `FORCE_COLOR` makes sense, which the text formatter
 * obeys itself, as it does `NO_COLOR`, where nothing is wrong. Never throws.
 */
export function readEnvironment(env: Readonly<Record<string, string | undefined>> = environment()): Environment {
  const ignored: string[] = [];
  const levels = readLevels(env["LOG_LEVEL"] ?? "", ignored);
  const format = readFormat(env["LOG_FORMAT"] ?? "", ignored);
  const color = env["FORCE_COLOR"];
  if (color !== undefined && !isForcedColor(color)) {
    ignored.push(`FORCE_COLOR is ${shown(color)}, which is none of 0, 1, 2, 3, true, false and the empty text.`);
  }
  return { levels, format, ignored };
}

function readLevels(value: string, ignored: string[]): Map<string, LevelSetting> {
  const levels = new Map<string, LevelSetting>();
  for (const part of value.split(",")) {
    const text = part.trim();
    if (text === "") continue;
    const equals = text.lastIndexOf("=");
    const level = text
      .slice(equals + 1)
      .trim()
      .toLowerCase();
    if (equals !== 0 && isLevelSetting(level)) levels.set(equals < 0 ? "" : text.slice(0, equals).trim(), level);
    else ignored.push(`LOG_LEVEL has ${shown(text)}, which sets no level.`);
  }
  return levels;
}

function readFormat(value: string, ignored: string[]): EnvFormat | undefined {
  const text = value.trim().toLowerCase();
  if (text === "") return undefined;
  const format = envFormats.find((known) => known === text);
  if (format === undefined) ignored.push(`LOG_FORMAT is ${shown(value)}, which is none of ${envFormats.join(", ")}.`);
  return format;
}

// A variable may be anything, and the report of it should stay a line.
function shown(value: string): string {
  return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}...` : value);
}

function environment(): Readonly<Record<string, string | undefined>> {
  const { process } = globalThis as { process?: { env?: Record<string, string | undefined> } };
  return process?.env ?? {};
}
