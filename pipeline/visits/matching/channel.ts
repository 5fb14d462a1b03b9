import { shippedConfusions, type Confusions } from './confusions.ts';
import { evidenceModule, memoryNumbers, NUMBER_BYTES, useMemory } from './evidence-module.ts';
import { FURTHEST_LETTER, FURTHEST_NEIGHBOUR } from './shared-numbers.ts';
import { AFTER_LAST_DIGIT, characterOf, isDigit, SYMBOLS, symbolOf } from './symbols.ts';
import type { Text } from './text.ts';

/**
 * The misreading camera as a channel: how likely it is that a plate, given that it is misread, comes out as a certain
 * other text. Single edits at rates learned from counts, several edits ever less likely, none impossible.
 *
 * Its numbers stand in the memory of `wasm/evidence.wasm.ts`, for good; `wasm/channel.as.ts` sums over the ways of editing.
 */
export class Channel {
  readonly at = evidenceModule.makeChannel();
  private readonly oddsAt: number;

  constructor(learned: Confusions) {
    const odds = editOdds(learned);
    const readAs = oddsOfSymbols(learned, odds.substituted);
    const { swapped, lostInside, addedInside, addedFirst, addedLast, lostFirst, lostLast, atLeastOne } = odds;
    // In the order of `wasm/channel.as.ts`.
    const numbers = [
      swapped, lostInside, addedInside, addedFirst, addedLast, atLeastOne, ALIKE_AGAIN, ...lostFirst, ...lostLast,
      ...additionShares(learned), ...fromOtherKind(readAs, atLeastOne), ...Array.from({ length: FURTHEST_NEIGHBOUR + 1 }, (_, apart) => nearness(apart)),
    ];
    useMemory();
    memoryNumbers.set(numbers, this.at / NUMBER_BYTES);
    this.oddsAt = this.at / NUMBER_BYTES + numbers.length;
    memoryNumbers.set(readAs, this.oddsAt);
  }

  /**
   * The probability, summed over all ways of editing, that a misread plate is read as this other text.
   * Zero where it is negligible. The symbols of two texts may be the same, for rare characters share theirs.
   */
  misread(plate: Text, read: Text): number {
    return evidenceModule.misread(this.at, plate.at, read.at);
  }

  /** P(a misread vehicle is read as this). */
  shareMisread(read: Text): number {
    return evidenceModule.shareMisread(this.at, read.at);
  }

  /** Odds that a character is read as that one, against that it is read right; 1 for itself. */
  odds(plateSymbol: number, readSymbol: number): number {
    return memoryNumbers[this.oddsAt + plateSymbol * SYMBOLS + readSymbol]!;
  }
}

/**
 * A symbol for a plate only: a letter of A to Z, or a digit, other than this one, the likelier the nearer. With it where plates are
 * counted on, a plate is that of any of its neighbours in a fleet.
 */
export function neighbourOf(symbol: number): number {
  return SYMBOLS + symbol;
}

/** How likely a fleet's plate is so many numbers further than another one's. */
function nearness(numbers: number): number {
  const apart = Math.abs(numbers);
  return apart > 0 && apart <= FURTHEST_NEIGHBOUR ? NEAREST / apart : 0;
}

const NEAREST = 0.12;
/** Letters and digits, of which the next one is known. */
const COUNTED = AFTER_LAST_DIGIT;
const LATIN_LETTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'].map(symbolOf);
const LATIN_DIGITS = [...'0123456789'].map(symbolOf);

/** Characters that cameras confuse, as is known of old; what is learned comes on top. */
const KNOWN_CONFUSIONS = [
  '0ODQ', '1I', '2Z', '5S', '8B', '6G', 'KHRM', 'FPE', 'VYT', 'UV', '4A', '7T', '0ØО', 'OØÖО', 'AÅÄÆА', 'UÜ', 'BВ8',
  'EЕ', 'KК', 'MМ', 'HН', 'PР', 'CС', 'TТ', 'YУ', 'XХ', 'IІ1',
];

