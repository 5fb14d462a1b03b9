import { shippedChannel } from './channel.ts';
import type { Prepared, Text } from './prepared.ts';

/** This share of misreads has nothing to do with the plate: no difference says for sure that it is another vehicle. */
const UNLIKE = 0.003;
/** A misread tells the plate at best with this chance. */
const SUREST = 0.7;

/** How much likelier the evidence is when the vehicle has this plate than of any vehicle: P(evidence | plate) / P(evidence). */
export function likelihood(evidence: Prepared, plate: Text): number {
  if (evidence.text.plate === plate.plate) return evidence.right / evidence.share;
  return likelihoodOfOther(evidence, plate, readAs(plate, evidence.text));
}

/** The same for a plate that was not read. @param asRead P(a misread vehicle with this plate is read as the evidence) */
export function likelihoodOfOther(evidence: Prepared, plate: Text, asRead: number): number {
  const { misread, misreadShare, share, candidates, candidateTexts, candidateChances } = evidence;
  let chance = misread * (asRead + UNLIKE * misreadShare);
  for (let i = 0; i < candidates; i++) {
    const candidate = candidateTexts[i]!;
    if (candidate.plate === plate.plate) chance += (candidateChances[i]! * misreadShare) / candidate.share;
  }
  // No other text says surely what the plate is.
  return Math.min(chance / share, SUREST / plate.share);
}

/** P(a misread vehicle with this plate is read so). The texts differ. */
export function readAs(plate: Text, read: Text): number {
  return shippedChannel.misread(plate.symbols, plate.length, read.symbols, read.length);
}
