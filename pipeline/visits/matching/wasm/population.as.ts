import { LONGEST_PLATE } from '../shared-numbers';
import { Channel } from './channel.as';
import { isDigit, symbolAt } from './symbols.as';

/**
 * How common a plate is, before it is read. Most here are two letters and five digits, but every text has its share:
 * personalised and foreign plates are plates as well. Only orders of magnitude matter.
 */

/** Share of vehicles with two letters and five digits; and of those, with the letters of an electric one. */
const ORDINARY: f64 = 0.65;
const ELECTRIC: f64 = 0.28;
/** Symbols of E and, as bits, of B, C, D, E, F, H, K, L and V, one of which stands behind it. */
const E: i32 = 4;
const ELECTRIC_SECOND: u64 = 1 << 1 | 1 << 2 | 1 << 3 | 1 << 4 | 1 << 5 | 1 << 7 | 1 << 10 | 1 << 11 | 1 << 21;
/** Three letters and three digits, as in Sweden, Finland and Lithuania. */
const NEIGHBOURS: f64 = 0.06;
const ANY_FORM: f64 = 1 - ORDINARY - NEIGHBOURS;

/** In plates of any form: chances that the first is a letter, that a letter follows a letter, a digit a digit. */
const LETTER_FIRST: f64 = 0.85;
const LETTER_AGAIN: f64 = 0.6;
const DIGIT_AGAIN: f64 = 0.88;
/** That are used on plates of any form, so many of each. */
export const LETTERS: f64 = 23;
export const DIGITS: f64 = 10;
/** Of Norwegian plates. */
const LETTERS_USED: f64 = 20;
const lengthShares: usize = memory.data<f64>([0, 0.002, 0.01, 0.02, 0.04, 0.1, 0.26, 0.4, 0.14, 0.02]);
const LENGTH_SHARES: i32 = 10;
const LONG_SHARE: f64 = 0.001;

/** Shares of misreads that lost so much of an end. */
const END_LOST: f64 = 0.07;
const TWO_LOST: f64 = 0.02;
/** Misreads stay within the forms of plates about so often. */
const FORM_KEPT: f64 = 0.6;

/** P(a vehicle has this plate). */
export function sharePlate(plate: usize, length: i32): f64 {
  let share = ANY_FORM * anyForm(plate, length);
  if (length == 7) share += ORDINARY * ordinary(null, plate, 0, 7);
  else if (length == 6) share += NEIGHBOURS * threeLettersThreeDigits(plate);
  return share;
}

/** P(a misread vehicle is read as this). @param share P(a vehicle has it) */
export function shareMisread(channel: Channel, read: usize, length: i32, share: f64): f64 {
  share *= FORM_KEPT;
  if (length == 7) share += ORDINARY * ordinary(channel, read, 0, 7);
  else if (length == 6) share += ORDINARY * END_LOST * (ordinary(channel, read, 0, 6) + ordinary(channel, read, 1, 6));
  else if (length == 5) share += ORDINARY * TWO_LOST * (ordinary(channel, read, 0, 5) + ordinary(channel, read, 2, 5));
  return share;
}

/** Two letters and five digits, from the `skipped`th of them on. @param channel by which others come instead; null: none do */
function ordinary(channel: Channel | null, text: usize, skipped: i32, length: i32): f64 {
  let share: f64 = 1;
  for (let i = 0; i < length; i++) {
    const symbol = symbolAt(text, i);
    const wantsDigit = i + skipped >= 2;
    if (isDigit(symbol) == wantsDigit) share *= wantsDigit ? 1 / DIGITS : 1 / LETTERS_USED;
    else if (channel === null) return 0;
    else share *= channel.fromOtherKind(symbol);
  }
  if (skipped == 0 && symbolAt(text, 0) == E && isElectricSecond(symbolAt(text, 1))) {
    return share * (ELECTRIC / 9) * (LETTERS_USED * LETTERS_USED);
  }
  return share * (1 - ELECTRIC);
}

function isElectricSecond(symbol: i32): bool {
  return (ELECTRIC_SECOND >> u64(symbol) & 1) != 0;
}

function threeLettersThreeDigits(text: usize): f64 {
  for (let i = 0; i < 6; i++) if (isDigit(symbolAt(text, i)) != i >= 3) return 0;
  return 1 / (LETTERS * LETTERS * LETTERS) * (1 / (DIGITS * DIGITS * DIGITS));
}

function anyForm(text: usize, length: i32): f64 {
  let share = length < LENGTH_SHARES ? load<f64>(lengthShares + (usize(length) << 3)) : LONG_SHARE;
  let digit = (1 - LETTER_FIRST) / DIGITS;
  let letter = (1 - (1 - LETTER_FIRST)) / LETTERS;
  for (let i = 0; i < length && i < LONGEST_PLATE; i++) {
    const isOne = isDigit(symbolAt(text, i));
    share *= isOne ? digit : letter;
    digit = (isOne ? DIGIT_AGAIN : 1 - LETTER_AGAIN) / DIGITS;
    letter = (1 - (isOne ? DIGIT_AGAIN : 1 - LETTER_AGAIN)) / LETTERS;
  }
  return share;
}
