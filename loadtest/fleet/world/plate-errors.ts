import type { Random } from '../random.ts';
import type { ErrorModel } from './world-rates.ts';

/** A wrong reading of the plate by the world's error model; never the plate itself, never empty. */
export function wrongPlate(plate: string, model: ErrorModel, random: Random): string {
  const mistake = MISTAKES[model];
  const once = mistake(plate, random);
  // One misread in ten has a second mistake.
  const wrong = random.chance(0.1) ? mistake(once, random) : once;
  return wrong === plate || wrong === '' ? replaced(plate, 0, otherThan(plate[0]!, random)) : wrong;
}

/** Characters that cameras take for each other. */
const LOOK_ALIKES = ['0ODQ', '1I', '2Z', '5S', '8B', '6G', 'KHRM', 'FPE', 'VYT', 'UV', '4A', '7T'];
const CHARACTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'];

const likeness = new Map(CHARACTERS.map((character) => {
  const like = LOOK_ALIKES.filter((set) => set.includes(character)).join('').replaceAll(character, '');
  return [character, like];
}));

function lookAlike(plate: string, random: Random): string {
  const draw = random.next();
  if (draw < 0.64) {
    const places = [...plate].flatMap((character, at) => (likeness.get(character) ? [at] : []));
    if (places.length > 0) {
      const at = random.pick(places);
      return replaced(plate, at, random.pick([...likeness.get(plate[at]!)!]));
    }
  }
  if (draw < 0.78 || plate.length < 4) {
    const at = random.whole(0, plate.length - 1);
    return replaced(plate, at, otherThan(plate[at]!, random));
  }
  // Dirt hides an end; more rarely something in the middle.
  if (draw < 0.86) return random.chance(0.5) ? plate.slice(1) : plate.slice(0, -1);
  if (draw < 0.89) return without(plate, random.whole(1, plate.length - 2), 1);
  // A bolt or the plate's edge is read as a character.
  if (draw < 0.97) {
    return inserted(plate, random.pick([0, 2, plate.length]), random.chance(0.8) ? '1' : random.pick([...'IT7L']));
  }
  // Half of it hidden.
  const lost = random.whole(2, Math.max(2, plate.length - 3));
  return random.chance(0.5) ? plate.slice(lost) : plate.slice(0, -lost);
}

function scattered(plate: string, random: Random): string {
  const draw = random.next();
  const at = random.whole(0, plate.length - 1);
  if (draw < 0.6 || plate.length < 4) return replaced(plate, at, otherThan(plate[at]!, random));
  if (draw < 0.75) {
    const first = random.whole(0, plate.length - 2);
    return plate.slice(0, first) + plate[first + 1]! + plate[first]! + plate.slice(first + 2);
  }
  if (draw < 0.88) return without(plate, random.whole(0, plate.length - 2), random.whole(1, 2));
  return inserted(plate, at, otherThan('', random));
}

function uniform(plate: string, random: Random): string {
  const at = random.whole(0, plate.length - 1);
  return replaced(plate, at, otherThan(plate[at]!, random));
}

const MISTAKES: Record<ErrorModel, (plate: string, random: Random) => string> = {
  'look-alike': lookAlike,
  scattered,
  uniform,
};

function replaced(plate: string, at: number, character: string): string {
  return plate.slice(0, at) + character + plate.slice(at + 1);
}

function without(plate: string, at: number, count: number): string {
  return plate.slice(0, at) + plate.slice(at + count);
}

function inserted(plate: string, at: number, character: string): string {
  return plate.slice(0, at) + character + plate.slice(at);
}

function otherThan(character: string, random: Random): string {
  for (;;) {
    const other = random.pick(CHARACTERS);
    if (other !== character) return other;
  }
}
