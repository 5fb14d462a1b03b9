import type { Table } from '../engine/state.ts';
import type { GarageSettings } from '../records/records.ts';
import { clustersOf } from './clusters.ts';
import type { GarageIndex } from './garage-index.ts';
import type { LaneIndex } from './garage-lanes.ts';
import { areLinked } from './linking.ts';
import {
  comparePassages, compareReads, firstRead, isSamePassage, passageOfReads, type Passage, type PassageRead,
} from './passages.ts';
import { sortShort } from './short-sort.ts';
import type { Stay } from './state.ts';
import type { OwnedPassage } from './stays.ts';

/** Which live passages a read belongs to, and which passages it then makes with them. */

export interface Linked {
  readonly slot: number;
  readonly stay: Stay;
  readonly passage: Passage;
}

/** More passages than these are not weighed against each other: the work grows with their third power. */
const MOST_LINKED = 12;

const noneLinked: readonly Linked[] = [];

/** The passages that the read is linked to, directly or through others, the oldest first. */
export function linkedTo(
  read: PassageRead, stays: Table<Stay>, garage: GarageIndex, lane: LaneIndex,
): readonly Linked[] {
  // Nearly always to none, though others were read near it: nothing is made for that.
  return isLinkedToAny(read, stays, garage, lane) ? linkedThrough(read, stays, garage, lane) : noneLinked;
}

function isLinkedToAny(read: PassageRead, stays: Table<Stay>, garage: GarageIndex, lane: LaneIndex): boolean {
  const slots = garage.readNear(read, lane);
  const { passageGapMs } = garage.settings;
  for (let i = 0; i < slots.length; i++) {
    const { entry, exit } = stays.at(slots[i]!)!;
    if (entry !== null && isLinkedToPassage(read, lane, entry, passageGapMs)) return true;
    if (exit !== null && isLinkedToPassage(read, lane, exit, passageGapMs)) return true;
  }
  return false;
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
  for (let from: PassageRead | undefined = read; from !== undefined; from = reads.pop()) {
    const lane = from === read ? ofRead : garage.lane(from.laneId);
    for (const slot of garage.readNear(from, lane)) {
      const stay = stays.at(slot)!;
      for (let known = stay.entry ?? stay.exit; known !== null; known = known === stay.entry ? stay.exit : null) {
        if (isAmong(known, linked) || !isLinkedToPassage(from, lane, known, garage.settings.passageGapMs)) continue;
        linked.push({ slot, stay, passage: known });
        for (let i = 0; i < known.reads.length; i++) reads.push(known.reads[i]!);
        // A crowd of look-alikes at one lane, as no vehicles make it: only reads of the very same plate are joined.
        if (linked.length > MOST_LINKED) return readAs(read, linked);
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

function readAs({ plate }: PassageRead, linked: readonly Linked[]): readonly Linked[] {
  return linked.filter(({ passage }) => passage.reads.every((known) => known.plate === plate));
}

/** The passages that a new one makes with those that it is linked to. */
export function regrouped(before: readonly OwnedPassage[], added: Passage, { passageGapMs }: GarageSettings): OwnedPassage[] {
  if (before.length === 0) return [{ passage: added, owners: [] }];
  const read = firstRead(added);
  const reads = sortShort([...before.flatMap(({ passage }) => passage.reads), read], compareReads);
  return clustersOf(reads, passageGapMs).map((cluster) => {
    const from = before.filter(({ passage }) => passage.reads.some((each) => cluster.includes(each)));
    const only = from.length === 1 ? from[0]! : null;
    // One that is the same as before keeps what was decided on it.
    if (only?.passage.reads.length === cluster.length && !cluster.includes(read)) return only;
    const decision = from.find(({ passage }) => passage.decision !== null)?.passage.decision ?? null;
    const ruling = from.find(({ passage }) => passage.ruling !== null)?.passage.ruling ?? null;
    return { passage: passageOfReads(cluster, decision, ruling), owners: from.flatMap(({ owners }) => owners) };
  });
}
