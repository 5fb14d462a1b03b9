import { noCandidates } from '../../records/no-candidates.ts';
import type { Candidate } from '../../records/records.ts';
import { secondThoughts, sureTogether } from './alike-vote.ts';
import { shippedChannel } from './channel.ts';
import { consensus, type WeightedPlate } from './consensus.ts';
import type { PlateEvidence } from './evidence.ts';
import { likelihood, likelihoodOfOther, readAs } from './likelihood.ts';
import { Prepared } from './prepared.ts';
import { shippedReliability } from './reliability.ts';
import { sameVehicle } from './same-vehicle.ts';
import { MOST_CANDIDATES, SAME_MISREAD } from './shared-numbers.ts';
import { Text } from './text.ts';
import { sameList } from '../lists/same-list.ts';
import { sortShort } from '../lists/short-sort.ts';

export interface VotingRead extends PlateEvidence {
  readonly isRear: boolean;
}

/**
 * The plate of a passage: of all that its reads and their candidates propose, and of what they come to position by
 * position, the likeliest to be read so. The losers become candidates, and the confidence is worth what the winner is.
 * It does not depend on the order of the reads. Rear views add to the confidence of a plate that the front views chose,
 * and are candidates when they differ a little; they vote only among themselves, where no front view has a plate.
 *
 * @param reads at least one
 */
export function voted(reads: readonly VotingRead[]): PlateEvidence {
  if (reads.length === 1) return reads[0]!;
  // Two in either order give the same, to the last bit; more are multiplied in one order.
  if (areAlike(reads)) return unanimous(reads.length === 2 ? reads : sortShort([...reads], frontsFirst));
  for (const known of lately) if (sameList(known.reads, reads)) return known.vote;
  const vote = votedAmong(reads);
  lately[nextLately] = { reads, vote };
  nextLately = (nextLately + 1) % LATELY;
  return vote;
}

/** The last votes on reads that differ: what grew is voted on once more when it is folded in. */
const lately: { readonly reads: readonly VotingRead[]; readonly vote: PlateEvidence }[] = [];
const LATELY = 4;
let nextLately = 0;

function votedAmong(reads: readonly VotingRead[]): PlateEvidence {
  const plated = reads.filter(({ plate }) => plate !== '');
  if (plated.length === 1) return plated[0]!;
  if (plated.length === 0) return { plate: '', country: countryOf(reads), confidence: 0, candidates: noCandidates };
  const fronts = plated.filter(({ isRear }) => !isRear);
  const voters = sortShort(fronts.length > 0 ? fronts : plated, compareReads);
  const rears = fronts.length === 0 || fronts.length === plated.length ? noReads : sortShort(plated.filter(({ isRear }) => isRear), compareReads);

  const { plate } = voters[0]!;
  const isUnanimous = voters.every((read) => read.plate === plate);
  if (isUnanimous && rears.every((read) => read.plate === plate)) return unanimous([...voters, ...rears]);
  const proposals = proposalsOf(voters, rears);
  // However alike their second thoughts are.
  const winner = isUnanimous ? proposals.find((proposal) => proposal.plate === plate) : proposals[0];
  const losers = proposals.filter((proposal) => proposal !== winner);
  const supporters = rears.filter(({ plate }) => plate === winner!.plate);
  const opponents = rears.filter((rear) => rear.plate !== winner!.plate && sameVehicle({ ...voters[0]!, plate: winner!.plate }, rear) > 0);
  if (opponents.length > 0) return contradicted(winner!.plate, voters, [...supporters, ...opponents].sort(compareReads), proposals);
  const probability = supported(winner!.probability, supporters);
  const isPastDoubt = 1 - probability < (1 - shippedReliability.right(1, true)) * PAST_DOUBT;
  const candidates = isPastDoubt ? noCandidates
    : candidatesOf(losers, winner!.probability);
  return {
    plate: winner!.plate,
    country: countryOf(voters),
    confidence: confidenceOf(probability, winner!.plate, [...voters, ...supporters], candidates.length > 0),
    candidates,
  };
}

/** One plate. */
function areAlike(reads: readonly VotingRead[]): boolean {
  const { plate } = reads[0]!;
  if (plate === '') return false;
  for (let i = 1; i < reads.length; i++) if (reads[i]!.plate !== plate) return false;
  return true;
}

