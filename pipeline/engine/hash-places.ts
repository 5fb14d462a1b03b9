/**
 * An index by hash with open addressing and linear probing: places of two numbers each, a hash, then what has it (+1; 0: the
 * place is free). As many places as a power of two, at least half of them free.
 */
export type HashPlaces = Uint32Array<ArrayBuffer>;

export function newHashPlaces(places: number): HashPlaces {
  return new Uint32Array(2 * places);
}

export function insertHash(index: HashPlaces, hash: number, number: number): void {
  const mask = index.length - 1;
  let place = (2 * hash) & mask;
  while (index[place + 1] !== 0) place = (place + 2) & mask;
  index[place] = hash;
  index[place + 1] = number + 1;
}

/** Frees a place, and moves up what the gap would cut off from the place where it is looked for first. */
export function freePlace(index: HashPlaces, place: number): void {
  const mask = index.length - 1;
  let hole = place;
  for (let next = (hole + 2) & mask; index[next + 1] !== 0; next = (next + 2) & mask) {
    const first = (2 * index[next]!) & mask;
    if (((next - first) & mask) < ((next - hole) & mask)) continue;
    index[hole] = index[next]!;
    index[hole + 1] = index[next + 1]!;
    hole = next;
  }
  index[hole + 1] = 0;
}

/** The same with room for twice as many. */
export function grownHashPlaces(before: HashPlaces): HashPlaces {
  const index = newHashPlaces(before.length);
  for (let from = 0; from < before.length; from += 2) {
    if (before[from + 1] !== 0) insertHash(index, before[from]!, before[from + 1]! - 1);
  }
  return index;
}
