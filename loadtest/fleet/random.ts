/** Seeded randomness: the same seed and labels give the same numbers, on every machine and in k6 too. */

export interface Random {
  /** 0 inclusive to 1 exclusive. */
  next(): number;
  chance(probability: number): boolean;
  /** A number from `from` to `to`, exclusive. */
  between(from: number, to: number): number;
  /** A whole number from `from` to `to`, both inclusive. */
  whole(from: number, to: number): number;
  pick<T>(items: readonly T[]): T;
  /** Of roughly normal shape, never more than three deviations away. */
  around(mean: number, deviation: number): number;
  /** Of roughly log-normal shape, as lengths of stay are. @param spread deviation of the logarithm */
  skewed(median: number, spread: number): number;
}

/** A stream of its own for each combination of labels, so that one draw more here changes nothing there. */
export function randomFor(seed: string, ...labels: readonly number[]): Random {
  let state = hash(seed);
  for (const label of labels) state = mix(state ^ mix(label | 0));
  const next = (): number => {
    // mulberry32: 32 bits of state, plenty for the few draws of one stay.
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 4_294_967_296;
  };
  const around = (mean: number, deviation: number): number => {
    const bell = (next() + next() + next() + next() - 2) * Math.sqrt(3);
    return mean + deviation * Math.max(-3, Math.min(3, bell));
  };
  return {
    next,
    chance: (probability) => next() < probability,
    between: (from, to) => from + next() * (to - from),
    whole: (from, to) => from + Math.floor(next() * (to - from + 1)),
    pick: (items) => items[Math.floor(next() * items.length)]!,
    around,
    skewed: (median, spread) => median * Math.exp(spread * around(0, 1)),
  };
}

/** FNV-1a over the UTF-16 units. */
function hash(text: string): number {
  let state = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) state = Math.imul(state ^ text.charCodeAt(i), 0x01000193);
  return state;
}

function mix(value: number): number {
  let bits = value;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}