/** All read the same. */
function unanimous(reads: readonly VotingRead[]): PlateEvidence {
  const { plate } = reads[0]!;
  return { plate, country: countryOf(reads), confidence: sureTogether(reads), candidates: secondThoughts(reads, plate) };
}

/** The surest first: of those as sure either may be. */
const frontsFirst = (a: VotingRead, b: VotingRead): number =>
  a.isRear === b.isRear ? b.confidence - a.confidence : a.isRear ? 1 : -1;

/** A plate that the vehicle may have. */
interface Proposal {
  readonly plate: string;
  /** That it is the plate, as far as the voters know. */
  readonly probability: number;
}

/** More proposals are not weighed: the likeliest by their confidence are. */
const MOST_PROPOSALS = 12;
const LEAST_LIKELY = 0.001;
/** Where doubt is so much less than the least that a plate with candidates comes with, it comes without. */
const PAST_DOUBT = 0.25;

/** All proposals, the likeliest first. */
function proposalsOf(voters: readonly VotingRead[], rears: readonly VotingRead[]): Proposal[] {
  // Few: a list takes less than a map.
  const ranked: { plate: string; weight: number }[] = [];
  const propose = (plate: string, weight: number): void => {
    const known = ranked.find((each) => each.plate === plate);
    if (known === undefined) ranked.push({ plate, weight });
    else known.weight += weight;
  };
  for (const { plate, confidence, candidates } of voters) {
    propose(plate, LEAST_WEIGHT + confidence);
    for (const candidate of candidates) if (candidate.plate !== '') propose(candidate.plate, candidate.confidence / 2);
  }
  sortShort(ranked, heaviestFirst);
  if (ranked.length > MOST_PROPOSALS) ranked.length = MOST_PROPOSALS;
  const plates = ranked.map(({ plate }) => plate);
  if (plates.length > 1) {
    const byPosition = consensus(ranked);
    if (!plates.includes(byPosition)) plates.push(byPosition);
  }

  return weighedBy(voters, plates, rears);
}

const heaviestFirst = (a: WeightedPlate, b: WeightedPlate): number => b.weight - a.weight || compareTexts(a.plate, b.plate);

/** The plates by how likely the readers' vehicle has them, the likeliest first; of equal ones that of more rear views. */
function weighedBy(
  readers: readonly VotingRead[], plates: Iterable<string>, rears: readonly VotingRead[] = noReads,
): Proposal[] {
  const prepared = readers.map(preparedVoter);
  const scored: Scored[] = [];
  for (const plate of plates) {
    let ofRears = 0;
    for (let i = 0; i < rears.length; i++) if (rears[i]!.plate === plate) ofRears++;
    scored.push({ plate, score: scoreOf(plate, prepared), rears: ofRears, probability: 0 });
  }
  sortShort(scored, likeliestFirst);
  const top = scored[0]!.score;
  let sum = Math.exp(unproposed(prepared) - top);
  for (const each of scored) sum += each.probability = Math.exp(each.score - top);
  for (const each of scored) each.probability /= sum;
  return scored;
}

interface Scored extends Proposal {
  readonly score: number;
  readonly rears: number;
  probability: number;
}

const likeliestFirst = (a: Scored, b: Scored): number => b.score - a.score || b.rears - a.rears || compareTexts(a.plate, b.plate);

const LEAST_WEIGHT = 0.05;

/** Nats: that the vehicle has this plate and is read so. @param voters those of one plate stand together */
function scoreOf(plate: string, voters: readonly Prepared[]): number {
  proposed.tell(plate);
  let score = Math.log(proposed.share);
  let asRead = 0;
  for (let i = 0; i < voters.length; i++) {
    const voter = voters[i]!;
    const isRepeated = i > 0 && voter.texts[0]!.plate === voters[i - 1]!.texts[0]!.plate;
    const isRead = voter.texts[0]!.plate === plate;
    if (!isRepeated && !isRead) asRead = readAs(proposed, voter.texts[0]!);
    let ratio = isRead ? likelihood(voter) : likelihoodOfOther(voter, proposed, asRead);
    if (isRepeated && !isRead) ratio = Math.max(ratio, ((1 - voter.right) * REPEATED) / voter.share);
    score += Math.log(ratio);
  }
  return score;
}

/** What made a camera misread a vehicle makes it read the same again with this chance. */
const REPEATED = 0.3;
/** How likely two misreads of an unknown plate differ so, against one being a misread of the other. */
const BOTH_MISREAD = 0.5;

