import { parentPort, workerData } from 'node:worker_threads';
import type { Garage, Visit } from '../../records/records.ts';
import { likelyInside } from '../occupancy/occupancy.ts';
import { unpackReads, type PackedReads } from './packed-reads.ts';
import { packVisits, transferable, type PackedVisits } from './packed-visits.ts';
import { watchOccupancy, type HoursFound } from './occupancy.ts';
import { openRulesRun, type Found } from './rules-run.ts';

/** What a thread that runs the rules of some garages is given. */
export interface GarageThreadData {
  readonly garages: readonly Garage[];
  /** Of all others each revision of a visit is told on. */
  readonly alone: ReadonlySet<string>;
  readonly isOccupancyAsked: boolean;
}

/** Reads of its garages with their offsets among all reads; null: there are no more. */
export type ThreadHears = { readonly packed: PackedReads; readonly offsets: Float64Array } | null;

export type GarageThreadSays =
  | { readonly kind: 'taken'; readonly told: ToldVisits }
  | { readonly kind: 'end'; readonly told: ToldVisits; readonly ended: Ended };

/** Revisions of visits, each told after the read with that offset, which was received then (ms UTC). */
export interface ToldVisits {
  readonly visits: PackedVisits;
  readonly offsets: readonly number[];
  readonly receivedAts: readonly number[];
}

export interface Ended {
  readonly found: Omit<Found, 'visits'>;
  readonly visits: PackedVisits;
  /** Of each visit and irregularity: where it was first told of. */
  readonly visitsFrom: Float64Array;
  readonly irregularitiesFrom: Float64Array;
  readonly hours: HoursFound;
}

/** What is told at the very end comes behind all reads, garage by garage as they were first read. */
const BEHIND_ALL = 2 ** 50;

const { garages, alone, isOccupancyAsked } = workerData as GarageThreadData;
const port = parentPort!;
const occupancy = watchOccupancy(isOccupancyAsked ? garages : []);
const firstOffsets = new Map<string, number>();
const visitsFrom: number[] = [];
const irregularitiesFrom: number[] = [];
/** What is to be told on, since it was last. */
let visits: Visit[] = [];
let offsets: number[] = [];
let receivedAts: number[] = [];
let offset = 0;
let receivedAt = 0;
let isEnding = false;

const placeOf = (garageId: string): number => (isEnding ? BEHIND_ALL + firstOffsets.get(garageId)! : offset);

const run = openRulesRun(garages, {
  visit(visit, isNew) {
    const { garageId } = visit;
    if (isNew) visitsFrom.push(placeOf(garageId));
    if (alone.has(garageId)) return;
    visits.push(visit);
    offsets.push(placeOf(garageId));
    receivedAts.push(receivedAt);
  },
  irregularity({ garageId }, isNew) {
    if (isNew) irregularitiesFrom.push(placeOf(garageId));
  },
});

port.on('message', (heard: ThreadHears) => {
  if (heard !== null) take(heard.packed, heard.offsets);
  else end();
});

function take(packed: PackedReads, offsets: Float64Array): void {
  const reads = unpackReads(packed);
  for (let i = 0; i < reads.length; i++) {
    const read = reads[i]!;
    const { garageId } = read;
    offset = offsets[i]!;
    receivedAt = read.receivedAt;
    if (!firstOffsets.has(garageId)) firstOffsets.set(garageId, offset);
    occupancy.read(read, (at) => likelyInside(run.garage(garageId), at));
    run.read(read, offset);
  }
  run.settle();
  say({ kind: 'taken', told: takeTold() });
}

function takeTold(): ToldVisits {
  const told = { visits: packVisits(visits), offsets, receivedAts };
  [visits, offsets, receivedAts] = [[], [], []];
  return told;
}

function end(): void {
  isEnding = true;
  const { visits: found, ...rest } = run.end();
  say({
    kind: 'end', told: takeTold(), ended: {
      found: rest, visits: packVisits(found), visitsFrom: Float64Array.from(visitsFrom),
      irregularitiesFrom: Float64Array.from(irregularitiesFrom), hours: occupancy.hours(),
    },
  });
  port.close();
}

function say(message: GarageThreadSays): void {
  const packed = message.kind === 'end' ? [message.told.visits, message.ended.visits] : [message.told.visits];
  port.postMessage(message, packed.flatMap(transferable));
}
