// Measures functions against each other: in turns, so that what the machine does meanwhile falls on all alike.

/**
 * Nanoseconds a call of each of `contestants`, as the median over the rounds; and with pino and scopelog among them
 * `ratio`, the median of pino's by scopelog's of the same round: a machine that is shared is for seconds twice as fast as
 * for others, and of two medians each may be of another time.
 */
export async function measure(contestants, options) {
  const samples = await sample(contestants, options);
  const medians = mediansOf(samples);
  const { scopelog, pino } = samples;
  if (scopelog === undefined || pino === undefined) return medians;
  return { ...medians, ratio: median(pino.map((theirs, round) => theirs / scopelog[round])) };
}

/**
 * The same in units of a loop that is always the same, `reference` nanoseconds long: for what is compared with what was
 * measured at another time, when the machine may have been twice as fast.
 */
export async function measureAgainstLoop(contestants, options) {
  const { reference, ...samples } = await sample({ ...contestants, reference: loop }, options);
  const quotients = Object.entries(samples).map(([name, all]) => [name, all.map((own, at) => own / reference[at])]);
  return { ...mediansOf(Object.fromEntries(quotients)), reference: median(reference) };
}

async function sample(contestants, { calls, rounds = 9, warmUp = 1 }) {
  const samples = Object.fromEntries(Object.keys(contestants).map((name) => [name, []]));
  for (let round = -warmUp; round < rounds; round++) {
    for (const [name, contestant] of turned(Object.entries(contestants), round)) {
      const figure = time(contestant, calls);
      if (round >= 0) samples[name].push(figure);
      // Timers and the collector get their turn between the measurements, not in one of them.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  return samples;
}

function mediansOf(samples) {
  return Object.fromEntries(Object.entries(samples).map(([name, all]) => [name, median(all)]));
}

let mixed = 0;

function loop() {
  for (let step = 0; step < 64; step++) mixed = Math.imul(mixed ^ step, 0x9e3779b1);
}

export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[sorted.length >> 1];
}

function time(contestant, calls) {
  const start = process.hrtime.bigint();
  for (let call = 0; call < calls; call++) contestant(call);
  return Number(process.hrtime.bigint() - start) / calls;
}

// Nobody is always first.
function turned(entries, by) {
  const shift = ((by % entries.length) + entries.length) % entries.length;
  return [...entries.slice(shift), ...entries.slice(0, shift)];
}

/** Collects until the heap stops shrinking; bytes in use then. */
export async function settledHeap() {
  let least = Number.POSITIVE_INFINITY;
  for (let still = 0; still < 3; ) {
    globalThis.gc();
    await new Promise((resolve) => setTimeout(resolve, 5));
    const used = process.memoryUsage().heapUsed;
    still = used < least - 1024 ? 0 : still + 1;
    least = Math.min(least, used);
  }
  return least;
}

/** Hands the results of a suite to `run.mjs`. */
export function tell(rows) {
  if (process.send) process.send(rows);
  else console.table(rows);
}
