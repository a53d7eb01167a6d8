import { type LevelName, levelNames, levelNumber } from "../../record/level.ts";

/** Levels of winston: the number of each name, 0 the gravest. */
export type WinstonLevels = Readonly<Record<string, number>>;

// The names that mean the same, the best first. An emergency or alert of syslog is shown on every terminal of many
// systems, so that a fatal line is critical where there is such a level.
const names: Readonly<Record<LevelName, readonly string[]>> = {
  fatal: ["fatal", "crit", "critical"],
  error: ["error", "err"],
  warn: ["warn", "warning"],
  info: ["info"],
  debug: ["debug"],
  trace: ["trace", "silly"],
};

// The numbers of the levels of npm, syslog and the command line.
const numbers: ReadonlyMap<string, number> = new Map([
  ...levelNames.flatMap((name) => names[name].map((alias) => [alias, levelNumber(name)] as const)),
  ["emerg", 60],
  ["alert", 60],
  ["notice", 35],
  ["http", 25],
  ["verbose", 22],
]);

/** The names in order of gravity, the gravest first. */
function ordered(levels: WinstonLevels): string[] {
  return Object.keys(levels).sort((a, b) => (levels[a] as number) - (levels[b] as number));
}

/**
 * The level of winston for each of ours: the one of that name or meaning; else, by order of gravity, one between those
 * that have a name, in proportion.
 */
export function towardsWinston(levels: WinstonLevels): Readonly<Record<LevelName, string>> {
  const theirs = ordered(levels);
  const last = Math.max(theirs.length - 1, 0);
  const gravest = [...levelNames].reverse();
  const found = gravest.map((name) => theirs.indexOf(names[name].find((alias) => theirs.includes(alias)) as string));
  const places = found.map((place, index) => {
    if (place !== -1) return place;
    const graver = found.slice(0, index).findLast((other) => other !== -1);
    const finest = found.slice(index + 1).find((other) => other !== -1) ?? last;
    // Finer than what is graver, if there is one: debug must not come out as info.
    const gravestOne = graver === undefined ? 0 : Math.min(graver + 1, finest);
    const proportional = Math.round((index / (gravest.length - 1)) * last);
    return Math.min(Math.max(proportional, gravestOne), finest);
  });
  return Object.fromEntries(gravest.map((name, index) => [name, theirs[places[index] as number] ?? name])) as Record<
    LevelName,
    string
  >;
}

/**
 * Our number for each level of winston: that of the name, as far as it is known; else, by order of gravity, halfway
 * between those around it, and at the ends fatal and trace.
 */
export function fromWinston(levels: WinstonLevels): ReadonlyMap<string, number> {
  const theirs = ordered(levels);
  const known = theirs.map((name) => numbers.get(name));
  if (known.every((number) => number === undefined)) {
    const step = theirs.length > 1 ? 50 / (theirs.length - 1) : 0;
    return new Map(theirs.map((name, index) => [name, Math.round(60 - index * step)]));
  }
  return new Map(
    theirs.map((name, index) => {
      const graver = known.slice(0, index).findLast((number) => number !== undefined) ?? 60;
      const finer = known.slice(index + 1).find((number) => number !== undefined) ?? 10;
      return [name, known[index] ?? Math.round((graver + finer) / 2)];
    }),
  );
}

/** The number of a level of winston by its name alone; info if that is not known. */
export function knownNumber(name: string): number {
  return numbers.get(name) ?? 30;
}