/** What is assumed before anything is learned, worth so many misreads. */
const ASSUMED_MISREADS = 100;
/** Single edits a misread; shares of what they are. */
const ASSUMED_EDITS = 1.25;
const ASSUMED_SHARES = {
  substituted: 0.76, lostFirst: 0.07, lostLast: 0.07, lostInside: 0.03, addedFirst: 0.02, addedLast: 0.02, addedInside: 0.01,
  swapped: 0.02,
};
/** Of the characters lost at an end: one, two, three or more; and of the last, three, four, five. */
const ASSUMED_LOSSES = [0.75, 0.17, 0.08];
const MANY_LOST = [0.5, 0.3, 0.2];
/** The assumed confusions of a character are worth so many counts. */
const ASSUMED_SUBSTITUTIONS = 10;
/** How readily characters are misread, against all: those that look like another, and those that don't. */
const ASSUMED_MISTAKABLE = 1.2;
const ASSUMED_UNMISTAKABLE = 0.25;
/** A bolt is read as one of these: shares of what is added. */
const ASSUMED_ADDED: Readonly<Record<string, number>> = { 1: 0.5, I: 0.06, T: 0.03, L: 0.03, 7: 0.03 };
/**
 * This share of substitutions, and so much of the additions, is held to be of any character, whatever was learned:
 * other cameras err otherwise.
 */
const ANY_CHARACTER = 0.3;
const ANY_ADDED = 0.35;
/** And so much of how readily a character is misread to be the same of all. */
const ANY_MISREAD = 0.25;
/** Of misreads of one character, those by which each like it in the plate would be misread too. */
const ALIKE_AGAIN = 0.2;
const TYPICAL_LENGTH = 7;
const USUAL_SYMBOLS = 36;

/** Odds of reading the column's symbol for the row's, 1 for itself; rows from `SYMBOLS` on are of neighbours. */
function oddsOfSymbols(learned: Confusions, substituted: number): Float64Array {
  const confusion = substitutionTable(learned);
  const misreadability = misreadabilities(learned);
  const readAs = new Float64Array((SYMBOLS + COUNTED) * SYMBOLS);
  for (let from = 0; from < SYMBOLS; from++) {
    for (let to = 0; to < SYMBOLS; to++) {
      readAs[from * SYMBOLS + to] = from === to ? 1 : substituted * misreadability[from]! * confusion[from * SYMBOLS + to]!;
    }
  }
  for (let symbol = 0; symbol < COUNTED; symbol++) {
    for (let near = 0; near < COUNTED; near++) {
      if (near === symbol || isDigit(near) !== isDigit(symbol) || Math.abs(near - symbol) > FURTHEST_LETTER) continue;
      for (let to = 0; to < SYMBOLS; to++) {
        readAs[neighbourOf(symbol) * SYMBOLS + to]! += nearness(near - symbol) * readAs[near * SYMBOLS + to]!;
      }
    }
  }
  return readAs;
}

/** By symbol: P(a character of the other kind, letter or digit, is read as it | the plate is misread). */
function fromOtherKind(readAs: Float64Array, atLeastOne: number): number[] {
  return Array.from({ length: SYMBOLS }, (_, to) => {
    const kind = isDigit(to) ? LATIN_LETTERS : LATIN_DIGITS;
    return kind.reduce((sum, from) => sum + readAs[from * SYMBOLS + to]!, 0) / kind.length / atLeastOne;
  });
}

/** Odds of each kind of edit at one place, such that a misread has as many edits as were counted. */
function editOdds(learned: Confusions) {
  const losses = (lost: readonly number[]): number => lost[0]! + lost[1]! + lost[2]!;
  const counted = {
    substituted: Object.values(learned.substitutions).reduce((sum, row) => sum + sumOf(row), learned.rareSubstitutions),
    lostFirst: losses(learned.lostFirst),
    lostLast: losses(learned.lostLast),
    lostInside: learned.lostInside,
    addedFirst: learned.addedFirst,
    addedLast: learned.addedLast,
    addedInside: learned.addedInside,
    swapped: learned.swapped,
  };
  const countedEdits = Object.values(counted).reduce((sum, count) => sum + count, 0);
  const edits = ASSUMED_MISREADS * ASSUMED_EDITS + countedEdits;
  const shareOf = (kind: keyof typeof counted): number =>
    // Half of what is assumed stays, whatever was learned.
    Math.max(ASSUMED_SHARES[kind] / 2, (ASSUMED_MISREADS * ASSUMED_EDITS * ASSUMED_SHARES[kind] + counted[kind]) / edits);
  // Edits are as of a Poisson process of which only misreads are seen: at least one edit.
  const rate = rateOfMisreads(Math.max(1.1, edits / (ASSUMED_MISREADS + Math.max(0, learned.misreads - learned.unlike))));
  const end = (kind: 'lostFirst' | 'lostLast'): number[] => {
    const total = losses(learned[kind]);
    const share = (n: number): number =>
      (ASSUMED_MISREADS * ASSUMED_LOSSES[n]! + learned[kind][n]!) / (ASSUMED_MISREADS + total);
    return [1, ...[share(0), share(1), ...MANY_LOST.map((part) => part * share(2))].map((part) => rate * shareOf(kind) * part)];
  };
  return {
    substituted: (rate * shareOf('substituted')) / TYPICAL_LENGTH,
    lostInside: (rate * shareOf('lostInside')) / TYPICAL_LENGTH,
    addedInside: (rate * shareOf('addedInside')) / TYPICAL_LENGTH,
    addedFirst: rate * shareOf('addedFirst'),
    addedLast: rate * shareOf('addedLast'),
    swapped: (rate * shareOf('swapped')) / TYPICAL_LENGTH,
    lostFirst: end('lostFirst'),
    lostLast: end('lostLast'),
    atLeastOne: Math.expm1(rate),
  };
}

