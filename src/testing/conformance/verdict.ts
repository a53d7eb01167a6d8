/** Ends a check: the handler is at fault. */
export class CheckFailed extends Error {}

/** Ends a check that cannot be made. */
export class CheckSkipped extends Error {}

/** Fails the check unless `condition` holds. */
export function demand(condition: unknown, reason: string): asserts condition {
  if (!condition) throw new CheckFailed(reason);
}

/** Skips the check unless `condition` holds. */
export function need(condition: unknown, reason: string): asserts condition {
  if (!condition) throw new CheckSkipped(reason);
}
