import { shippedChannel } from './channel.ts';
import { countryEvidence, MOST_OF_COUNTRIES } from './country.ts';
import { evidenceModule, memoryNumbers, NUMBER_BYTES } from './evidence-module.ts';
import { isSameReading, type PlateEvidence } from './evidence.ts';
import { numberAmong } from './likelihood.ts';
import { Prepared } from './prepared.ts';
import { shippedReliability } from './reliability.ts';
import { EXPLAINED_FROM } from './shared-numbers.ts';
import { Text } from './text.ts';

/**
 * Log-likelihood ratio in nats: both evidences are of one vehicle, against two that have nothing to do with each other.
 * Symmetric. 0 where either has no plate: that says nothing. An evidence must not be changed once it was given here.
 */
export function sameVehicle(a: PlateEvidence, b: PlateEvidence): number {
  return plateEvidence(a, b, FLEET_SHARE, true);
}

/** The same of two that are hardly ever compared again: what it came to is not kept. */
export function sameVehicleOnce(a: PlateEvidence, b: PlateEvidence): number {
  return plateEvidence(a, b, FLEET_SHARE, false);
}

/**
 * The same of a reading and that of an entry, as it stands in a row of its stay laid down at `rowRoom`, with nothing made of that.
 * @param isEnteredFirst in sums over two readings of one plate
 * @returns NaN: there is none, or it is not as most are: made an evidence of, it can be compared
 */
export function sameVehicleAsEntered(sought: PlateEvidence, isEnteredFirst: boolean): number {
  const candidates = evidenceModule.readEntered();
  if (candidates < 0 || holdSought(sought) === NOT_HELD) return NaN;
  return evidenceOfEntered(sought, candidates, isEnteredFirst, FLEET_SHARE);
}

/** The same of two whose plates are near each other in a row, where it is known whether others of that row come here. */
export function sameVehicleBy(isFleetKnown: boolean, a: PlateEvidence, b: PlateEvidence): number {
  return plateEvidence(a, b, FLEET_SHARE * (isFleetKnown ? KNOWN_FLEET : UNKNOWN_FLEET), true);
}

/**
 * Whether two reads of one lane, so long apart (ms), are of one vehicle read twice or of two that follow each other:
 * log-likelihood ratio in nats. Where either has no plate, the time alone speaks.
 */
export function sameAtLane(a: PlateEvidence, b: PlateEvidence, apartMs: number): number {
  return againAtLane(apartMs) + Math.max(plateEvidence(a, b, CONVOY_SHARE, true), LEAST_AT_LANE);
}

/**
 * Up to which likelihood of one vehicle, in units of what two unrelated ones are, `sameAtLane` of two reads of unlike plates surely is no
 * more than so many nats; 0: never.
 */
export function relatedUpTo(alike: number, apartMs: number): number {
  const again = againAtLane(apartMs);
  if (again + LEAST_AT_LANE > alike) return 0;
  const most = Math.exp(alike - again - MOST_OF_COUNTRIES) * SURELY;
  return most <= EXPLAINED_FROM ? most : Math.max(EXPLAINED_FROM * SURELY, most * (1 - CONVOY_SHARE - PLACE_SHARE));
}

/** Sums in another order differ by far less. */
const SURELY = 1 - 1e-6;

/** By the time alone. */
function againAtLane(apartMs: number): number {
  const apart = Math.abs(apartMs) / 1000;
  // Reads of a standing vehicle become rarer with time; the next vehicle needs its own length of road.
  const again = AGAIN_PER_S * Math.exp(-apart / AGAIN_S);
  const follows = TOGETHER_PER_S + FOLLOWS_PER_S / (1 + Math.exp((HEADWAY_S - apart) / HEADWAY_SPREAD_S));
  return Math.log(again / follows);
}

/** How likely a vehicle inside is of the other's fleet; and one close behind it: fleets come and go together. */
const FLEET_SHARE = 1e-3;
const CONVOY_SHARE = 0.03;
/** By how much likelier, or less likely: a fleet's others mostly come and go every day, and nobody else's plates are in a row. */
const KNOWN_FLEET = 5;
const UNKNOWN_FLEET = 0.03;
/** And how likely one that comes here is from the same place as another. */
const PLACE_SHARE = 0.3;
/** A standing vehicle may be read as anything at times (a sticker, a trailer, half a plate). */
const LEAST_AT_LANE = -7;
const AGAIN_PER_S = 0.15;
const AGAIN_S = 12;
const FOLLOWS_PER_S = 0.04;
/** Clocks of two cameras may differ, and motorcycles ride side by side. */
const TOGETHER_PER_S = 0.004;
const HEADWAY_S = 1.5;
const HEADWAY_SPREAD_S = 0.25;

/** Filled anew for each evidence that neither of them holds. */
const slots: readonly [Prepared, Prepared] = [new Prepared(), new Prepared()];
/** What came of the two that were compared last. */
let related = 0;
let fleetMates = 0;
let placeMates = 1;

function plateEvidence(one: PlateEvidence, other: PlateEvidence, fleetShare: number, isKept: boolean): number {
  if (one.plate === '' || other.plate === '') return 0;
  // Sums are made in one order, whichever comes first.
  if (one.plate === other.plate && areLone(one, other)) compareAlike(one, other);
  else if (one.plate <= other.plate) compare(one, other, isKept);
  else compare(other, one, isKept);
  return logRelated(fleetShare) + countryEvidence(one.country, other.country);
}

/** Of the two that were compared last. */
function logRelated(fleetShare: number): number {
  // What speaks against one vehicle needs no further explanation.
  const unrelated = related < EXPLAINED_FROM ? 1 : 1 - fleetShare - PLACE_SHARE + fleetShare * fleetMates + PLACE_SHARE * placeMates;
  return Math.log(related / unrelated);
}

