import type { FaultKind, FaultRates, Fault } from './faults.ts';
import type { LaneEntry } from './garage-fleet.ts';
import { misreadPlate } from './misread.ts';
import type { Plate } from './plates.ts';
import type { Random } from './random.ts';

/** A read in the JSON form of the HTTP contract. */
export interface ReadJson {
  readonly readId: string;
  readonly garageId: string;
  readonly cameraId: string;
  readonly laneId: string;
  readonly direction: 'in' | 'out' | 'unknown';
  readonly plate: string;
  readonly country: string;
  readonly confidence: number;
  readonly candidates: readonly { readonly plate: string; readonly confidence: number }[];
  readonly capturedAt: string;
}

/** A read on its way: when it reaches us, UTC ms. */
export interface Delivery {
  readonly deliverAt: number;
  readonly read: ReadJson;
}

export interface Passing {
  readonly garageId: string;
  readonly lane: LaneEntry;
  readonly side: 'entry' | 'exit';
  readonly vehicle: Plate;
  /** Entry: when the last camera sees the car; exit: when the first one does. */
  readonly at: number;
}

export interface SeenPassage {
  readonly readIds: readonly string[];
  readonly deliveries: readonly Delivery[];
  readonly faults: readonly Fault[];
}

/** Gives out the numbers of one garage's reads and faults. */
export interface Numbering {
  readId(): string;
  faultId(): string;
}

/** What the cameras of a lane make of one passing car, with the faults that befall it. */
export function seePassage(passing: Passing, rates: FaultRates, random: Random, numbering: Numbering): SeenPassage {
  const faults: Fault[] = [];
  const note = (kind: FaultKind, readId?: string): void => {
    faults.push({ faultId: numbering.faultId(), kind, ...(readId === undefined ? {} : { readId }) });
  };
  if (random.chance(passing.side === 'entry' ? rates.missedEntry : rates.missedExit)) {
    note(passing.side === 'entry' ? 'missed_entry' : 'missed_exit');
    return { readIds: [], deliveries: [], faults };
  }
  const readIds: string[] = [];
  const deliveries: Delivery[] = [];
  for (const { cameraId, at, again } of sightings(passing, rates, random)) {
    const readId = numbering.readId();
    readIds.push(readId);
    if (again) note('duplicate', readId);
    const misread = random.chance(rates.misread);
    if (misread) note('misread', readId);
    const late = random.chance(rates.late);
    if (late) note('late', readId);
    const deliverAt = at
      + Math.round(late ? random.between(rates.lateFromMs, rates.lateToMs) : random.between(80, 1500));
    const read: ReadJson = {
      readId,
      garageId: passing.garageId,
      cameraId,
      laneId: passing.lane.laneId,
      direction: passing.side === 'entry' ? 'in' : 'out',
      ...(misread ? wrongReading(passing.vehicle, rates, random) : rightReading(passing.vehicle, random)),
      capturedAt: new Date(at).toISOString(),
    };
    deliveries.push({ deliverAt, read });
    if (random.chance(rates.redelivered)) {
      note('redelivered', readId);
      deliveries.push({ deliverAt: deliverAt + Math.round(random.between(500, REDELIVERED_WITHIN_MS)), read });
    }
  }
  return { readIds, deliveries, faults };
}

const REDELIVERED_WITHIN_MS = 2 * 3_600_000;

interface Sighting {
  readonly cameraId: string;
  readonly at: number;
  /** The car stood still and was read once more. */
  readonly again: boolean;
}

/** Moments at which the lane's cameras see the car: up to its instant at an entry, from it on at an exit. */
function sightings(passing: Passing, rates: FaultRates, random: Random): Sighting[] {
  const away = passing.side === 'entry' ? -1 : 1;
  const [first, second] = passing.lane.cameras;
  const seen: Sighting[] = [{ cameraId: first!.cameraId, at: passing.at, again: false }];
  if (second !== undefined) {
    seen.push({ cameraId: second.cameraId, at: passing.at + away * random.whole(150, 1800), again: false });
  }
  if (random.chance(rates.duplicate)) {
    let at = passing.at;
    for (let again = random.whole(1, 4); again > 0; again--) {
      at += away * random.whole(2000, 11_000);
      seen.push({ cameraId: first!.cameraId, at, again: true });
    }
  }
  return seen.sort((one, other) => one.at - other.at);
}

type Reading = Pick<ReadJson, 'plate' | 'country' | 'confidence' | 'candidates'>;

function rightReading({ plate, country }: Plate, random: Random): Reading {
  const candidates = random.chance(0.2)
    ? [{ plate: misreadPlate(plate, random), confidence: confidence(0.1, 0.5, random) }]
    : [];
  return { plate, country, confidence: confidence(0.8, 1, random), candidates };
}

function wrongReading({ plate, country }: Plate, rates: FaultRates, random: Random): Reading {
  const wrong = misreadPlate(plate, random);
  const candidates = random.chance(rates.truthAmongCandidates)
    ? [{ plate, confidence: confidence(0.2, 0.6, random) }]
    : [];
  return { plate: wrong, country, confidence: confidence(0.4, 0.92, random), candidates };
}

function confidence(from: number, to: number, random: Random): number {
  return Math.round(random.between(from, to) * 1000) / 1000;
}
