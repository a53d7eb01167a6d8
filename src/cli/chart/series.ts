/** A number that changes at some times, and stays between them. Before the first of them it is nothing. */
export interface Series {
  /** In milliseconds, in order. */
  readonly times: Float64Array;
  readonly values: Float64Array;
}

export function seriesOf(points: readonly (readonly [time: number, value: number])[]): Series {
  return {
    times: Float64Array.from(points, ([time]) => time),
    values: Float64Array.from(points, ([, value]) => value),
  };
}

/** The highest value in each of `count` equal parts of the time from 0 to `span`. */
export function highest({ times, values }: Series, span: number, count: number): Float64Array {
  const parts = new Float64Array(count);
  let at = 0;
  let value = 0;
  for (let part = 0; part < count; part++) {
    const stop = part === count - 1 ? Number.POSITIVE_INFINITY : ((part + 1) / count) * span;
    let high = value;
    while (at < times.length && (times[at] as number) < stop) {
      value = values[at++] as number;
      if (value > high) high = value;
    }
    parts[part] = high;
  }
  return parts;
}

/** The highest of all; 0 if there are none. */
export function most(values: ArrayLike<number>): number {
  let high = 0;
  for (let at = 0; at < values.length; at++) if ((values[at] as number) > high) high = values[at] as number;
  return high;
}
