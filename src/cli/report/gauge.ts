import type { Field } from "../../format/record-fields.ts";

const maxPoints = 4096;

/** A number over time, in a bounded number of points: when they are too many, two become one, with the higher value. */
export class Gauge {
  readonly name: string;
  #points: [time: number, value: number][] = [];

  constructor(name: string) {
    this.name = name;
  }

  add(time: number, value: number): void {
    this.#points.push([time, value]);
    if (this.#points.length < maxPoints) return;
    const fewer: [number, number][] = [];
    for (let index = 0; index < this.#points.length; index += 2) {
      const [first, second = first] = this.#points.slice(index, index + 2) as [[number, number], [number, number]?];
      fewer.push([first[0], Math.max(first[1], second[1])]);
    }
    this.#points = fewer;
  }

  get points(): readonly (readonly [time: number, value: number])[] {
    return [...this.#points].sort(([a], [b]) => a - b);
  }
}

const names = ["sockets", "transports"] as const;

/** The numbers of open sockets that lines tell: a field `sockets`, or `transports` as `stats()` calls them. */
export class Gauges {
  readonly #gauges = new Map<string, Gauge>();

  take(fields: readonly Field[], time: number): void {
    for (const [key, value] of fields) {
      if (typeof value !== "number" || !(value >= 0) || value > Number.MAX_SAFE_INTEGER) continue;
      if (!(names as readonly string[]).includes(key)) continue;
      let gauge = this.#gauges.get(key);
      if (gauge === undefined) this.#gauges.set(key, (gauge = new Gauge(key)));
      gauge.add(time, value);
    }
  }

  get all(): readonly Gauge[] {
    return [...this.#gauges.values()];
  }
}
