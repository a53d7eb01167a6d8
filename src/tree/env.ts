import { isLevelSetting, type LevelSetting } from "../record/level.ts";

/** What the environment says about levels, and what of it makes no sense. */
export interface EnvLevels {
  /** The level by category; `""` is the root. */
  readonly levels: ReadonlyMap<string, LevelSetting>;
  /** The parts that are ignored. */
  readonly ignored: readonly string[];
}

/** The variable that `readLevels` reads. */
export const levelVariable = "LOG_LEVEL";

/** Reads `LOG_LEVEL=info,conn=debug,net.http=off`: the root's level, and those of categories. Never throws. */
export function readLevels(env: Readonly<Record<string, string | undefined>> = environment()): EnvLevels {
  const levels = new Map<string, LevelSetting>();
  const ignored: string[] = [];
  for (const part of (env[levelVariable] ?? "").split(",")) {
    const text = part.trim();
    if (text === "") continue;
    const equals = text.lastIndexOf("=");
    const level = text
      .slice(equals + 1)
      .trim()
      .toLowerCase();
    if (equals !== 0 && isLevelSetting(level)) levels.set(equals < 0 ? "" : text.slice(0, equals).trim(), level);
    else ignored.push(text);
  }
  return { levels, ignored };
}

function environment(): Readonly<Record<string, string | undefined>> {
  const { process } = globalThis as { process?: { env?: Record<string, string | undefined> } };
  return process?.env ?? {};
}
