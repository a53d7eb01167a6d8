/** A value that pino keeps on its loggers under a symbol of its own; undefined if `logger` has none of that name. */
export function internalOf(logger: object, description: string): { key: symbol; value: unknown } | undefined {
  for (let owner: object | null = logger; owner !== null; owner = Object.getPrototypeOf(owner)) {
    for (const key of Object.getOwnPropertySymbols(owner)) {
      if (key.description === description) return { key, value: (owner as Record<symbol, unknown>)[key] };
    }
  }
  return undefined;
}

// `,"time":1767225600000`: the member that pino's `timestamp` option makes, with the forms of pino.stdTimeFunctions.
const form = /^(,"(?:[^"\\]|\\.)+":)(?:(\d{13})|(\d{10})|("\d{4}-\d\d-\d\dT[\d:.]+Z"))$/;

/** The member for `time` in the way `timestamp` writes the current time; undefined if that is a way of the user's own. */
export function timeMember(timestamp: () => unknown, time: number): string | undefined {
  const found = form.exec(String(timestamp()));
  if (found === null) return undefined;
  const [, key, milliseconds, seconds] = found;
  if (milliseconds !== undefined) return `${key}${Math.floor(time)}`;
  return seconds !== undefined ? `${key}${Math.round(time / 1000)}` : `${key}"${new Date(time).toISOString()}"`;
}
