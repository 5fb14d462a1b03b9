import type { Table } from '../../engine/state.ts';
import type { GarageIndex } from '../state/garage-index.ts';
import type { LaneIndex } from '../state/garage-lanes.ts';
import { sortShort } from '../lists/short-sort.ts';
import type { Stay } from '../state/stay.ts';
import type { OwnedPassage } from '../stays/stays.ts';
import { clustersOf } from './clusters.ts';
import { isSurelyApart } from './linked-at-rest.ts';
import { areLinked } from './linking.ts';
import {
  comparePassages, compareReads, firstRead, isDecided, isSamePassage, lastRead, leadsOut, passageOfSorted, type Passage, type PassageRead,
} from './passages.ts';

/** Which live passages a read belongs to, and which passages it then makes with them. */

export interface Linked {
  readonly slot: number;
  readonly stay: Stay;
  readonly passage: Passage;
}

/** More passages than these are not weighed against each other: the work grows with their third power. */
const MOST_LINKED = 12;
/**
 * Nor reads of more plates than these, as the camera read them. Twelve passages hold up to 768: each read that comes would cost a tenth
 * of a second, so that one camera holds up the visits of all. Vehicles that wait in a row, and are misread now and again, come to 9.
 */
export const MOST_READINGS = 64;

const noneLinked: readonly Linked[] = [];

/**
 * The passages that the read is linked to, directly or through others, the oldest first.
 * @param slots what `readNear` says of the read
 */
export function linkedTo(
  read: PassageRead, slots: readonly number[], stays: Table<Stay>, garage: GarageIndex, lane: LaneIndex,
): readonly Linked[] {
  const { passageGapMs } = garage.settings;
  for (let i = 0; i < slots.length; i++) {
    const slot = slots[i]!;
    if (isSurelyApart(read, slot, stays, passageGapMs)) continue;
    const stay = stays.at(slot)!;
    for (let known = stay.entry ?? stay.exit; known !== null; known = known === stay.entry ? stay.exit : null) {
      if (!isLinkedToPassage(read, lane, known, passageGapMs)) continue;
      const isOnlyOne = isAlone(read, slot, stay, known, garage, lane);
      return isOnlyOne ? [{ slot, stay, passage: known }] : linkedThrough(read, stays, garage, lane);
    }
  }
  // Nearly always, though others were read near it: nothing is made for that.
  return noneLinked;
}

/**
 * Whether nothing else was read near the passage that either of the two could be linked to: mostly so of one that grows, and
 * a look for all of its reads at once tells.
 */
function isAlone(
  read: PassageRead, slot: number, { entry, exit }: Stay, known: Passage, garage: GarageIndex, lane: LaneIndex,
): boolean {
  for (const { plate, laneId } of known.reads) if (plate !== read.plate || laneId !== read.laneId) return false;
  const from = Math.min(read.at, firstRead(known).at);
  const to = Math.max(read.at, lastRead(known).at);
  const other = known === entry ? exit : entry;
  const { passageGapMs } = garage.settings;
  if (other !== null && lastRead(other).at > from - passageGapMs && firstRead(other).at < to + passageGapMs) return false;
  const near = garage.readNear(read, lane, from, to);
  return near.length === 1 && near[0] === slot;
}

function isLinkedToPassage(read: PassageRead, lane: LaneIndex, { reads }: Passage, gapMs: number): boolean {
  for (let i = 0; i < reads.length; i++) {
    const other = reads[i]!;
    if ((other.laneId === read.laneId || isAdjacent(lane, other.laneId)) && areLinked(other, read, gapMs)) return true;
  }
  return false;
}

function isAdjacent({ adjacent }: LaneIndex, laneId: string): boolean {
  for (const next of adjacent) if (next.laneId === laneId) return true;
  return false;
}

