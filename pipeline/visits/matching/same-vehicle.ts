import type { PlateEvidence } from './evidence.ts';
import { fleetMates } from './fleet-mates.ts';
import { likelihood, readAs } from './likelihood.ts';
import { countryEvidence } from './country.ts';
import { emptyPrepared, prepare, type Prepared } from './prepared.ts';

/**
 * Log-likelihood ratio in nats: both evidences are of one vehicle, against two that have nothing to do with each other.
 * Symmetric. 0 where either has no plate: that says nothing.
 */
export function sameVehicle(a: PlateEvidence, b: PlateEvidence): number {
  return plateEvidence(a, b, FLEET_SHARE);
}

/**
 * Whether two reads of one lane, so long apart (ms), are of one vehicle read twice or of two that follow each other:
 * log-likelihood ratio in nats. Where either has no plate, the time alone speaks.
 */
export function sameAtLane(a: PlateEvidence, b: PlateEvidence, apartMs: number): number {
  const apart = Math.abs(apartMs) / 1000;
  // Reads of a standing vehicle become rarer with time; the next vehicle needs its own length of road.
  const again = AGAIN_PER_S * Math.exp(-apart / AGAIN_S);
  const follows = FOLLOWS_PER_S / (1 + Math.exp((HEADWAY_S - apart) / HEADWAY_SPREAD_S));
  return Math.log(again / follows) + Math.max(plateEvidence(a, b, CONVOY_SHARE), LEAST_AT_LANE);
}

/** How likely a vehicle inside is of the other's fleet; and one close behind it: fleets come and go together. */
const FLEET_SHARE = 5e-4;
const CONVOY_SHARE = 0.03;
/** A standing vehicle may be read as anything at times (a sticker, a trailer, half a plate). */
const LEAST_AT_LANE = -7;
const AGAIN_PER_S = 0.15;
const AGAIN_S = 12;
const FOLLOWS_PER_S = 0.04;
const HEADWAY_S = 1.5;
const HEADWAY_SPREAD_S = 0.25;

/** Two misreads of one plate are the same text with this chance; and how likely two edits are of two reads, against of one. */
export const SAME_MISREAD = 0.05;
const EITHER_MISREAD = 2;

/** Filled anew for each evidence that neither of them holds. */
const slots: readonly [Prepared, Prepared] = [emptyPrepared(), emptyPrepared()];

function plateEvidence(one: PlateEvidence, other: PlateEvidence, fleetShare: number): number {
  if (one.plate === '' || other.plate === '') return 0;
  // Sums are made in one order, whichever comes first.
  const inOrder = one.plate <= other.plate;
  const a = preparedSlot(inOrder ? one : other, inOrder ? other : one);
  const b = preparedSlot(inOrder ? other : one, inOrder ? one : other);
  const unrelated = 1 - fleetShare + fleetShare * fleetMates(a.text, b.text, a.misread + b.misread);
  return Math.log(asOneVehicle(a, b) / unrelated) + countryEvidence(a.evidence!.country, b.evidence!.country);
}

function preparedSlot(evidence: PlateEvidence, other: PlateEvidence): Prepared {
  const [first, second] = slots;
  if (first.evidence === evidence) return first;
  if (second.evidence === evidence) return second;
  const free = first.evidence === other ? second : first;
  prepare(free, evidence);
  return free;
}

/** P(both | one vehicle) / (P(a) P(b)): summed over the plates that it may have. */
function asOneVehicle(a: Prepared, b: Prepared): number {
  const equal = a.text.plate === b.text.plate;
  let sum = (a.text.share * a.right * likelihood(b, a.text)) / a.share;
  if (!equal) sum += (b.text.share * b.right * likelihood(a, b.text)) / b.share;
  sum += asCandidates(a, b) + asCandidates(b, a, a);

  // The vehicle may have a plate that stands nowhere: both are misread.
  const together = equal
    ? SAME_MISREAD * a.misreadShare
    : (EITHER_MISREAD / 2) * (a.misreadShare * readAs(a.text, b.text) + b.misreadShare * readAs(b.text, a.text));
  return sum + (a.misread * b.misread * together) / (a.share * b.share);
}

/** The part of the sum over the candidates of `a` that are no plate of either, and no candidate of `but`. */
function asCandidates(a: Prepared, b: Prepared, but?: Prepared): number {
  let sum = 0;
  for (let i = 0; i < a.candidates; i++) {
    const candidate = a.candidateTexts[i]!;
    if (candidate.plate === b.text.plate) continue;
    if (but !== undefined && isCandidate(but, candidate.plate)) continue;
    sum += (a.candidateChances[i]! * a.misreadShare * likelihood(b, candidate)) / a.share;
  }
  return sum;
}

function isCandidate({ candidates, candidateTexts }: Prepared, plate: string): boolean {
  for (let i = 0; i < candidates; i++) if (candidateTexts[i]!.plate === plate) return true;
  return false;
}
