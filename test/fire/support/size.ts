/** Whether this run is the long form: `npm run test:fire -- --long`. */
export const isLong = process.env["SCOPELOG_FIRE"] === "long";

/** How many of something this run takes: `short` of them by default, `long` in the long form. */
export function sizeOf(short: number, long: number): number {
  return isLong ? long : short;
}

/** The seed of what is random in this run: SCOPELOG_FIRE_SEED, or another one each time. A test that fails prints it. */
export const seed = Number(process.env["SCOPELOG_FIRE_SEED"] ?? Date.now() % 2 ** 31);
