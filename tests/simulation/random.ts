/** Numbers that look random and are the same for the same seed. */
export interface Random {
  /** From `low` up to, but not including, `high`. */
  readonly between: (low: number, high: number) => number;
  /** The same, whole numbers, `high` included. */
  readonly whole: (low: number, high: number) => number;
  /** Whether something happens that has this probability. */
  readonly chance: (probability: number) => boolean;
}

/**
 * Marsaglia's xorshift with 32 bits.
 *
 * @param seed - a whole number
 * @see https://www.jstatsoft.org/article/view/v008i14
 */
export function random(seed: number): Random {
  // Never 0, which would stay 0; and seeds side by side shall not begin alike.
  let state = Math.imul(seed + 1, 0x9e3779b1) >>> 0 || 1;
  const next = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  const between = (low: number, high: number) => low + next() * (high - low);
  return {
    between,
    whole: (low, high) => Math.floor(between(low, high + 1)),
    chance: (probability) => next() < probability,
  };
}
