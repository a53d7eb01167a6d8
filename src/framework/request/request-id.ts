// What may stand in a log line, a header and a file name without harm; long enough for every scheme in use.
const wellFormed = /^[A-Za-z0-9_.:+/=-]{1,128}$/;

let prefix: string | undefined;
let made = 0;

/** Whether `id` can be taken over from a client: 1 to 128 characters out of letters, digits and `_.:+/=-`. */
export function isRequestId(id: unknown): id is string {
  return typeof id === "string" && wellFormed.test(id);
}

/**
 * A request id that no other process makes: 64 random bits that are drawn once, and a number, in base 36. A UUID costs
 * three times as much, is longer, and says nothing of the order.
 */
export function makeRequestId(): string {
  // Drawn at the first request and not before: a snapshot of a started process would else hand it to all its copies.
  prefix ??= randomPrefix();
  made++;
  return prefix + made.toString(36);
}

function randomPrefix(): string {
  const { crypto } = globalThis as { crypto?: { getRandomValues(array: Uint32Array): unknown } };
  const words = new Uint32Array(2);
  if (crypto === undefined) for (const index of words.keys()) words[index] = Math.random() * 2 ** 32;
  else crypto.getRandomValues(words);
  return `${[...words].map((word) => word.toString(36)).join("")}-`;
}
