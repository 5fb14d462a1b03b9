import { FURTHEST_LETTER } from './shared-numbers.ts';

/**
 * The plates near one in a row of consecutive ones, as a company's are: all that differ in nothing but the character they are counted on by
 * (`wasm/fleet-mates.as.ts`): the last digit, or the last letter where three and more stand at the end.
 */
export function fleetNeighbours(plate: string): string[] {
  const at = countedOnAt(plate);
  const row = at < 0 ? undefined : ROWS.find((symbols) => symbols.includes(plate[at]!));
  if (row === undefined) return [];
  const place = row.indexOf(plate[at]!);
  const near = row.slice(Math.max(0, place - FURTHEST_LETTER), place + FURTHEST_LETTER + 1);
  return [...near].filter((symbol) => symbol !== plate[at]).map((symbol) => plate.slice(0, at) + symbol + plate.slice(at + 1));
}

function countedOnAt(plate: string): number {
  if (plate.length < SHORTEST) return -1;
  const digit = plate.search(LAST_DIGIT);
  return digit >= 0 && plate.length - 1 - digit >= LETTERS_COUNTED_ON ? plate.length - 1 : digit;
}

const ROWS = ['ABCDEFGHIJKLMNOPQRSTUVWXYZ', '0123456789'];
const SHORTEST = 4;
const LETTERS_COUNTED_ON = 3;
const LAST_DIGIT = /[0-9][^0-9]*$/;
