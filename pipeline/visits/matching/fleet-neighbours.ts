import { FURTHEST_LETTER, FURTHEST_NEIGHBOUR, LETTERS_COUNTED_ON, SHORTEST_COUNTED_ON } from './shared-numbers.ts';

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

/** Whether the other is one of them: mostly it is not, and none need be made. */
export function areFleetNeighbours(plate: string, other: string): boolean {
  if (plate.length !== other.length || plate === other) return false;
  // Of nearly all, more than one character is another, which is seen at once.
  let at = 0;
  while (plate[at] === other[at]) at++;
  for (let i = at + 1; i < plate.length; i++) if (plate[i] !== other[i]) return false;
  if (at !== countedOnAt(plate)) return false;
  const row = ROWS.find((symbols) => symbols.includes(plate[at]!) && symbols.includes(other[at]!));
  return row !== undefined && Math.abs(row.indexOf(plate[at]!) - row.indexOf(other[at]!)) <= FURTHEST_LETTER;
}

/** Whether the other may stand in one row with the plate: it is one of these, or of the next tens. */
export function mayStandInRow(plate: string, other: string): boolean {
  return areFleetNeighbours(plate, other) || areTensApart(plate, other);
}

function areTensApart(plate: string, other: string): boolean {
  const ones = countedOnAt(plate);
  const tens = ones - 1;
  if (plate.length !== other.length || tens < 0 || plate[tens] === other[tens]) return false;
  for (const at of [tens, ones]) if (!isDigit(plate[at]!) || !isDigit(other[at]!)) return false;
  if (plate.slice(0, tens) !== other.slice(0, tens) || plate.slice(ones + 1) !== other.slice(ones + 1)) return false;
  return Math.abs(Number(plate.slice(tens, ones + 1)) - Number(other.slice(tens, ones + 1))) <= FURTHEST_NEIGHBOUR;
}

function isDigit(character: string): boolean {
  return character >= '0' && character <= '9';
}

function countedOnAt(plate: string): number {
  if (plate.length < SHORTEST_COUNTED_ON) return -1;
  const digit = plate.search(LAST_DIGIT);
  return digit >= 0 && plate.length - 1 - digit >= LETTERS_COUNTED_ON ? plate.length - 1 : digit;
}

const ROWS = ['ABCDEFGHIJKLMNOPQRSTUVWXYZ', '0123456789'];
const LAST_DIGIT = /[0-9][^0-9]*$/;
