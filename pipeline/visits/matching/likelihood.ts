import { shippedChannel } from './channel.ts';
import type { Prepared, Text } from './prepared.ts';

/** This share of misreads has nothing to do with the plate: no difference says for sure that it is another vehicle. */
const UNLIKE = 0.003;
/** A misread tells the plate at best with this chance. */
const SUREST = 0.5;

/** How much likelier the evidence is when the vehicle has this plate than of any vehicle: P(evidence | plate) / P(evidence). */
export function likelihood(evidence: Prepared, plate: Text): number {
  const { text, misreadShare, share, candidates, candidateTexts, candidateChances } = evidence;
  if (text.plate === plate.plate) return evidence.right / share;
  for (let i = 0; i < candidates; i++) {
    const candidate = candidateTexts[i]!;
    if (candidate.plate === plate.plate) {
      return Math.min((candidateChances[i]! * misreadShare) / (share * candidate.share), SUREST / plate.share);
    }
  }
  // What another text says is never surer than so; the very plate is.
  return Math.min((evidence.misread * (readAs(plate, text) + UNLIKE * misreadShare)) / share, SUREST / plate.share);
}

/** P(a misread vehicle with this plate is read so). The texts differ. */
export function readAs(plate: Text, read: Text): number {
  return shippedChannel.misread(plate.symbols, plate.length, read.symbols, read.length);
}
