import { shippedChannel } from './channel.ts';
import { AFTER_LAST_DIGIT, FIRST_DIGIT, LONGEST_PLATE, SYMBOLS, symbolOf } from './symbols.ts';

/**
 * How common a plate is, before it is read. Most here are two letters and five digits, but every text has its share:
 * personalised and foreign plates are plates as well. Only orders of magnitude matter.
 */

/** Share of vehicles with two letters and five digits; and of those, with the letters of an electric one. */
const ORDINARY = 0.65;
const ELECTRIC = 0.28;
const ELECTRIC_SECOND = 'LKVBCDEFH';
/** Three letters and three digits, as in Sweden, Finland and Lithuania. */
const NEIGHBOURS = 0.06;
const ANY_FORM = 1 - ORDINARY - NEIGHBOURS;

/** In plates of any form: chances that the first is a letter, that a letter follows a letter, a digit a digit. */
const LETTER_FIRST = 0.85;
const LETTER_AGAIN = 0.6;
const DIGIT_AGAIN = 0.88;
const LETTERS = 23;
const DIGITS = 10;
/** Of Norwegian plates. */
const LETTERS_USED = 20;
const lengthShare = Float64Array.from([0, 0.002, 0.01, 0.02, 0.04, 0.1, 0.26, 0.4, 0.14, 0.02]);
const LONG_SHARE = 0.001;

/** Shares of misreads that lost so much of an end. */
const END_LOST = 0.07;
const TWO_LOST = 0.02;
/** Misreads stay within the forms of plates about so often. */
const FORM_KEPT = 0.6;

const NEVER = new Float64Array(SYMBOLS);
const E = symbolOf('E');
const isElectricSecond = new Uint8Array(SYMBOLS);
for (const letter of ELECTRIC_SECOND) isElectricSecond[symbolOf(letter)] = 1;

/** P(a vehicle has this plate). Symbols. */
export function sharePlate(plate: Uint8Array, length: number): number {
  let share = ANY_FORM * anyForm(plate, length);
  if (length === 7) share += ORDINARY * ordinary(plate, 0, 7, NEVER);
  else if (length === 6) share += NEIGHBOURS * lettersThenDigits(plate, 3, 6);
  return share;
}

/** P(a misread vehicle is read as this). */
export function shareMisread(read: Uint8Array, length: number): number {
  const { fromOtherKind } = shippedChannel;
  let share = FORM_KEPT * sharePlate(read, length);
  if (length === 7) share += ORDINARY * ordinary(read, 0, 7, fromOtherKind);
  else if (length === 6) {
    share += ORDINARY * END_LOST * (ordinary(read, 0, 6, fromOtherKind) + ordinary(read, 1, 6, fromOtherKind));
  } else if (length === 5) {
    share += ORDINARY * TWO_LOST * (ordinary(read, 0, 5, fromOtherKind) + ordinary(read, 2, 5, fromOtherKind));
  }
  return share;
}

/** Two letters and five digits, from the `skipped`th of them on, where others come instead with the chances of `other`. */
function ordinary(text: Uint8Array, skipped: number, length: number, other: Float64Array): number {
  let share = 1;
  for (let i = 0; i < length; i++) {
    const symbol = text[i]!;
    const digit = symbol >= FIRST_DIGIT && symbol < AFTER_LAST_DIGIT;
    const wantsDigit = i + skipped >= 2;
    share *= digit !== wantsDigit ? other[symbol]! : wantsDigit ? 1 / DIGITS : 1 / LETTERS_USED;
  }
  if (skipped === 0 && text[0] === E && isElectricSecond[text[1]!] === 1) return share * (ELECTRIC / 9) * LETTERS_USED ** 2;
  return share * (1 - ELECTRIC);
}

function lettersThenDigits(text: Uint8Array, letters: number, length: number): number {
  for (let i = 0; i < length; i++) {
    const symbol = text[i]!;
    if ((symbol >= FIRST_DIGIT && symbol < AFTER_LAST_DIGIT) !== i >= letters) return 0;
  }
  return LETTERS ** -letters * DIGITS ** (letters - length);
}

function anyForm(text: Uint8Array, length: number): number {
  let share = length < lengthShare.length ? lengthShare[length]! : LONG_SHARE;
  let digitBefore = false;
  for (let i = 0; i < length && i < LONGEST_PLATE; i++) {
    const symbol = text[i]!;
    const digit = symbol >= FIRST_DIGIT && symbol < AFTER_LAST_DIGIT;
    const chanceOfDigit = i === 0 ? 1 - LETTER_FIRST : digitBefore ? DIGIT_AGAIN : 1 - LETTER_AGAIN;
    share *= digit ? chanceOfDigit / DIGITS : (1 - chanceOfDigit) / LETTERS;
    digitBefore = digit;
  }
  return share;
}
