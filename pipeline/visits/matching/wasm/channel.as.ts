import { FURTHEST_NEIGHBOUR, LONGEST_PLATE, SYMBOLS } from '../shared-numbers';
import { symbolAt } from './symbols.as';

/** What `../channel.ts` knows of misreads, in numbers; it lays them down in this order. */
@unmanaged
export class Channel {
  readonly swapped: f64;
  readonly lostInside: f64;
  readonly addedInside: f64;
  readonly addedFirst: f64;
  readonly addedLast: f64;
  readonly atLeastOne: f64;
  /** Of misreads of one character, those by which each like it in the plate would be misread too. */
  readonly alikeAgain: f64;

  /** Odds that so many characters are lost at the beginning. */
  @inline
  lostFirst(characters: i32): f64 {
    return load<f64>(changetype<usize>(this) + (usize(characters) << 3), LOST_FIRST);
  }

  @inline
  lostLast(characters: i32): f64 {
    return load<f64>(changetype<usize>(this) + (usize(characters) << 3), LOST_LAST);
  }

  /** Of what is added, how much is that symbol. */
  @inline
  addition(symbol: i32): f64 {
    return load<f64>(changetype<usize>(this) + (usize(symbol) << 3), ADDITION);
  }

  @inline
  fromOtherKind(symbol: i32): f64 {
    return load<f64>(changetype<usize>(this) + (usize(symbol) << 3), FROM_OTHER_KIND);
  }

  /** How likely a fleet's plate is so many numbers further than another one's. */
  @inline
  nearness(numbers: i32): f64 {
    const apart = abs(numbers);
    return apart <= FURTHEST_NEIGHBOUR ? load<f64>(changetype<usize>(this) + (usize(apart) << 3), NEARNESS) : 0;
  }

  /** Where the odds stand that a plate's symbol is read as each, 1 for itself: see `oddsAt`. */
  @inline
  oddsOf(plateSymbol: i32): usize {
    return changetype<usize>(this) + (usize(plateSymbol * SYMBOLS) << 3);
  }
}

// @ts-ignore: decorator
@inline
function oddsAt(oddsOf: usize, readSymbol: i32): f64 {
  return load<f64>(oddsOf + (usize(readSymbol) << 3), ODDS);
}

/** A symbol for a plate only: a letter or digit other than this one, the likelier the nearer. */
// @ts-ignore: decorator
@inline
export function neighbourOf(symbol: i32): i32 {
  return SYMBOLS + symbol;
}

const LONGEST_LOSS: i32 = 5;
const LOST_FIRST: usize = 7 * 8;
const LOST_LAST: usize = LOST_FIRST + 6 * 8;
const ADDITION: usize = LOST_LAST + 6 * 8;
const FROM_OTHER_KIND: usize = ADDITION + 64 * 8;
const NEARNESS: usize = FROM_OTHER_KIND + 64 * 8;
const ODDS: usize = NEARNESS + 31 * 8;
/** Of each symbol, and of neighbours of letters and digits. */
export const CHANNEL_BYTES: usize = ODDS + (64 + 36) * 64 * 8;

/** Texts further apart in length are not compared. */
const MOST_LENGTHS_APART: i32 = 5;
const NEGLIGIBLE: f64 = 1e-10;
/** Two sums of cells side by side, in the row at hand and the two before it. */
const WIDTH: usize = usize(LONGEST_PLATE + 2) << 4;
const rows: usize = memory.data(3 * (16 + 2) * 16, 16);
const additions: usize = memory.data(16 * 16, 16);

/**
 * The probabilities, summed over all ways of editing, that two misread plates are read as these other texts: of two that are compared
 * either may be the truth, and side by side both take as long as one. Both plates are of one length, and both texts. Zero
 * where it is negligible.
 */
