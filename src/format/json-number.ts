// Fractions as text, such as `.125` at 125, each made when first needed.
const thousandths: string[] = [];

// Larger ones have no need of it, and up to here their thousandths are told apart with ease.
const mostWhole = 1e9;

/**
 * A number as JSON; `null` for what JSON has no number for. One of whole thousandths, such as a duration in milliseconds
 * to the microsecond, is put together out of its parts: V8's search for the shortest text that means the same number
 * takes two to five times as long, and for so few digits finds the same. What else has a fraction is given to
 * JSON.stringify: V8 keeps each text that `String` makes of a number, thousands of them, in a table that makes it old.
 */
export function jsonNumber(value: number): string {
  if (Number.isInteger(value)) return String(value);
  if (value > 0 && value < mostWhole) {
    const all = Math.round(value * 1000);
    const whole = Math.floor(value);
    if (all / 1000 === value) return String(whole) + fraction(all - whole * 1000);
  }
  return JSON.stringify(value);
}

function fraction(rest: number): string {
  let text = thousandths[rest];
  if (text === undefined) {
    text = String(rest / 1000).slice(1);
    thousandths[rest] = text;
  }
  return text;
}
