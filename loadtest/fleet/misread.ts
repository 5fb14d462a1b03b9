import type { Random } from './random.ts';

/** Characters that cameras take for each other. */
const LOOK_ALIKES = ['0ODQ', '1I', '2Z', '5S', '8B', '6G', 'KHRM', 'FPE', 'VYT', 'UV', '4A', '7T'];

/**
 * A wrong reading of the plate: one look-alike character, at times two, or one lost at an end. Never the plate itself.
 */
export function misreadPlate(plate: string, random: Random): string {
  if (plate.length > 3 && random.chance(0.15)) return random.chance(0.5) ? plate.slice(1) : plate.slice(0, -1);
  const once = withLookAlike(plate, random);
  const twice = random.chance(0.15) ? withLookAlike(once, random) : once;
  return twice === plate ? once : twice;
}

function withLookAlike(plate: string, random: Random): string {
  const places = [...plate].flatMap((character, at) => (lookAlikesOf(character) === '' ? [] : [at]));
  // A plate of characters that look like no other loses its first one.
  if (places.length === 0) return plate.slice(1);
  const at = random.pick(places);
  return plate.slice(0, at) + random.pick([...lookAlikesOf(plate[at]!)]) + plate.slice(at + 1);
}

function lookAlikesOf(character: string): string {
  return LOOK_ALIKES.filter((set) => set.includes(character)).join('').replaceAll(character, '');
}
