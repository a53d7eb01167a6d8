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
