import { randomFor } from './random.ts';

/**
 * The register: the nth vehicle's plate. Any run of 810,000 numbers gives plates that differ, and a larger one too
 * as long as it lies above 810,000 (up to 35 million): electric plates run out, as they would.
 */

export interface Plate {
  readonly country: string;
  readonly plate: string;
}

/** Vehicles numbered n to n+7, n divisible by 8, may be a company's fleet: plates that follow each other. */
export const FLEET_SIZE = 8;

/** Plate of vehicle number `vehicle` (from 0) of the register. */
export function plateOf(vehicle: number): Plate {
  const firstOfFleet = vehicle - (vehicle % FLEET_SIZE);
  if (isCompanyFleet(firstOfFleet)) {
    return { country: 'NO', plate: companyPlate(firstOfFleet / FLEET_SIZE, vehicle % FLEET_SIZE) };
  }
  const draw = randomFor('register', vehicle).next();
  if (draw < 0.28 && vehicle < ELECTRIC_PLATES) {
    return { country: 'NO', plate: twoLettersFiveDigits(ELECTRIC, scatter(vehicle, ELECTRIC_PLATES)) };
  }
  if (draw < 0.34 && vehicle === firstOfFleet) {
    return { country: 'NO', plate: personalised(vehicle / FLEET_SIZE) };
  }
  if (draw < 0.34) return { country: 'SE', plate: swedish(vehicle) };
  if (draw < 0.36) {
    return { country: 'DK', plate: twoLettersFiveDigits(DANISH, scatter(vehicle, DANISH.length * 90_000)) };
  }
  return { country: 'NO', plate: twoLettersFiveDigits(ORDINARY, scatter(vehicle, ORDINARY.length * 90_000)) };
}

/** True if the FLEET_SIZE vehicles from this number on have plates that follow each other. */
export function isCompanyFleet(firstOfFleet: number): boolean {
  return randomFor('fleet', firstOfFleet).chance(0.06);
}

/** Letters of Norwegian plates: none of G I M O Q W. */
const LETTERS = 'ABCDEFHJKLNPRSTUVXYZ';
const ELECTRIC = ['EL', 'EK', 'EV', 'EB', 'EC', 'ED', 'EE', 'EF', 'EH'];
/** Kept for company fleets, so that a run of neighbours never meets somebody else's plate. */
const COMPANY = pairs(LETTERS).filter((pair) => pair.startsWith('V'));
const ORDINARY = pairs(LETTERS).filter((pair) => !ELECTRIC.includes(pair) && !COMPANY.includes(pair));
const DANISH = pairs('ABCDEHJKLNPRSTVXYZ');
const ELECTRIC_PLATES = ELECTRIC.length * 90_000;

function pairs(letters: string): string[] {
  return [...letters].flatMap((first) => [...letters].map((second) => first + second));
}

/** One-to-one within any run of `space` numbers, for it multiplies by a large prime. */
export function scatter(vehicle: number, space: number): number {
  return ((vehicle % space) * 15_485_863) % space;
}

function twoLettersFiveDigits(prefixes: readonly string[], serial: number): string {
  return prefixes[Math.floor(serial / 90_000) % prefixes.length]! + (10_000 + (serial % 90_000));
}

function companyPlate(company: number, car: number): string {
  const runs = 9000 * COMPANY.length;
  const run = scatter(company, runs);
  return COMPANY[Math.floor(run / 9000)]! + (10_000 + (run % 9000) * 10 + car);
}

/** One to three syllables, two to six letters. */
function personalised(owner: number): string {
  const consonants = 'BDFHJKLNPRSTVX';
  const vowels = 'AEUY';
  const syllables = consonants.length * vowels.length;
  let rest = scatter(owner, syllables ** 3);
  let word = '';
  do {
    const syllable = rest % syllables;
    word += consonants[syllable % consonants.length]! + vowels[Math.floor(syllable / consonants.length)]!;
    rest = Math.floor(rest / syllables);
  } while (rest > 0);
  return word;
}

function swedish(vehicle: number): string {
  const letters = 'ABCDEFGHJKLMNOPRSTUWXYZ';
  const base = letters.length;
  const serial = scatter(vehicle, base ** 3 * 900);
  const word = Math.floor(serial / 900);
  return letters[Math.floor(word / base ** 2)]! + letters[Math.floor(word / base) % base]! + letters[word % base]! +
    (100 + (serial % 900));
}
