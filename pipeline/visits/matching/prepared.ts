import type { PlateEvidence } from './evidence.ts';
import { sharePlate, shareMisread } from './population.ts';
import { shippedReliability } from './reliability.ts';
import { LONGEST_PLATE, writeSymbols } from './symbols.ts';

/** More candidates than this are not looked at: the likeliest count. */
const MOST_CANDIDATES = 5;

/** A plate as symbols, and how common it is. */
export interface Text {
  plate: string;
  readonly symbols: Uint8Array;
  length: number;
  /** P(a vehicle has it). */
  share: number;
}

/**
 * What an evidence says, in numbers. One object is filled again and again, for comparing plates must leave nothing
 * to collect.
 */
export interface Prepared {
  evidence: PlateEvidence | null;
  readonly text: Text;
  /** P(read as it was | the vehicle has that plate), and P(misread, the truth not among the candidates). */
  right: number;
  misread: number;
  /** P(a misread vehicle is read so). */
  misreadShare: number;
  /** P(any vehicle is read so). */
  share: number;
  candidates: number;
  readonly candidateTexts: readonly Text[];
  /** P(misread, and this candidate is the truth). */
  readonly candidateChances: Float64Array;
}

export function emptyPrepared(): Prepared {
  return {
    evidence: null,
    text: emptyText(),
    right: 0,
    misread: 0,
    misreadShare: 0,
    share: 0,
    candidates: 0,
    candidateTexts: Array.from({ length: MOST_CANDIDATES }, emptyText),
    candidateChances: new Float64Array(MOST_CANDIDATES),
  };
}

export function emptyText(): Text {
  return { plate: '', symbols: new Uint8Array(LONGEST_PLATE), length: 0, share: 0 };
}

export function prepare(into: Prepared, evidence: PlateEvidence): void {
  const { text, candidateTexts, candidateChances } = into;
  into.evidence = evidence;
  writeText(text, evidence.plate);
  into.misreadShare = shareMisread(text.symbols, text.length);

  let candidates = 0;
  let weights = 0;
  for (let i = 0; i < evidence.candidates.length; i++) {
    const { plate, confidence } = evidence.candidates[i]!;
    if (plate === '' || plate === evidence.plate || standsAmong(plate, candidateTexts, candidates)) continue;
    // Those of no confidence may be it too.
    const weight = 0.05 + confidence;
    let at = candidates;
    if (candidates === MOST_CANDIDATES) {
      at = leastOf(candidateChances);
      if (candidateChances[at]! >= weight) continue;
      weights -= candidateChances[at]!;
    } else {
      candidates++;
    }
    writeText(candidateTexts[at]!, plate);
    candidateChances[at] = weight;
    weights += weight;
  }
  into.candidates = candidates;

  const { right, truthAmongCandidates } = shippedReliability;
  into.right = right(evidence.confidence, candidates > 0);
  const wrong = 1 - into.right;
  const among = candidates > 0 ? truthAmongCandidates : 0;
  into.misread = wrong * (1 - among);
  for (let i = 0; i < candidates; i++) candidateChances[i]! *= (wrong * among) / weights;
  into.share = into.right * text.share + wrong * into.misreadShare;
}

export function writeText(text: Text, plate: string): void {
  text.plate = plate;
  text.length = writeSymbols(plate, text.symbols);
  text.share = sharePlate(text.symbols, text.length);
}

/** The plates that the evidence may be of: number 0 is the one read, the others are the candidates. */
export function textAt({ text, candidateTexts }: Prepared, number: number): Text {
  return number === 0 ? text : candidateTexts[number - 1]!;
}

/** How likely the vehicle has that plate. */
export function chanceOf({ text, right, share, misreadShare, candidateChances }: Prepared, number: number): number {
  return (number === 0 ? text.share * right : candidateChances[number - 1]! * misreadShare) / share;
}

function standsAmong(plate: string, texts: readonly Text[], count: number): boolean {
  for (let i = 0; i < count; i++) if (texts[i]!.plate === plate) return true;
  return false;
}

function leastOf(weights: Float64Array): number {
  let least = 0;
  for (let i = 1; i < weights.length; i++) if (weights[i]! < weights[least]!) least = i;
  return least;
}
