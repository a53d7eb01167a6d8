import { isoTime } from "../../format/time.ts";

/** How the time of a line is shown. */
export type TimeStyle = "clock" | "local" | "iso" | "relative" | "none";

export const timeStyles: readonly TimeStyle[] = ["clock", "local", "iso", "relative", "none"];

/** Writes times. Those of one style have the same width, as far as they can. */
export class Clock {
  readonly #style: TimeStyle;
  #second = Number.NaN;
  #text = "";
  #first = Number.NaN;
  #day = dayOf(new Date());

  constructor(style: TimeStyle) {
    this.#style = style;
  }

  /** The time of a line and a space; `""` if none is wanted. */
  text(time: number): string {
    if (this.#style === "none") return "";
    if (Number.isNaN(time)) return this.#style === "clock" ? "-            " : "- ";
    if (this.#style === "iso") return `${isoTime(time) ?? "-"} `;
    if (this.#style === "relative") return `${this.#relative(time)} `;
    const second = Math.floor(time / 1000);
    if (second !== this.#second) this.#setSecond(second);
    const rest = Math.floor(time) - second * 1000;
    return `${this.#text}${rest < 10 ? "00" : rest < 100 ? "0" : ""}${rest} `;
  }

  /** The day of `time`, if it is another than that of the line before, or than today at the first: style `clock` only. */
  newDay(time: number): string | undefined {
    if (this.#style !== "clock" || Number.isNaN(time)) return undefined;
    // Days begin with a second, so that one second is looked at once.
    if (Math.floor(time / 1000) === this.#second) return undefined;
    const date = new Date(time);
    if (Number.isNaN(date.getTime())) return undefined;
    const day = dayOf(date);
    if (day === this.#day) return undefined;
    this.#day = day;
    return day;
  }

  #setSecond(second: number): void {
    this.#second = second;
    const date = new Date(second * 1000);
    const clock = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.`;
    if (Number.isNaN(date.getTime())) this.#text = "-";
    else this.#text = this.#style === "local" ? `${dayOf(date)} ${clock}` : clock;
  }

  #relative(time: number): string {
    if (Number.isNaN(this.#first)) this.#first = time;
    const ms = Math.round(time - this.#first);
    const size = Math.abs(ms);
    const sign = ms < 0 ? "-" : "+";
    const seconds = (size % 60_000) / 1000;
    if (size < 60_000) return `${sign}${seconds.toFixed(3)}s`.padStart(8);
    const minutes = Math.floor(size / 60_000);
    const tail = `m${seconds.toFixed(3).padStart(6, "0")}s`;
    if (minutes < 60) return `${sign}${minutes}${tail}`;
    return `${sign}${Math.floor(minutes / 60)}h${two(minutes % 60)}${tail}`;
  }
}

function two(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}

function dayOf(date: Date): string {
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
