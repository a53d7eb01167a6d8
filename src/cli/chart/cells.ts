// From nothing to a full cell.
const blocks = " ▁▂▃▄▅▆▇█";
const asciiBlocks = " .:-=+*#";

/**
 * Values as columns on a terminal, in `height` lines of a sign for each value, the upper line first. A value of `top`
 * fills its column; what is not nothing is seen, however small it is.
 */
export function columns(values: ArrayLike<number>, top: number, height: number, unicode: boolean): string[] {
  const signs = unicode ? blocks : asciiBlocks;
  const full = signs.length - 1;
  const filled = Array.from(values, (value) => {
    const eighths = Math.round((value / top) * height * full);
    return Math.min(height * full, Math.max(eighths, value > 0 ? 1 : 0));
  });
  return Array.from({ length: height }, (_, line) => {
    const floor = (height - 1 - line) * full;
    return filled.map((eighths) => signs[Math.min(full, Math.max(0, eighths - floor))]).join("");
  });
}

/** How much is done, in `width` cells: those that are, and those that are not. */
export function progress(share: number, width: number, unicode: boolean): [done: string, left: string] {
  const [full, empty] = unicode ? ["█", "░"] : ["#", "."];
  const done = Math.max(0, Math.min(width, Math.floor(share * width)));
  return [full.repeat(done), empty.repeat(width - done)];
}
