const blocks = "▁▂▃▄▅▆▇█";
const asciiBlocks = "_.:-=+*#";

/** The last `columns` of `values` as bars on one line, the highest full. */
export function sparkline(values: readonly number[], columns: number, unicode: boolean): string {
  const signs = unicode ? blocks : asciiBlocks;
  const shown = values.slice(-columns);
  const top = Math.max(1, ...shown);
  return shown.map((value) => signs[Math.min(7, Math.ceil((Math.max(0, value) / top) * 7))]).join("");
}
