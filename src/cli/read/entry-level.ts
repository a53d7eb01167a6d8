import { levelName, levelNumber } from "../../record/level.ts";

// The words of syslog (RFC 5424), Google Cloud, Datadog, npm and others, by the numbers of pino and bunyan.
const words: ReadonlyMap<string, number> = new Map([
  ...(["trace", "debug", "info", "warn", "error", "fatal"] as const).map((name) => [name, levelNumber(name)] as const),
  ["silly", 10],
  ["finest", 10],
  ["finer", 15],
  ["verbose", 20],
  ["fine", 20],
  ["http", 25],
  ["default", 30],
  ["information", 30],
  ["informational", 30],
  ["log", 30],
  ["success", 30],
  ["ok", 30],
  ["notice", 35],
  ["warning", 40],
  ["err", 50],
  ["severe", 50],
  ["critical", 60],
  ["crit", 60],
  ["panic", 60],
  ["alert", 65],
  ["emergency", 70],
  ["emerg", 70],
]);

/** The number of a level's word, in any case of letters; NaN for one that is not known. */
export function levelOfWord(word: string): number {
  return words.get(word) ?? words.get(word.toLowerCase()) ?? Number.NaN;
}

/** What to call a level: its name where it has one, else the writer's own word, else `info+5`. */
export function labelOf(level: number, word: string | undefined): string {
  if (Number.isNaN(level)) return word ?? "";
  const name = levelName(level);
  const rest = level - levelNumber(name);
  if (rest === 0) return name;
  return word ?? `${name}${rest > 0 ? "+" : ""}${rest}`;
}
