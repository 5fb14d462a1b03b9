import { LONGEST_PLATE } from '../shared-numbers';
import { Channel } from './channel.as';
import { shareMisread, sharePlate } from './population.as';
import { classOf, isAlike, isOfLetters, putLetters, symbolAt } from './symbols.as';

/** A plate as symbols, and how common it is. */
@unmanaged
export class Text {
  /** P(a vehicle has it). */
  share: f64;
  private beginning: u64;
  private end: u64;
  private symbolsInAll: u8;

  @inline
  get symbols(): usize {
    return changetype<usize>(this) + offsetof<Text>('beginning');
  }

  @inline
  get length(): i32 {
    return this.symbolsInAll;
  }

  tellShare(): void {
    this.share = sharePlate(this.symbols, this.length);
  }

  /**
   * Makes it a plate that is told as ASCII; its share is left as it is.
   * @returns false: it is not one of capital letters and digits alone, whose symbols are nobody else's, or too long for all to be compared
   */
  tell(letters: usize, length: i32): bool {
    this.symbolsInAll = u8(length);
    return length > 0 && length < LONGEST_PLATE && putLetters(letters, length, this.symbols);
  }

  /** Whether it is such a plate. */
  isOfLetters(): bool {
    return this.length > 0 && this.length < LONGEST_PLATE && isOfLetters(this.symbols, this.length);
  }

  /** The look-alike classes of its characters, as bits; what shares one can only make plates look nearer than they are. */
  classes(): i32 {
    let bits = 0;
    for (let i = 0; i < this.length; i++) bits |= 1 << classOf(symbolAt(this.symbols, i));
    return bits;
  }

  /** Of two such plates. */
  @inline
  isSame(other: Text): bool {
    return this.length == other.length && isAlike(this.symbols, other.symbols, this.length);
  }
}

export const TEXT_BYTES: usize = 32;

/** What an evidence says, in numbers; `../prepared.ts` lays down its texts. */
@unmanaged
export class Prepared {
  /** P(read as it was | the vehicle has that plate), and P(misread, the truth not among the candidates). */
  right: f64;
  misread: f64;
  /** P(a misread vehicle is read so). */
  misreadShare: f64;
  /** P(any vehicle is read so). */
  share: f64;
  candidates: i32;

  /** The plates that it may be of: number 0 is the one read, the others are the candidates. */
  @inline
  text(number: i32): Text {
    return changetype<Text>(changetype<usize>(this) + TEXTS + usize(number) * TEXT_BYTES);
  }

  /** P(misread, and this candidate is the truth). */
  @inline
  candidateChance(number: i32): f64 {
    return load<f64>(changetype<usize>(this) + (usize(number) << 3), CHANCES);
  }

  @inline
  setCandidateChance(number: i32, chance: f64): void {
    store<f64>(changetype<usize>(this) + (usize(number) << 3), chance, CHANCES);
  }

  /** How likely the vehicle has that plate. */
  chanceOf(number: i32): f64 {
    return (number == 0 ? this.text(0).share * this.right : this.candidateChance(number) * this.misreadShare) / this.share;
  }
}

const TEXTS: usize = 48;
const CHANCES: usize = TEXTS + 6 * TEXT_BYTES;
export const PREPARED_BYTES: usize = CHANCES + 6 * 8;

/**
 * @param right P(the plate read is right) @param among P(the truth is among the candidates of a misread)
 * @param weights the sum of those that stand as the candidates' chances
 */
export function prepareTexts(channel: Channel, prepared: Prepared, candidates: i32, right: f64, among: f64, weights: f64): void {
  for (let i = 0; i <= candidates; i++) prepared.text(i).tellShare();
  const text = prepared.text(0);
  prepared.misreadShare = shareMisread(channel, text.symbols, text.length, text.share);
  prepared.candidates = candidates;
  const wrong = 1 - right;
  for (let i = 1; i <= candidates; i++) {
    prepared.setCandidateChance(i, prepared.candidateChance(i) * ((wrong * among) / weights));
  }
  tellRight(prepared, right, among);
}

/** The same for another evidence of the same plate, neither with candidates. */
export function prepareAlike(prepared: Prepared, known: Prepared, right: f64): void {
  memory.copy(changetype<usize>(prepared), changetype<usize>(known), TEXTS + TEXT_BYTES);
  tellRight(prepared, right, 0);
}

function tellRight(prepared: Prepared, right: f64, among: f64): void {
  const wrong = 1 - right;
  prepared.right = right;
  prepared.misread = wrong * (1 - among);
  prepared.share = right * prepared.text(0).share + wrong * prepared.misreadShare;
}
