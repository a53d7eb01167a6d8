/**
 * Who closes what. A thing has one owner; two would close it twice, or one under the hands of the other. Weak: neither
 * the thing nor the owner is kept by being known here.
 */
const claims = new WeakMap<object, Claim>();

interface Claim {
  readonly owner: object | undefined;
  count: number;
}

// Most claims are a scope's, one owner and once: they share this.
const single: Claim = { owner: undefined, count: 1 };

/**
 * Makes somebody the owner of `thing`. False if it has one.
 * @param owner one who may claim the same thing several times, and gives it back as often; none for once only
 */
export function claim(thing: object, owner?: object): boolean {
  const known = claims.get(thing);
  if (known === undefined) {
    claims.set(thing, owner === undefined ? single : { owner, count: 1 });
    return true;
  }
  if (owner === undefined || known.owner !== owner) return false;
  known.count++;
  return true;
}

/** Takes one claim back. True if it was the last: the thing is to be closed now. */
export function disclaim(thing: object): boolean {
  const known = claims.get(thing);
  if (known === undefined) return false;
  if (known !== single && --known.count > 0) return false;
  return claims.delete(thing);
}
