// Many lines share a millisecond: one call of toISOString costs as much as the rest of a header.
let isoTime = Number.NaN;
let isoText = "-";

/**
 * The time as RFC 5424 section 6.2.3 wants it: RFC 3339 in UTC, at most six fraction digits (three, or six where
 * `time` knows more than milliseconds); `-` where there is no such time.
 * @param time milliseconds since 1970-01-01 UTC
 */
export function timestamp5424(time: number): string {
  if (time === isoTime) return isoText;
  isoTime = time;
  isoText = toTimestamp(time);
  return isoText;
}

function toTimestamp(time: number): string {
  const whole = Math.floor(time);
  const date = new Date(whole);
  const year = date.getUTCFullYear();
  // Also false for an invalid date, whose year is NaN.
  if (!(year >= 0 && year <= 9999)) return "-";
  const text = date.toISOString();
  // Just below the next millisecond the difference is rounded to 1.
  const micros = Math.min(999, Math.floor((time - whole) * 1000));
  return micros === 0 ? text : `${text.slice(0, -1)}${String(micros).padStart(3, "0")}Z`;
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
let second = Number.NaN;
let secondText = "";

/**
 * The time as RFC 3164 section 4.1.2 wants it: `Mmm dd hh:mm:ss` in local time, a day below ten with a space before.
 * What is not a time becomes the time of now: the format has no way to say that it is not known.
 */
export function timestamp3164(time: number): string {
  const whole = Math.floor(time);
  const now = Math.floor(whole / 1000);
  if (now === second) return secondText;
  let date = new Date(whole);
  if (Number.isNaN(date.getTime())) date = new Date();
  else second = now;
  const day = String(date.getDate()).padStart(2, " ");
  const clock = [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, "0"));
  const text = `${months[date.getMonth()]} ${day} ${clock.join(":")}`;
  if (now === second) secondText = text;
  return text;
}
