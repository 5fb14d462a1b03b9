import { nearness, neighbourOf, shippedChannel } from './channel.ts';
import type { Text } from './prepared.ts';
import { FIRST_DIGIT, isDigit, LONGEST_PLATE } from './symbols.ts';

/**
 * How likely two vehicles of one fleet are read as these two texts, in units of what two unrelated vehicles are: plates
 * of companies follow each other, so a neighbour's plate is far commoner near a plate than anywhere.
 *
 * @param misreads how likely either text is wrong
 */
export function fleetMates(a: Text, b: Text, misreads: number): number {
  if (a.length < SHORTEST || b.length < SHORTEST) return 0;
  if (a.length !== b.length) {
    const [longer, shorter] = a.length > b.length ? [a, b] : [b, a];
    return (misreads * neighboursReadAs(longer, shorter)) / shorter.share;
  }
  return bothAsLong(a, b, misreads) / Math.max(a.share, b.share);
}

const SHORTEST = 4;
const neighbours = new Uint8Array(LONGEST_PLATE);

/** P(a misread fleet neighbour of the plate is read so). */
function neighboursReadAs(plate: Text, read: Text): number {
  const last = plate.symbols[plate.length - 1]!;
  if (!isDigit(last)) return 0;
  neighbours.set(plate.symbols);
  neighbours[plate.length - 1] = neighbourOf(last - FIRST_DIGIT);
  return shippedChannel.misread(neighbours, plate.length, read.symbols, read.length);
}

function bothAsLong(a: Text, b: Text, misreads: number): number {
  const ones = a.length - 1;
  const tens = ones - 1;
  const before = alike(a, b, tens, misreads);
  if (before === 0) return 0;
  const [tensA, onesA, tensB, onesB] = [a.symbols[tens]!, a.symbols[ones]!, b.symbols[tens]!, b.symbols[ones]!];
  const areNumbers = isDigit(tensA) && isDigit(onesA) && isDigit(tensB) && isDigit(onesB);
  const further = 10 * (tensA - tensB) + onesA - onesB;
  if (areNumbers && further !== 0) return before * nearness(further);
  // A neighbour read as the very same, or with a letter for its last digit.
  const last = (digit: number, read: number): number =>
    isDigit(digit) ? shippedChannel.odds(neighbourOf(digit - FIRST_DIGIT), read) : 0;
  return alike(a, b, ones, misreads) * misreads * Math.max(last(onesA, onesB), last(onesB, onesA));
}

/** Chance that the first `length` characters of one plate were read as those of both. */
function alike(a: Text, b: Text, length: number, misreads: number): number {
  let chance = 1;
  for (let i = 0; i < length && chance > NEGLIGIBLE; i++) {
    const [from, to] = [a.symbols[i]!, b.symbols[i]!];
    if (from !== to) chance *= misreads * (shippedChannel.odds(from, to) + shippedChannel.odds(to, from));
  }
  return chance > NEGLIGIBLE ? chance : 0;
}

const NEGLIGIBLE = 1e-7;
