import { FIRST_DIGIT, FURTHEST_LETTER, LETTERS_COUNTED_ON, SHORTEST_COUNTED_ON } from '../shared-numbers';
import { Channel, neighbourOf } from './channel.as';
import { ask, chanceTold, tell } from './misreads.as';
import { Prepared, Text } from './prepared.as';
import { isDigit, symbolAt } from './symbols.as';

/**
 * How likely two vehicles of one fleet are read as these two evidences, in units of what two unrelated vehicles are.
 * Plates of companies follow each other, so near a plate there are far more vehicles than anywhere else: one that is
 * misread is easily taken for its neighbour.
 */
export function asFleetMates(channel: Channel, a: Prepared, b: Prepared): f64 {
  const ofB = askNeighbours(b, a, neighbours);
  askNeighbours(a, b, neighbours + (usize(ofB) << 4));
  tell(channel);
  let sum = misreadNeighbours(a, b, 0) + misreadNeighbours(b, a, ofB);
  for (let i = 0; i <= a.candidates; i++) {
    for (let j = 0; j <= b.candidates; j++) {
      const one = a.text(i);
      const other = b.text(j);
      const near = nearnessOf(channel, one, other);
      if (near > 0) sum += (a.chanceOf(i) * b.chanceOf(j) * near) / max(one.share, other.share);
    }
  }
  return sum;
}

/** Plates of which the character they are counted on by is any near the true one. */
const neighbours: usize = memory.data(12 * 16, 16);

/** As what neighbours of the evidence's plates may be read. @returns how many have neighbours */
function askNeighbours(evidence: Prepared, read: Prepared, into: usize): i32 {
  let asked = 0;
  for (let i = 0; i <= evidence.candidates; i++) {
    const text = evidence.text(i);
    const at = countedOnAt(text);
    if (at < 0) continue;
    const neighbour = into + (usize(asked++) << 4);
    v128.store(neighbour, v128.load(text.symbols));
    store<u8>(neighbour + usize(at), neighbourOf(symbolAt(text.symbols, at)));
    ask(neighbour, text.length, read.text(0));
  }
  return asked;
}

/** The part in which `a` is a misread of a neighbour of a plate that `b` may have. @param told the number of the first of their chances */
function misreadNeighbours(a: Prepared, b: Prepared, told: i32): f64 {
  let sum: f64 = 0;
  for (let j = 0; j <= b.candidates; j++) {
    if (countedOnAt(b.text(j)) >= 0) sum += b.chanceOf(j) * chanceTold(told++);
  }
  return (sum * a.misread) / a.share;
}

/**
 * Where plates are counted on: at the last digit, whatever letters follow; where three and more do, as in Britain, at the last of those, for
 * the digits are a year's. -1: there is no digit, or it is too short.
 */
function countedOnAt(text: Text): i32 {
  const length = text.length;
  if (length < SHORTEST_COUNTED_ON) return -1;
  let at = length - 1;
  while (at >= 0 && !isDigit(symbolAt(text.symbols, at))) at--;
  return at >= 0 && length - 1 - at >= LETTERS_COUNTED_ON && symbolAt(text.symbols, length - 1) < FIRST_DIGIT ? length - 1 : at;
}

/** How likely the one plate's neighbour in a fleet is the other. */
function nearnessOf(channel: Channel, one: Text, other: Text): f64 {
  const length = one.length;
  if (other.length != length) return 0;
  const last = countedOnAt(one);
  if (last < 0 || isDigit(symbolAt(one.symbols, last)) != isDigit(symbolAt(other.symbols, last))) return 0;
  const before = isDigit(symbolAt(one.symbols, last)) ? last - 1 : last;
  for (let i = 0; i < length; i++) {
    if (symbolAt(one.symbols, i) != symbolAt(other.symbols, i) && i != last && i != before) return 0;
  }
  const ones = symbolAt(one.symbols, last) - symbolAt(other.symbols, last);
  if (before == last && abs(ones) > FURTHEST_LETTER) return 0;
  if (before < 0 || before == last) return channel.nearness(ones);
  const digit = symbolAt(one.symbols, before);
  const otherDigit = symbolAt(other.symbols, before);
  if (digit == otherDigit) return channel.nearness(ones);
  if (!(isDigit(digit) && isDigit(otherDigit))) return 0;
  return channel.nearness(10 * (digit - otherDigit) + ones);
}
