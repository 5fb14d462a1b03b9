import type { CameraEntry, LaneEntry } from '../garage-fleet.ts';
import type { Plate } from '../plates.ts';
import type { Random } from '../random.ts';
import type { ReadJson } from '../passage.ts';
import type { CameraDays } from './camera-days.ts';
import { reading, sideSeen } from './camera-reading.ts';
import type { MissQuota } from './miss-quota.ts';
import type { WorldRates } from './world-rates.ts';
import type { Label, WorldFault, WorldFaultKind } from './world-truth.ts';

/** A read with the time of its delivery, as files have it. */
export interface WorldRead extends ReadJson {
  readonly receivedAt: string;
}

export interface WorldDelivery {
  readonly deliverAt: number;
  readonly read: WorldRead;
}

export interface WorldVehicle {
  readonly front: Plate | null;
  readonly rear: Plate;
  readonly trails: boolean;
  readonly dirt: number;
  readonly usualMisread: string | null;
}

export interface WorldPassing {
  readonly lane: LaneEntry;
  readonly movement: 'in' | 'out';
  readonly vehicle: WorldVehicle;
  /** In: when the last camera sees it; out: when the first one does. */
  readonly at: number;
  /** The lane beside, when it drives on the line between the two. */
  readonly straddles: LaneEntry | null;
  /** The first camera alone sees something, and no plate: a second car close behind another. */
  readonly hidden: boolean;
}

export interface SeenWorldPassage {
  /** In the order of true time. */
  readonly reads: readonly SeenRead[];
  readonly deliveries: readonly WorldDelivery[];
  readonly faults: readonly WorldFault[];
  readonly labels: readonly Label[];
}

export interface SeenRead {
  readonly read: ReadJson;
  readonly side: 'front' | 'rear';
}

/** What one garage's passages are seen with. */
export interface Watch {
  readonly garageId: string;
  readonly rates: WorldRates;
  readonly cameras: ReadonlyMap<string, CameraDays>;
  readonly misses: MissQuota;
  /** How many reads fell into each spell of a camera. */
  readonly readsOf: Map<object, number>;
  readId(): string;
  faultId(): string;
}

/** What the cameras of a lane make of one passing vehicle. Silent cameras may leave nothing of it. */
export function seeWorldPassage(passing: WorldPassing, watch: Watch, random: Random): SeenWorldPassage {
  const { vehicle, movement } = passing;
  const { rates } = watch;
  const reads: SeenRead[] = [];
  const deliveries: WorldDelivery[] = [];
  const faults: WorldFault[] = [];
  const labels = new Set<Label>();
  const note = (kind: WorldFaultKind, readId?: string): void => {
    faults.push({ faultId: watch.faultId(), kind, ...(readId === undefined ? {} : { readId }) });
  };
  let misreadBefore: string | null = null;

  for (const { camera, lane, at, again } of sightings(passing, rates, random)) {
    const days = watch.cameras.get(camera.cameraId)!;
    const side = sideSeen(camera);
    const plate = passing.hidden ? null : side === 'front' ? vehicle.front : vehicle.rear;
    const { faults: slips, ...seen } = reading(
      { plate, dirt: vehicle.dirt, usualMisread: vehicle.usualMisread, misreadBefore, movement, at },
      days, rates, random,
    );
    if (slips.includes('misread') && seen.plate !== '') misreadBefore = seen.plate;
    const skew = spellAt(days.skews, at);
    for (const spell of [spellAt(days.outages, at), spellAt(days.degradations, at), skew]) {
      if (spell !== undefined) watch.readsOf.set(spell, (watch.readsOf.get(spell) ?? 0) + 1);
    }
    const outage = spellAt(days.outages, at);
    const isKept = outage === undefined || (outage.backfills && random.chance(BACKFILLED)) || watch.misses.isSpent();
    if (!isKept) continue;

    const readId = watch.readId();
    for (const slip of slips) note(slip, readId);
    if (again) note('duplicate', readId);
    if (skew !== undefined) note('skewed', readId);
    const late = random.chance(rates.late);
    if (outage !== undefined) note('backfilled', readId);
    else if (late) note('late', readId);
    const deliverAt = outage !== undefined ? outage.to + random.whole(MINUTE_MS, 20 * MINUTE_MS)
      : at + Math.round(late ? lateness(random) : random.between(80, 1500));
    if (deliverAt - at >= LATE_MS) labels.add('late_arrival');
    const read: ReadJson = {
      readId, garageId: watch.garageId, cameraId: camera.cameraId, laneId: lane.laneId, ...seen,
      capturedAt: new Date(at + Math.round(days.clockError(at))).toISOString(),
    };
    reads.push({ read, side });
    deliveries.push(delivery(read, deliverAt));
    if (random.chance(rates.redelivered)) {
      note('redelivered', readId);
      labels.add('duplicate_read');
      deliveries.push(delivery(read, deliverAt + Math.round(random.between(500, REDELIVERED_WITHIN_MS))));
    }
  }
  if (passing.straddles !== null && new Set(reads.map(({ read }) => read.laneId)).size > 1) {
    labels.add('lane_straddle');
    note('straddled');
  }
  for (const label of labelsOfReads(reads, passing)) labels.add(label);
  return { reads, deliveries, faults, labels: [...labels] };
}

