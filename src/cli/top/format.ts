import { integer } from "../number-text.ts";

/** Milliseconds in two units at most: `640ms`, `12.3s`, `3m 12s`, `2h 05m`, `3d 04h`. */
export function duration(ms: number): string {
  if (!(ms >= 0)) return "?";
  if (ms < 1000) return `${Math.round(ms)}ms`;
  const seconds = Math.floor(ms / 1000);
  if (seconds < 60) return `${(Math.floor(ms / 100) / 10).toFixed(1)}s`;
  const two = (value: number): string => String(value).padStart(2, "0");
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m ${two(seconds % 60)}s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours}h ${two(minutes % 60)}m`;
  return `${Math.floor(hours / 24)}d ${two(hours % 24)}h`;
}

/** Bytes: `0`, `512 B`, `1.5 kB`, `23 MB`. */
export function bytes(value: number): string {
  if (!(value > 0)) return "0";
  if (value < 1000) return `${Math.round(value)} B`;
  const units = ["kB", "MB", "GB", "TB"];
  let size = value / 1000;
  let unit = 0;
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000;
    unit++;
  }
  return `${size < 10 ? size.toFixed(1) : Math.round(size)} ${units[unit]}`;
}

/** How many a second: `0`, `0.5`, `12`, `1,234`. */
export function rate(value: number | undefined): string {
  if (value === undefined) return "-";
  if (value <= 0) return "0";
  return value < 10 ? value.toFixed(1) : integer(value);
}