/** Nats: that all are misreads of a plate that nobody proposes. */
function unproposed(voters: readonly Prepared[]): number {
  const first = voters[0]!;
  let score = Math.log(first.misreadShare);
  for (const voter of voters) {
    const alike = voter.texts[0]!.plate === first.texts[0]!.plate ? REPEATED : BOTH_MISREAD * readAs(first.texts[0]!, voter.texts[0]!);
    score += Math.log((voter.misread * (voter === first ? 1 : alike)) / voter.share);
  }
  return score;
}

/** A probability after others have read the same, who may make the same mistake. */
function supported(probability: number, supporters: readonly VotingRead[]): number {
  let against = 1 - probability;
  for (const { confidence, candidates } of supporters) {
    const right = shippedReliability.right(confidence, candidates.length > 0);
    against *= ((1 - right) * SAME_MISREAD) / right;
  }
  return probability / (probability + against);
}

function confidenceOf(
  probability: number, plate: string, readers: readonly VotingRead[], hasCandidates: boolean,
): number {
  proposed.tell(plate);
  // Less what a read's own form says of whether it is right: whoever takes up the vote weighs that again.
  const right = probability * shippedChannel.shareMisread(proposed);
  const wrong = (1 - probability) * proposed.share;
  const reliability = right / (right + wrong);
  const worth = shippedReliability.confidenceWorth(reliability, hasCandidates);
  const most = readers.reduce((sum, reader) => (reader.plate === plate ? Math.max(sum, reader.confidence) : sum), 0);
  return rounded(reliability >= shippedReliability.right(most, hasCandidates) ? Math.max(worth, most) : worth);
}

const noReads: readonly VotingRead[] = [];

function candidatesOf(losers: readonly Proposal[], winner: number): readonly Candidate[] {
  const candidates: Candidate[] = [];
  for (const { plate, probability } of losers) {
    if (candidates.length === MOST_CANDIDATES) break;
    if (probability >= LEAST_LIKELY) candidates.push({ plate, confidence: rounded(Math.min(1, probability / (1 - winner))) });
  }
  return candidates.length === 0 ? noCandidates : candidates;
}

/**
 * Rear views of the vehicle read another plate than the front views chose: that stays the plate, but how sure it is, and
 * what else it may be, follows from all of them.
 */
function contradicted(
  plate: string, voters: readonly VotingRead[], rears: readonly VotingRead[], proposals: readonly Proposal[],
): PlateEvidence {
  const readers = [...voters, ...rears].sort(compareReads);
  const weighed = weighedBy(readers, new Set([...proposals.map((proposal) => proposal.plate), ...rears.map((rear) => rear.plate)]));
  const { probability } = weighed.find((proposal) => proposal.plate === plate)!;
  const candidates = candidatesOf(weighed.filter((proposal) => proposal.plate !== plate), probability);
  return {
    plate, country: countryOf(voters), confidence: confidenceOf(probability, plate, [], candidates.length > 0), candidates,
  };
}

/** Sum of confidence by country; unknown only where nobody knows better. */
function countryOf(reads: readonly VotingRead[]): string {
  const first = reads[0]!.country;
  if (reads.every(({ country }) => country === first)) return first;
  const weights = new Map<string, number>();
  for (const { country, confidence } of reads) {
    if (country !== 'XX') weights.set(country, (weights.get(country) ?? 0) + LEAST_WEIGHT + confidence);
  }
  let most: [string, number] = ['XX', 0];
  for (const [country, weight] of weights) {
    if (weight > most[1] || (weight === most[1] && country < most[0])) most = [country, weight];
  }
  return most[0];
}

const proposed = new Text();
/** Used again for each vote. */
const preparedVoters: Prepared[] = [];

function preparedVoter(voter: VotingRead, i: number): Prepared {
  const prepared = (preparedVoters[i] ??= new Prepared());
  // A passage that grows has mostly the same ones.
  if (prepared.evidence !== voter) prepared.prepare(voter);
  return prepared;
}

function compareReads(a: VotingRead, b: VotingRead): number {
  return compareTexts(a.plate, b.plate) || b.confidence - a.confidence || compareTexts(a.country, b.country) ||
    compareTexts(JSON.stringify(a.candidates), JSON.stringify(b.candidates));
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** As short as state and pages want it. */
function rounded(confidence: number): number {
  return Math.round(confidence * 1000) / 1000;
}
