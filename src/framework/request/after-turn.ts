let waiting: (() => void)[] = [];

/**
 * Calls `end` once this turn of the event loop is over. A scope that ends with the `close` of something is not to end
 * before the program has heard of it too: its listeners, pipelines and promises come after ours, and have a last line.
 * One immediate serves all that close in a turn.
 */
export function afterTurn(end: () => void): void {
  if (waiting.push(end) === 1) setImmediate(endAll);
}

function endAll(): void {
  const ends = waiting;
  waiting = [];
  for (const end of ends) end();
}
