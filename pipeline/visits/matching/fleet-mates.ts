import { nearness, neighbourOf, shippedChannel } from './channel.ts';
import { chanceOf, type Prepared, type Text, textAt } from './prepared.ts';
import { FIRST_DIGIT, isDigit, LONGEST_PLATE } from './symbols.ts';

/**
 * How likely two vehicles of one fleet are read as these two evidences, in units of what two unrelated vehicles are.
 * Plates of companies follow each other, so near a plate there are far more vehicles than anywhere else: one that is
 * misread is easily taken for its neighbour.
 */
export function asFleetMates(a: Prepared, b: Prepared): number {
  let sum = misreadNeighbours(a, b) + misreadNeighbours(b, a);
  for (let i = 0; i <= a.candidates; i++) {
    for (let j = 0; j <= b.candidates; j++) {
      const [one, other] = [textAt(a, i), textAt(b, j)];
      const near = nearnessOf(one, other);
      if (near > 0) sum += (chanceOf(a, i) * chanceOf(b, j) * near) / Math.max(one.share, other.share);
    }
  }
  return sum;
}

/** The part in which `a` is a misread of a neighbour of a plate that `b` may have. */
function misreadNeighbours(a: Prepared, b: Prepared): number {
  let sum = 0;
  for (let j = 0; j <= b.candidates; j++) {
    const text = textAt(b, j);
    const { symbols, length } = text;
    const at = countedOnAt(text);
    if (length < SHORTEST || at < 0) continue;
    neighbours.set(symbols);
    neighbours[at] = neighbourOf(symbols[at]!);
    sum += chanceOf(b, j) * shippedChannel.misread(neighbours, length, a.text.symbols, a.text.length);
  }
  return (sum * a.misread) / a.share;
}

const SHORTEST = 4;
const neighbours = new Uint8Array(LONGEST_PLATE);

/**
 * Where plates are counted on: at the last digit, whatever letters follow; where three and more do, as in Britain, at the last of those, for
 * the digits are a year's. -1: there is no digit.
 */
function countedOnAt({ symbols, length }: Text): number {
  let at = length - 1;
  while (at >= 0 && !isDigit(symbols[at]!)) at--;
  return at >= 0 && length - 1 - at >= LETTERS_COUNTED_ON && symbols[length - 1]! < FIRST_DIGIT ? length - 1 : at;
}

const LETTERS_COUNTED_ON = 3;

/** How likely the one plate's neighbour in a fleet is the other. */
function nearnessOf(one: Text, other: Text): number {
  const { length } = one;
  if (length < SHORTEST || other.length !== length) return 0;
  const last = countedOnAt(one);
  if (last < 0 || isDigit(one.symbols[last]!) !== isDigit(other.symbols[last]!)) return 0;
  const before = isDigit(one.symbols[last]!) ? last - 1 : last;
  for (let i = 0; i < length; i++) if (one.symbols[i] !== other.symbols[i] && i !== last && i !== before) return 0;
  const ones = one.symbols[last]! - other.symbols[last]!;
  if (before < 0 || before === last || one.symbols[before] === other.symbols[before]) return nearness(ones);
  if (!(isDigit(one.symbols[before]!) && isDigit(other.symbols[before]!))) return 0;
  return nearness(10 * (one.symbols[before]! - other.symbols[before]!) + ones);
}
