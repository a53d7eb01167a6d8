/** On what a handler gave to winston: it was logged here, and need not come back. The key that all copies share. */
export const handedOver = Symbol.for("scopelog.handedOver");

// The winston loggers whose lines are being taken by a transport now, the outermost first.
const arriving: object[] = [];

/** Takes a line of `winston` by calling `take`. */
export function whileArriving(winston: object | undefined, take: () => void): void {
  if (winston === undefined) {
    take();
    return;
  }
  arriving.push(winston);
  try {
    take();
  } finally {
    arriving.pop();
  }
}

/** Whether a line of `winston`, or of the logger that it is a child of, is being taken: it would come back to it. */
export function isArrivingFrom(winston: object): boolean {
  for (const origin of arriving) {
    if (origin === winston || Object.prototype.isPrototypeOf.call(origin, winston)) return true;
  }
  return false;
}