/** Reads this much after their passage are late for certain; less, and it depends on what came between. */
const LATE_MS = 3 * 60_000;
const MINUTE_MS = 60_000;
const REDELIVERED_WITHIN_MS = 2 * 60 * MINUTE_MS;
/** Of what a camera saw in an outage, if it kept anything. */
const BACKFILLED = 0.8;

/** Two minutes to three hours, short ones likelier. */
function lateness(random: Random): number {
  return 2 * MINUTE_MS * 90 ** random.next();
}

function delivery(read: ReadJson, deliverAt: number): WorldDelivery {
  return { deliverAt, read: { ...read, receivedAt: new Date(deliverAt).toISOString() } };
}

function spellAt<S extends { readonly from: number; readonly to: number }>(
  spells: readonly S[], at: number,
): S | undefined {
  return spells.find(({ from, to }) => at >= from && at < to);
}

/** What can be told from the reads alone. */
function labelsOfReads(reads: readonly SeenRead[], { vehicle, hidden }: WorldPassing): Label[] {
  if (reads.length === 0 || hidden) return [];
  const plated = reads.filter(({ read }) => read.plate !== '');
  const labels: Label[] = [];
  if (plated.length === 0) labels.push('plate_unreadable');
  else if (plated.every(({ side }) => side === 'rear')) labels.push('no_front_plate');
  else if (vehicle.trails && plated.some(({ side }) => side === 'rear')) labels.push('trailer_plate');
  if (reads.every(({ read }) => read.direction === 'unknown')) labels.push('direction_unknown');
  return labels;
}

interface Sighting {
  readonly camera: CameraEntry;
  readonly lane: LaneEntry;
  readonly at: number;
  /** The vehicle stood still and was read once more. */
  readonly again: boolean;
}

/** Moments at which cameras see the vehicle: up to its instant on the way in, from it on on the way out. */
function sightings(passing: WorldPassing, rates: WorldRates, random: Random): Sighting[] {
  const { lane, vehicle, movement, straddles, hidden } = passing;
  const away = movement === 'in' ? -1 : 1;
  const [first, ...others] = lane.cameras;
  const seen: Sighting[] = [];
  const see = (camera: CameraEntry, fromLane: LaneEntry, at: number, again = false): void => {
    seen.push({ camera, lane: fromLane, at, again });
  };
  if (hidden) return [{ camera: first!, lane, at: passing.at, again: false }];

  const hasRear = lane.cameras.some(({ view }) => view === 'rear');
  // A camera that looks for a front plate where there is none sees a vehicle at best.
  const sees = ({ view }: CameraEntry): boolean =>
    vehicle.front !== null || view === 'rear' || !hasRear || random.chance(0.3);
  // One camera of several may miss what the others see.
  const alone = 1 - 0.005 - 1.5 * rates.missed;
  if (sees(first!) && (others.length === 0 || random.chance(alone))) see(first!, lane, passing.at);
  for (const camera of others) {
    if (sees(camera) && (seen.length === 0 || random.chance(alone))) {
      see(camera, lane, passing.at + away * random.whole(150, 2200));
    }
  }
  if (random.chance(rates.stationary)) {
    let at = passing.at;
    for (let again = 0; again < 5; again++) {
      at += away * random.whole(2500, 12_000);
      const camera = random.chance(0.8) ? first! : random.pick(lane.cameras);
      if (sees(camera)) see(camera, lane, at, true);
    }
  }
  if (straddles !== null) see(straddles.cameras[0]!, straddles, passing.at + away * random.whole(200, 3500));
  return seen.sort((one, other) => one.at - other.at);
}