/** The rate of a Poisson process whose mean, where it is not zero, is this. */
function rateOfMisreads(mean: number): number {
  let rate = mean;
  for (let i = 0; i < 100; i++) rate = mean * -Math.expm1(-rate);
  return rate;
}

/** P(read | plate's symbol, not read as itself); each row sums to about one. */
function substitutionTable({ substitutions }: Confusions): Float64Array {
  const table = new Float64Array(SYMBOLS * SYMBOLS);
  const any = 1 / (USUAL_SYMBOLS - 1);
  for (let from = 0; from < SYMBOLS; from++) {
    const weights = new Float64Array(SYMBOLS);
    for (const set of KNOWN_CONFUSIONS) {
      const symbols = [...set].map(symbolOf);
      if (symbols.includes(from)) for (const to of symbols) weights[to] = ASSUMED_SUBSTITUTIONS;
    }
    weights[from] = 0;
    const assumed = weights.reduce((sum, weight) => sum + weight, 0);
    if (assumed > 0) for (let to = 0; to < SYMBOLS; to++) weights[to]! *= ASSUMED_SUBSTITUTIONS / assumed;
    for (const [plateCharacter, row] of Object.entries(substitutions)) {
      if (symbolOf(plateCharacter) !== from) continue;
      for (const [readCharacter, count] of Object.entries(row)) weights[symbolOf(readCharacter)]! += count;
    }
    weights[from] = 0;
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    for (let to = 0; to < SYMBOLS; to++) {
      const known = total === 0 ? any : ((1 - ANY_CHARACTER) * weights[to]!) / total + ANY_CHARACTER * any;
      table[from * SYMBOLS + to] = to === from ? 0 : known;
    }
  }
  return table;
}

/** How much likelier than others each character is misread; of pairs too rare to be named any character may be the one. */
function misreadabilities({ substitutions, rareSubstitutions, characters }: Confusions): Float64Array {
  const all = sumOf(characters);
  const ofEach = all === 0 ? 0 : rareSubstitutions / all;
  const average = all === 0 ? 0 : ofEach + Object.values(substitutions).reduce((total, row) => total + sumOf(row), 0) / all;
  return Float64Array.from({ length: SYMBOLS }, (_, symbol) => {
    const character = characterOf(symbol);
    const looksLikeOthers = character !== '' && KNOWN_CONFUSIONS.some((set) => set.includes(character));
    const assumed = looksLikeOthers ? ASSUMED_MISTAKABLE : ASSUMED_UNMISTAKABLE;
    const count = characters[character] ?? 0;
    const misread = sumOf(substitutions[character] ?? {}) + ofEach * count;
    const known = (ASSUMED_SUBSTITUTIONS * assumed + misread) / (ASSUMED_SUBSTITUTIONS + average * count);
    return (1 - ANY_MISREAD) * known + ANY_MISREAD;
  });
}

function sumOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/** Of what is added, how much is each character. */
function additionShares({ added, rareAdded }: Confusions): Float64Array {
  const counted = sumOf(added) + rareAdded;
  return Float64Array.from({ length: SYMBOLS }, (_, symbol) => {
    const character = characterOf(symbol);
    const assumed = ASSUMED_SUBSTITUTIONS * (ASSUMED_ADDED[character] ?? 0);
    const known = (assumed + (added[character] ?? 0)) / (ASSUMED_SUBSTITUTIONS + counted);
    return ANY_ADDED / USUAL_SYMBOLS + (1 - ANY_ADDED) * known;
  });
}

export const shippedChannel = new Channel(shippedConfusions);