export function misreadBoth(
  channel: Channel, plate: usize, read: usize, otherPlate: usize, otherRead: usize, plateLength: i32, readLength: i32,
): v128 {
  const longer = plateLength - readLength;
  if (longer > MOST_LENGTHS_APART || longer < -MOST_LENGTHS_APART) return f64x2.splat(0);
  // Paths stray from the diagonal by the difference in length and two more.
  const below = max(longer, 0) + 2;
  const above = max(-longer, 0) + 2;
  let before = rows;
  let row = rows + WIDTH;
  let twoBefore = row + WIDTH;

  const addedFirst = f64x2.splat(channel.addedFirst);
  let left = f64x2.splat(1);
  v128.store(before, left);
  for (let j = 0; j < readLength; j++) {
    const addition = both(channel.addition(symbolAt(read, j)), channel.addition(symbolAt(otherRead, j)));
    v128.store(additions + (usize(j) << 4), addition);
    left = j < above ? f64x2.mul(f64x2.mul(left, addedFirst), addition) : f64x2.splat(0);
    v128.store(before + (usize(j + 1) << 4), left);
  }

  const lostInside = f64x2.splat(channel.lostInside);
  const addedInside = f64x2.splat(channel.addedInside);
  const readSymbols = v128.load(read);
  const otherReadSymbols = v128.load(otherRead);
  let sum = f64x2.splat(0);
  /** Of which there is more than what is negligible: all bits, or none. */
  let going = i64x2.splat(-1);
  for (let i = 1; i <= plateLength; i++) {
    const from = symbolAt(plate, i - 1);
    const otherFrom = symbolAt(otherPlate, i - 1);
    const odds = channel.oddsOf(from);
    const otherOdds = channel.oddsOf(otherFrom);
    const swaps = i == 1 ? 0 : swapsOf(readSymbols, symbolAt(plate, i - 2), from);
    const otherSwaps = i == 1 ? 0 : swapsOf(otherReadSymbols, symbolAt(otherPlate, i - 2), otherFrom);
    const first = max(i - below, 1);
    const last = min(i + above, readLength);
    const added = i == plateLength ? f64x2.splat(channel.addedLast) : addedInside;
    left = f64x2.splat(first > 1 || i > LONGEST_LOSS ? 0 : channel.lostFirst(i));
    v128.store(row + (usize(first - 1) << 4), left);
    let best = left;
    let diagonal = v128.load(before + (usize(first - 1) << 4));
    for (let j = first; j <= last; j++) {
      const at = usize(j) << 4;
      const addition = f64x2.mul(f64x2.mul(left, added), v128.load(additions + at - 16));
      const substitution = both(oddsAt(odds, symbolAt(read, j - 1)), oddsAt(otherOdds, symbolAt(otherRead, j - 1)));
      let cell = f64x2.add(f64x2.mul(diagonal, substitution), addition);
      diagonal = v128.load(before + at);
      cell = f64x2.add(cell, f64x2.mul(diagonal, lostInside));
      if ((swaps | otherSwaps) >> j & 1 && j > first) {
        const swap = f64x2.mul(v128.load(twoBefore + at - 32), f64x2.splat(channel.swapped));
        const isSwap = i64x2.replace_lane(i64x2.splat(-i64(swaps >> j & 1)), 1, -i64(otherSwaps >> j & 1));
        cell = f64x2.add(cell, v128.and(swap, isSwap));
      }
      v128.store(row + at, cell);
      best = f64x2.pmax(best, cell);
      left = cell;
    }
    // Nothing comes from above the band.
    v128.store(row + (usize(last + 1) << 4), f64x2.splat(0));
    const rest = plateLength - i;
    if (last == readLength && first <= readLength + i32(rest == 0) && rest <= LONGEST_LOSS) {
      const end = rest == 0 ? left : f64x2.mul(left, f64x2.splat(channel.lostLast(rest)));
      sum = f64x2.add(sum, v128.and(end, going));
    }
    going = v128.and(going, f64x2.ge(best, f64x2.splat(NEGLIGIBLE)));
    if (!v128.any_true(going)) break;
    const free = twoBefore;
    twoBefore = before;
    before = row;
    row = free;
  }
  if (plateLength == readLength) {
    sum = f64x2.add(sum, both(alikeAgain(channel, plate, read, readLength), alikeAgain(channel, otherPlate, otherRead, readLength)));
    // Without any edit it would be no misread.
    if (areSame(plate, read, readLength)) sum = f64x2.replace_lane(sum, 0, max(0, f64x2.extract_lane(sum, 0) - 1));
    if (areSame(otherPlate, otherRead, readLength)) sum = f64x2.replace_lane(sum, 1, max(0, f64x2.extract_lane(sum, 1) - 1));
  }
  return f64x2.div(sum, f64x2.splat(channel.atLeastOne));
}

/** Where the text has these two characters the other way round, as bits: that of the one that stands first, less one place. */
// @ts-ignore: decorator
@inline
function swapsOf(text: v128, one: i32, next: i32): i32 {
  if (one == next) return 0;
  const isNext = i8x16.bitmask(i8x16.eq(text, i8x16.splat(<i8>next)));
  const isOne = i8x16.bitmask(i8x16.eq(text, i8x16.splat(<i8>one)));
  // Places are counted from one: the text's first character is bit 1.
  return (isOne << 1) & (isNext << 2);
}

// @ts-ignore: decorator
@inline
function both(one: f64, other: f64): v128 {
  return f64x2.replace_lane(f64x2.splat(one), 1, other);
}

/** Beyond what each by itself comes to: a camera that takes one character for another takes all of its kind in the plate for it. */
function alikeAgain(channel: Channel, plate: usize, read: usize, length: i32): f64 {
  let at = 0;
  while (at < length && symbolAt(plate, at) == symbolAt(read, at)) at++;
  if (at == length) return 0;
  const from = symbolAt(plate, at);
  const to = symbolAt(read, at);
  let times = 0;
  for (let i = 0; i < length; i++) {
    const symbol = symbolAt(plate, i);
    if (symbol == from) times++;
    if (symbolAt(read, i) != (symbol == from ? to : symbol)) return 0;
  }
  return times < 2 ? 0 : channel.alikeAgain * oddsAt(channel.oddsOf(from), to);
}

function areSame(plate: usize, read: usize, length: i32): bool {
  for (let i = 0; i < length; i++) if (symbolAt(plate, i) != symbolAt(read, i)) return false;
  return true;
}