function linkedThrough(
  read: PassageRead, stays: Table<Stay>, garage: GarageIndex, ofRead: LaneIndex,
): readonly Linked[] {
  const linked: Linked[] = [];
  const reads: PassageRead[] = [];
  let held = 1;
  for (let from: PassageRead | undefined = read; from !== undefined; from = reads.pop()) {
    const lane = from === read ? ofRead : garage.lane(from.laneId);
    for (const slot of garage.readNear(from, lane)) {
      if (isSurelyApart(from, slot, stays, garage.settings.passageGapMs)) continue;
      const stay = stays.at(slot)!;
      for (let known = stay.entry ?? stay.exit; known !== null; known = known === stay.entry ? stay.exit : null) {
        if (isAmong(known, linked) || !isLinkedToPassage(from, lane, known, garage.settings.passageGapMs)) continue;
        linked.push({ slot, stay, passage: known });
        for (let i = 0; i < known.reads.length; i++) reads.push(known.reads[i]!);
        held += known.reads.length;
        // A crowd of look-alikes at one lane, as no vehicles make it: only reads of the very same plate are joined.
        if (linked.length > MOST_LINKED || (held > MOST_READINGS && readingsOf(read, linked) > MOST_READINGS)) return readAs(read, linked);
      }
    }
  }
  if (linked.length < 2) return linked;
  return sortShort(linked, (a, b) => comparePassages(a.passage, b.passage));
}

function isAmong(known: Passage, linked: readonly Linked[]): boolean {
  for (let i = 0; i < linked.length; i++) if (isSamePassage(linked[i]!.passage, known)) return true;
  return false;
}

/** Of how many plates their reads are. */
function readingsOf({ plate }: PassageRead, linked: readonly Linked[]): number {
  const plates = new Set([plate]);
  for (const { passage } of linked) for (const known of passage.reads) plates.add(known.plate);
  return plates.size;
}

function readAs({ plate }: PassageRead, linked: readonly Linked[]): readonly Linked[] {
  return linked.filter(({ passage }) => passage.reads.every((known) => known.plate === plate));
}

/** Reads by vehicle, those of each sorted as a passage's are. */
export type Clusters = readonly (readonly PassageRead[])[];

export const noClusters: Clusters = [];

/** Which reads make a passage each, of those of the passages that the read is linked to and of itself. */
export function clustersWith(read: PassageRead, linked: readonly Linked[], gapMs: number): Clusters {
  const reads: PassageRead[] = [];
  for (const { passage } of linked) for (const known of passage.reads) reads.push(known);
  reads.push(read);
  return clustersOf(sortShort(reads, compareReads), gapMs);
}

/**
 * The one passage that the read comes to, the others that it is linked to being as they were: nearly always so, and then no fold says
 * more of the others. Null: it makes more of them.
 */
export function joinedAlone(read: PassageRead, linked: readonly Linked[], clusters: Clusters): Linked | null {
  if (clusters.length !== linked.length) return null;
  let joined: Linked | null = null;
  for (const cluster of clusters) {
    const isJoined = linked.length === 1 || cluster.includes(read);
    const from = linked.length === 1 ? linked[0]! : linked.find(({ passage }) => cluster.includes(passage.reads[0]!));
    if (from === undefined || from.passage.reads.length + (isJoined ? 1 : 0) !== cluster.length) return null;
    if (isJoined) joined = from;
    else if (!from.passage.reads.every((each) => cluster.includes(each)) || isToBeDecidedWithout(from.passage)) return null;
  }
  return joined;
}

/** It leads out no more, and what was decided on it is void. */
function isToBeDecidedWithout(passage: Passage): boolean {
  return isDecided(passage) && !leadsOut(passage);
}

/**
 * The passages that a new one makes with those that it is linked to.
 * @param before those, each with its owners
 * @param grown what the new one makes of one of them (`joinedAlone`), if that is known
 */
export function regrouped(
  before: readonly OwnedPassage[], added: Passage, linked: readonly Linked[], clusters: Clusters, grown: Passage | null,
): OwnedPassage[] {
  if (before.length === 0) return [{ passage: added, owners: [] }];
  const read = firstRead(added);
  return clusters.map((cluster) => {
    // By the reads that were clustered: of a passage at rest there may be others like them.
    const from = before.filter((_, i) => linked[i]!.passage.reads.some((each) => cluster.includes(each)));
    const only = from.length === 1 ? from[0]! : null;
    const isJoined = cluster.includes(read);
    // One that is the same as before keeps what was decided on it.
    if (only?.passage.reads.length === cluster.length && !isJoined) return only;
    const decision = from.find(({ passage }) => passage.decision !== null)?.passage.decision ?? null;
    const ruling = from.find(({ passage }) => passage.ruling !== null)?.passage.ruling ?? null;
    const isKnown = grown !== null && isJoined && ruling === null;
    const passage = isKnown ? (decision === null ? grown : { ...grown, decision }) : passageOfSorted(cluster, decision, ruling);
    return { passage, owners: only !== null ? only.owners : from.flatMap(({ owners }) => owners) };
  });
}
