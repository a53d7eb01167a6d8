/** What became of the lines of one case. */
export interface Outcome {
  /** `rotating: rename EACCES, middle`. */
  readonly name: string;
  /** `rename EACCES`. */
  readonly kind: string;
  readonly hits: number;
  readonly logged: number;
  readonly arrived: number;
  readonly dropped: number;
  readonly unconfirmed: number;
  /** What was told, by code. */
  readonly told: readonly string[];
  /** Which promises were broken; none if all is well. */
  readonly broken: readonly string[];
}

/** When the calls of a case fail. */
export const moments = {
  first: { at: "start", from: 1, count: 1, every: 1 },
  second: { at: "start", from: 2, count: 1, every: 1 },
  middle: { at: "middle", from: 1, count: 1, every: 1 },
  "for a while": { at: "middle", from: 1, count: 4, every: 1 },
  "every third": { at: "start", from: 1, count: 0, every: 3 },
  always: { at: "middle", from: 1, count: 0, every: 1 },
  last: { at: "end", from: 1, count: 0, every: 1 },
} as const;

export type Moment = keyof typeof moments;

export const momentNames = Object.keys(moments) as Moment[];

/** The lines of a case come in so many groups, with a pause behind each. */
export const groups = 6;
export const groupSize = 5;

/** What a line says: of many lengths, and not all of them ASCII. */
export function lineText(n: number): string {
  return `line ${n} ${(n % 2 === 0 ? "x" : "ü").repeat(8 + ((n * 7) % 30))} end`;
}

/** From now on what would end the process is gathered. */
export function watchCrashes(): string[] {
  const crashes: string[] = [];
  process.on("uncaughtException", (error) => crashes.push(String(error.stack)));
  process.on("unhandledRejection", (error) => crashes.push(String((error as Error).stack)));
  return crashes;
}

/** Runs `run` for all of `items`, so many at a time. */
export async function crowd<T, R>(items: readonly T[], width: number, run: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const index = next++;
      results[index] = await run(items[index] as T);
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  return results;
}

/** The last line that is printed is what the parent reads. */
export function answer(outcomes: readonly Outcome[], crashes: readonly string[]): void {
  process.stdout.write(`${JSON.stringify({ outcomes, crashes })}\n`);
}
