import type { GarageEntry, LaneEntry } from '../garage-fleet.ts';
import { randomFor } from '../random.ts';
import type { ReadJson } from '../passage.ts';
import { cameraDays, outages } from './camera-days.ts';
import type { CameraDays, Period, Spell } from './camera-days.ts';
import { confusionOf } from './confused-character.ts';
import { openMissQuota } from './miss-quota.ts';
import type { Watch, WorldDelivery } from './world-passage.ts';
import type { WorldRates } from './world-rates.ts';
import type { Label, WorldCameraFault, WorldFaultKind, WorldPassage } from './world-truth.ts';

/** The watches of all garages: their cameras with good and bad days. */
export function openWatches(seed: string, garages: readonly GarageEntry[], rates: WorldRates, period: Period): Watch[] {
  const misreadOf = misreadShares(rates, garages);
  let camera = 0;
  let lane = 0;
  return garages.map((garage, index) => {
    const ofGarage = garage.lanes.flatMap(({ cameras: ofLane }) => ofLane);
    const confusion = rates.confuses ? confusionOf(seed, index, ofGarage.length) : null;
    const cameras = new Map<string, CameraDays>();
    for (const { cameras: ofLane } of garage.lanes) {
      const together = outages(rates.outages, period, randomFor(seed, LANE, lane));
      for (const { cameraId } of ofLane) {
        const own = confusion !== null && ofGarage[confusion.camera]!.cameraId === cameraId ? confusion : null;
        cameras.set(cameraId, cameraDays(seed, camera++, rates, misreadOf(lane), period, together, own));
      }
      lane += 1;
    }
    let reads = 0;
    let faults = 0;
    return {
      garageId: garage.garageId, rates, cameras, misses: openMissQuota(rates.missed), readsOf: new Map(),
      readId: () => `${garage.garageId}-r${++reads}`,
      faultId: () => `${garage.garageId}-f${++faults}`,
    };
  });
}

/** The spells of a garage's cameras that end in the given time, with labels where enough passed to tell. */
export function* cameraFaults(watch: Watch, { from, to }: Spell): Generator<WorldCameraFault> {
  for (const [cameraId, days] of watch.cameras) {
    for (const [kind, spells, enough] of SPELLS) {
      for (const spell of days[spells]) {
        if (spell.to < from || spell.to >= to) continue;
        yield {
          kind: 'camera', garageId: watch.garageId, cameraId, from: new Date(spell.from).toISOString(),
          to: new Date(spell.to).toISOString(), labels: (watch.readsOf.get(spell) ?? 0) >= enough ? [kind] : [],
          faults: [{ faultId: watch.faultId(), kind }],
        };
      }
    }
  }
}

/** Reads of no vehicle in one day: a sign near the lane, read alike again and again, or a reflection. */
export function ghostsOfDay(
  seed: string, garage: GarageEntry, index: number, watch: Watch, day: number, midnight: number,
): { truth: WorldPassage[]; deliveries: WorldDelivery[] } {
  const random = randomFor(seed, GHOSTS, index, day);
  const truth: WorldPassage[] = [];
  const deliveries: WorldDelivery[] = [];
  for (const [number, lane] of garage.lanes.entries()) {
    for (const { cameraId } of lane.cameras) {
      const sign = signOf(seed, index, number);
      for (let left = watch.rates.ghosts; left > 0; left--) {
        if (!random.chance(left)) continue;
        const at = midnight + Math.round(random.between(0.3, 23.5) * HOUR_MS);
        const readId = watch.readId();
        const read: ReadJson = {
          readId, garageId: garage.garageId, cameraId, laneId: lane.laneId,
          direction: random.chance(0.6) ? 'unknown' : random.chance(0.5) ? 'in' : 'out',
          plate: random.chance(0.6) ? sign : reflection(random.whole(2, 5), random.next()),
          country: 'XX', confidence: Math.round(random.between(0.1, 0.55) * 1000) / 1000, candidates: [],
          capturedAt: new Date(at + Math.round(watch.cameras.get(cameraId)!.clockError(at))).toISOString(),
        };
        const deliverAt = at + random.whole(80, 1500);
        deliveries.push({ deliverAt, read: { ...read, receivedAt: new Date(deliverAt).toISOString() } });
        truth.push({
          kind: 'passage', garageId: garage.garageId, readIds: [readId],
          at: new Date(at).toISOString(), labels: ['ghost_read'],
          faults: [{ faultId: watch.faultId(), kind: 'ghost', readId }],
        });
      }
    }
  }
  return { truth, deliveries };
}

const LANE = 26;
const GHOSTS = 27;
const SIGN = 28;
const HOUR_MS = 3_600_000;

/** Which spells, under which name, and how many reads must fall into one before anybody could tell. */
const SPELLS: readonly (readonly [Label & WorldFaultKind, 'outages' | 'degradations' | 'skews', number])[] = [
  ['camera_silent', 'outages', 8],
  ['camera_degraded', 'degradations', 60],
  ['clock_skew', 'skews', 20],
];

/** Chance of a misread at each lane of the world, so that all together come to the share asked for. */
function misreadShares(
  { misread, badCameraMisread }: WorldRates, garages: readonly GarageEntry[],
): (lane: number) => number {
  if (badCameraMisread === null) return () => misread;
  const isBad = (lane: number): boolean => lane % 4 === 3;
  const traffic = garages.flatMap(({ lanes }) => lanes.map((lane) => trafficOf(lane, lanes)));
  const sum = (shares: readonly number[]): number => shares.reduce((total, share) => total + share, 0);
  const bad = sum(traffic.filter((_, lane) => isBad(lane))) / sum(traffic);
  const good = Math.max(misread / 3, (misread - bad * badCameraMisread) / (1 - bad));
  return (lane) => (isBad(lane) ? badCameraMisread : good);
}

/** Reads that a lane makes, against other lanes. */
function trafficOf(lane: LaneEntry, lanes: readonly LaneEntry[]): number {
  const passages = (['in', 'out'] as const).reduce((sum, movement) => {
    const serves = ({ direction }: LaneEntry): boolean => direction === 'both' || direction === movement;
    return serves(lane) ? sum + 1 / lanes.filter(serves).length : sum;
  }, 0);
  return passages * lane.cameras.length;
}

const SIGNS = ['EXIT', 'P24H', 'INN', 'UT', 'STOPP', '30', 'P1', 'TAXI', 'HC', 'MAX2', 'VAREMOTTAK', '4711'];

function signOf(seed: string, garage: number, lane: number): string {
  return randomFor(seed, SIGN, garage, lane).pick(SIGNS);
}

function reflection(length: number, draw: number): string {
  return Math.floor(draw * 36 ** length).toString(36).toUpperCase().padStart(length, '1');
}