/** Of the reading that is held, and of what was read from a row. */
function evidenceOfEntered(sought: PlateEvidence, candidates: number, isEnteredFirst: boolean, fleetShare: number): number {
  const { right, truthAmongCandidates } = shippedReliability;
  const enteredRight = right(memoryNumbers[ENTERED]!, candidates > 0);
  const among = candidates > 0 ? truthAmongCandidates : 0;
  related = evidenceModule.compareEntered(shippedChannel.at, held.at, enteredRight, among, isEnteredFirst);
  takeFound();
  return logRelated(fleetShare) + enteredCountryEvidence(sought.country, memoryNumbers[ENTERED + 1]!);
}

/** What those in rows are compared with, one after the other: prepared once. */
const held = new Prepared();
let isOfLetters = false;

/** Holds the reading. @returns where; NOT_HELD: it has plates that those in a row would have to be held against otherwise */
export function holdSought(sought: PlateEvidence): number {
  if (held.evidence !== sought) {
    held.prepare(sought);
    isOfLetters = evidenceModule.isOfLetters(held.at) !== 0;
  }
  return isOfLetters ? held.at : NOT_HELD;
}

export const NOT_HELD = -1;

/** @param codes of the letters of the entered one's, the first in the low byte */
function enteredCountryEvidence(sought: string, codes: number): number {
  const isSame = sought.length === 2 && (sought.charCodeAt(0) | (sought.charCodeAt(1) << 8)) === codes;
  return countryEvidence(sought, isSame ? sought : String.fromCharCode(codes & 0xff, codes >> 8));
}

function compare(one: PlateEvidence, other: PlateEvidence, isKept: boolean): void {
  if (!isKept) return compareAnew(one, other);
  const known = compared[placeOf(one.plate, other.plate)]!;
  if (isSameReading(known.one, one) && isSameReading(known.other, other)) {
    related = known.related;
    fleetMates = known.fleetMates;
    placeMates = known.placeMates;
    return;
  }
  compareAnew(one, other);
  known.one = one;
  known.other = other;
  known.related = related;
  known.fleetMates = fleetMates;
  known.placeMates = placeMates;
}

function compareAnew(one: PlateEvidence, other: PlateEvidence): void {
  if (areLone(one, other)) return compareLone(one, other);
  const a = preparedSlot(one, other);
  const b = preparedSlot(other, one);
  related = evidenceModule.compare(shippedChannel.at, a.at, b.at, sharedPlates(a, b));
  takeFound();
}

function takeFound(): void {
  if (related < EXPLAINED_FROM) return;
  fleetMates = memoryNumbers[FOUND]!;
  placeMates = memoryNumbers[FOUND + 1]!;
}

/** Neither may be anything else than was read. Most are so, and all of them is said by one call. */
function areLone(one: PlateEvidence, other: PlateEvidence): boolean {
  return one.candidates.length === 0 && other.candidates.length === 0;
}

/** Of two plates. */
function compareLone(one: PlateEvidence, other: PlateEvidence): void {
  loneText.layDown(one.plate);
  otherLoneText.layDown(other.plate);
  const { right } = shippedReliability;
  related = evidenceModule.compareLone(shippedChannel.at, lone, otherLone, right(one.confidence, false), right(other.confidence, false));
  takeFound();
}

/** Of one plate: so are most vehicles read that leave, at both ends, and no two of them again. */
function compareAlike(one: PlateEvidence, other: PlateEvidence): void {
  loneText.layDown(one.plate);
  const { right } = shippedReliability;
  related = evidenceModule.compareAlike(shippedChannel.at, lone, otherLone, right(one.confidence, false), right(other.confidence, false));
  takeFound();
}

const lone = evidenceModule.makePrepared();
const otherLone = evidenceModule.makePrepared();
const loneText = new Text(evidenceModule.textAt(lone, 0));
const otherLoneText = new Text(evidenceModule.textAt(otherLone, 0));

/** What two readings come to: those near each other in time or place are compared again and again, and it takes long. */
interface Compared {
  one: PlateEvidence;
  other: PlateEvidence;
  related: number;
  fleetMates: number;
  placeMates: number;
}

/** A power of two: a garage's doubts of some minutes. */
const COMPARED = 512;
const nothing: PlateEvidence = { plate: '', country: '', confidence: 0, candidates: [] };
/** By their plates; of others with the same place the last ones. */
const compared = Array.from({ length: COMPARED }, (): Compared => ({ one: nothing, other: nothing, related: NaN, fleetMates: NaN, placeMates: NaN }));

function placeOf(one: string, other: string): number {
  let hash = 0;
  for (let i = 0; i < one.length; i++) hash = (Math.imul(hash, 31) + one.charCodeAt(i)) | 0;
  for (let i = 0; i < other.length; i++) hash = (Math.imul(hash, 33) + other.charCodeAt(i)) | 0;
  return (hash ^ (hash >>> 9)) & (COMPARED - 1);
}

function preparedSlot(evidence: PlateEvidence, other: PlateEvidence): Prepared {
  const [first, second] = slots;
  if (first.evidence === evidence) return first;
  if (second.evidence === evidence) return second;
  const free = first.evidence === other ? second : first;
  free.prepare(evidence);
  return free;
}

const FOUND = evidenceModule.foundAt() / NUMBER_BYTES;
const ENTERED = evidenceModule.enteredAt() / NUMBER_BYTES;

/** Which plates they have in common, as `wasm/shared-plates.as.ts` wants it. */
function sharedPlates(one: Prepared, other: Prepared): number {
  let shared = 0;
  for (let i = 0; i <= one.candidates; i++) shared |= (1 + numberAmong(other, one.texts[i]!.plate)) << (4 * i);
  return shared;
}
