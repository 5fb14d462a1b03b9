import { parentPort, workerData } from 'node:worker_threads';
import type { Garage, Visit } from '../../records/records.ts';
import { likelyInside } from '../occupancy/occupancy.ts';
import { unpackReads, type PackedReads } from './packed-reads.ts';
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
  | { readonly kind: 'taken'; readonly told: readonly ToldVisit[] }
  | { readonly kind: 'end'; readonly told: readonly ToldVisit[]; readonly ended: Ended };

/** A revision of a visit, told after the read with that offset. */
export interface ToldVisit {
  readonly offset: number;
  readonly receivedAt: number;
  readonly visit: Visit;
}

export interface Ended {
  readonly found: Found;
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
let told: ToldVisit[] = [];
let offset = 0;
let receivedAt = 0;
let isEnding = false;

const placeOf = (garageId: string): number => (isEnding ? BEHIND_ALL + firstOffsets.get(garageId)! : offset);

const run = openRulesRun(garages, {
  visit(visit, isNew) {
    const { garageId } = visit;
    if (isNew) visitsFrom.push(placeOf(garageId));
    if (!alone.has(garageId)) told.push({ offset: placeOf(garageId), receivedAt, visit });
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
  say({ kind: 'taken', told });
  told = [];
}

function end(): void {
  isEnding = true;
  const found = run.end();
  say({
    kind: 'end', told, ended: {
      found, visitsFrom: Float64Array.from(visitsFrom), irregularitiesFrom: Float64Array.from(irregularitiesFrom), hours: occupancy.hours(),
    },
  });
  port.close();
}

function say(message: GarageThreadSays): void {
  port.postMessage(message);
}
