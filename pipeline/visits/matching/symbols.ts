import { AFTER_LAST_DIGIT, FIRST_DIGIT, LONGEST_PLATE, SYMBOLS } from './shared-numbers.ts';

/**
 * Characters of plates as small numbers: letters, digits, the letters beyond A-Z that countries use, and the Cyrillic
 * ones that look like Latin ones. All others share what is left, so every text has symbols.
 */
const KNOWN = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789ÆØÅÄÖÜАВЕКМНОРСТУХІ';

export { AFTER_LAST_DIGIT, FIRST_DIGIT, LONGEST_PLATE, SYMBOLS };

/**
 * Characters that cameras take for each other. Each stands in one set, so that it has one look-alike class;
 * how likely it is that one is read as the other, the confusions say.
 */
const LOOK_ALIKE_CLASSES: readonly string[] = [
  '0ODQØÖО', '1IІ', '2Z', '5S', '8BВ', '6G', 'KHRMКНМ', 'FPEЕР', 'VYTU7ТУÜ', '4AÅÄÆА', 'CС', 'XХ',
];

const symbolOfCode = new Uint8Array(65_536);
for (let code = 0; code < symbolOfCode.length; code++) symbolOfCode[code] = KNOWN.length + (code % (SYMBOLS - KNOWN.length));
for (let i = 0; i < KNOWN.length; i++) symbolOfCode[KNOWN.charCodeAt(i)] = i;

/** Look-alike class of each symbol: the symbol of the class's first character. */
export const classOfSymbol = Uint8Array.from({ length: SYMBOLS }, (_, symbol) => symbol);
for (const alike of LOOK_ALIKE_CLASSES) for (const character of alike) classOfSymbol[symbolOf(character)] = symbolOf(alike);

/** Symbol of the text's first character. */
export function symbolOf(character: string): number {
  return symbolOfCode[character.charCodeAt(0)]!;
}

/** The character of a symbol; empty for one that several characters share. */
export function characterOf(symbol: number): string {
  return KNOWN.charAt(symbol);
}

export function isDigit(symbol: number): boolean {
  return symbol >= FIRST_DIGIT && symbol < AFTER_LAST_DIGIT;
}

/** Puts the plate's symbols into `into`, from `at` on. @returns how many: at most `LONGEST_PLATE` */
export function writeSymbols(plate: string, into: Uint8Array, at = 0): number {
  const length = Math.min(plate.length, LONGEST_PLATE);
  for (let i = 0; i < length; i++) into[at + i] = symbolOfCode[plate.charCodeAt(i)]!;
  return length;
}

/** As `writeSymbols`, but look-alikes are the same symbol. */
export function writeClasses(plate: string, into: Uint8Array, at = 0): number {
  const length = Math.min(plate.length, LONGEST_PLATE);
  for (let i = 0; i < length; i++) into[at + i] = classOfSymbol[symbolOfCode[plate.charCodeAt(i)]!]!;
  return length;
}
