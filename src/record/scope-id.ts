// 00 to 99: what a text needs no new number for.
const endings = Array.from({ length: 100 }, (_, ending) => String(ending).padStart(2, "0"));
let beginning = 0;
let beginningText = "0";

/**
 * The id of the scope that is number `sequence` of all, and named `name`, such as `conn#17`. Its digits come out of two
 * texts that are kept: V8 remembers the text of every whole number that was turned into one, in a table that outlives
 * its young generation, and so a text for each scope, of no use to anybody, survived the next collection.
 */
export function scopeId(name: string, sequence: number): string {
  if (sequence < 100) return `${name}#${sequence}`;
  const hundreds = Math.trunc(sequence / 100);
  if (hundreds !== beginning) {
    beginning = hundreds;
    beginningText = String(hundreds);
  }
  return `${name}#${beginningText}${endings[sequence - hundreds * 100]}`;
}
