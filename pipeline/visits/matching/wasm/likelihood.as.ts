import { Prepared, Text } from './prepared.as';

/** This share of misreads has nothing to do with the plate: no difference says for sure that it is another vehicle. */
const UNLIKE: f64 = 0.003;
/** A misread tells the plate at best with this chance. */
const SUREST: f64 = 0.7;

/**
 * How much likelier the evidence is when the vehicle has this plate, which was not read, than of any vehicle: P(evidence | plate) / P(evidence).
 * @param number by which this plate is among the evidence's candidates; -1: it is none of them
 * @param asRead P(a misread vehicle with this plate is read as the evidence)
 */
export function likelihoodOfOther(evidence: Prepared, plate: Text, number: i32, asRead: f64): f64 {
  let chance = evidence.misread * (asRead + UNLIKE * evidence.misreadShare);
  if (number > 0) chance += (evidence.candidateChance(number) * evidence.misreadShare) / plate.share;
  // No other text says surely what the plate is.
  return min(chance / evidence.share, SUREST / plate.share);
}
