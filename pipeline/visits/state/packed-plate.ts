import { garageState, stateBytes, stateWords } from './task-memory.ts';
import { LONG, PLATE_BYTES } from './trace-numbers.ts';

/**
 * The plate that was asked for last, as numbers where `wasm/` looks for it: its length and its letters, a byte each, and 0 behind them.
 * Plates are held against each other, and hashed, many letters at a time; and of one read the plate is asked for several times: at its
 * lane, among those of the live stays, and to be added to both.
 */
const ASKED = garageState.askedAt();
const ASKED_WORD = ASKED / 4;
const PLATE_WORDS = PLATE_BYTES / 4;
let packedText = '';

/** Packs a plate, unless it is packed. Of one that is too long, or of letters that no byte can say, it is told that it is LONG. */
export function packPlate(plate: string): void {
  if (plate === packedText) return;
  packedText = plate;
  const words = stateWords();
  const bytes = stateBytes();
  clear(words);
  const { length } = plate;
  let codes = length < PLATE_BYTES ? 0 : TOO_MUCH;
  for (let i = 0; i < length && codes < TOO_MUCH; i++) {
    const code = plate.charCodeAt(i);
    bytes[ASKED + 1 + i] = code;
    codes |= code;
  }
  if (codes >= TOO_MUCH) clear(words);
  bytes[ASKED] = codes < TOO_MUCH ? length : LONG;
}

/** The same of one that stands packed in those words, from `at` on: of a read that was decoded just now (`foundOf`). */
export function takePacked(plate: string, found: Int32Array, at: number): void {
  if (plate === packedText) return;
  packedText = plate;
  const words = stateWords();
  for (let i = 0; i < PLATE_WORDS; i++) words[ASKED_WORD + i] = found[at + i]!;
}

/** Of what is packed: nothing but that is told of it. */
export function isPackedLong(): boolean {
  return stateBytes()[ASKED] === LONG;
}

function clear(words: Int32Array): void {
  for (let i = 0; i < PLATE_WORDS; i++) words[ASKED_WORD + i] = 0;
}

/** For a byte. */
const TOO_MUCH = 0x100;

/** A country as a number: its length, then its letters, a byte each; ODD: it has more, or others. */
export function countryWord(country: string): number {
  if (country === lastCountry) return lastWord;
  lastCountry = country;
  let word = country.length;
  let codes = 0;
  for (let i = 0; i < country.length && i < MOST_LETTERS; i++) {
    const code = country.charCodeAt(i);
    codes |= code;
    word |= code << (8 * (i + 1));
  }
  return (lastWord = country.length > MOST_LETTERS || codes > LAST_OF_A_BYTE ? ODD : word);
}

/** What was asked for last. */
let lastCountry = '';
let lastWord = 0;
const ODD = 0xff;
const MOST_LETTERS = 3;
const LAST_OF_A_BYTE = 0xff;

/** Of what is packed, with its country: a record has no room for it. */
export function isPackedOdd(country: number): boolean {
  return country === ODD || isPackedLong();
}
