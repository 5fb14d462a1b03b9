import type { GarageEntry, LaneEntry } from '../garage-fleet.ts';
import type { Plate } from '../plates.ts';
import type { Random } from '../random.ts';
import { couldBeSeveral, isReadAnew, labelsOfPair } from './pair-labels.ts';
import { dirtOf } from './misread-chance.ts';
import { wrongPlate } from './plate-errors.ts';
import { seeWorldPassage } from './world-passage.ts';
import type { SeenRead, SeenWorldPassage, Watch, WorldDelivery, WorldVehicle } from './world-passage.ts';
import type { WorldStayPlan } from './world-stays.ts';
import type { Label, WorldFault, WorldFaultKind, WorldPassage, WorldStay } from './world-truth.ts';

/** A planned stay with who it is and what else is known when cameras look at it. */
export interface StayToSee {
  readonly plan: WorldStayPlan;
  readonly stayId: string;
  readonly vehicleId: string;
  readonly accountId: string | null;
  readonly plate: Plate;
  readonly garage: GarageEntry;
  readonly watch: Watch;
  /** What the garage's books should hold for this vehicle. */
  readonly books: Books;
  /** It follows close behind another car through this lane, at the entry or the exit. */
  readonly behind: { readonly lane: LaneEntry; readonly side: 'entry' | 'exit' } | null;
  /** Plates, one character from its own, of other vehicles inside at an instant. */
  alikeInside(at: number): readonly string[];
  /** End of the period, UTC ms: what is later is not seen. */
  readonly to: number;
}

export interface SeenStay {
  readonly stay: WorldStay;
  /** Cars that turned round, and others that made no stay. */
  readonly passages: readonly WorldPassage[];
  readonly deliveries: readonly WorldDelivery[];
  /** Where another car may have followed close behind. */
  readonly lanes: { readonly entry: LaneEntry; readonly exit: LaneEntry };
}

/** Whether, by what its cameras saw, a vehicle is inside. */
export interface Books {
  isInside: boolean;
}

const MINUTE_MS = 60_000;

/** What the cameras make of one stay, from before the entry to after the exit. */
export function seeWorldStay(toSee: StayToSee, random: Random): SeenStay {
  const { plan, garage, watch, plate, books, behind } = toSee;
  const { rates } = watch;
  const deliveries: WorldDelivery[] = [];
  const passages: WorldPassage[] = [];
  const faults: WorldFault[] = [];
  const labels = new Set<Label>();
  const note = (kind: WorldFaultKind): void => void faults.push({ faultId: watch.faultId(), kind });
  const vehicle = vehicleOf(plate, toSee, random);
  if (vehicle.front === null) note('no_front_plate');
  if (vehicle.trails) note('trailer');

  const see = (
    lane: LaneEntry, movement: 'in' | 'out', at: number, straddles: LaneEntry | null = null, hidden = false,
  ): SeenWorldPassage => {
    const seen = seeWorldPassage({ lane, movement, vehicle, at, straddles, hidden }, watch, random);
    deliveries.push(...seen.deliveries);
    return seen;
  };
  const passage = (seen: SeenWorldPassage, at: number, label: Label, kind: WorldFaultKind): void => {
    if (seen.reads.length === 0) return;
    passages.push({
      kind: 'passage', garageId: garage.garageId, vehicleId: toSee.vehicleId, readIds: idsOf(seen.reads),
      at: new Date(at).toISOString(),
      labels: [label, ...seen.labels], faults: [{ faultId: watch.faultId(), kind }, ...seen.faults],
    });
  };

  const entryLane = behind?.side === 'entry' ? behind.lane : laneFor('in');
  const exitLane = behind?.side === 'exit' ? behind.lane : laneFor('out');
  if (behind === null && random.chance(rates.backedOut)) backOut(entryLane);
  const entry = side('entry', entryLane, 'in', plan.enteredAt);
  const stillInside = plan.exitedAt >= toSee.to;
  if (entry.reads.length > 0) {
    if (books.isInside) labels.add('double_entry');
    books.isInside = true;
  }
  const seenAgainAt = plan.enteredAt + random.whole(3 * MINUTE_MS, 25 * MINUTE_MS);
  const isInsideThen = seenAgainAt + 3 * MINUTE_MS < Math.min(plan.exitedAt, toSee.to);
  if (random.chance(rates.seenAgainInside) && isInsideThen && entry.reads.length > 0) {
    passage(see(laneFor('in'), 'in', seenAgainAt), seenAgainAt, 'aaba', 'seen_again_inside');
  }
  const exit = stillInside ? NOTHING : side('exit', exitLane, 'out', plan.exitedAt);
  const exitReads = [...exit.reads];
  if (exit.reads.length > 0) {
    if (!books.isInside) labels.add('exit_without_entry');
    books.isInside = false;
    if (random.chance(rates.seenAgainLeaving)) {
      const again = see(exitLane, 'out', plan.exitedAt + random.whole(1.5 * MINUTE_MS, 5 * MINUTE_MS));
      if (again.reads.length > 0) {
        labels.add('double_exit');
        note('seen_again_leaving');
        faults.push(...again.faults);
        exitReads.push(...again.reads);
      }
    }
  } else if (!stillInside && entry.reads.length > 0) {
    labels.add('missed_exit');
  }
  if (plan.overstays) note('overstayed');
  for (const label of labelsOfPair(plan, entry.reads, exit.reads, toSee.to)) labels.add(label);
  const alike = exit.reads.length > 0 ? toSee.alikeInside(plan.exitedAt) : [];
  if (alike.length > 0 && isReadAnew(entry.reads, exit.reads)) note('similar_plates');
  if (couldBeSeveral(entry.reads, exit.reads, alike)) labels.add('similar_inside');

  return {
    stay: {
      kind: 'stay', stayId: toSee.stayId, garageId: garage.garageId, vehicleId: toSee.vehicleId, ...plate,
      accountId: toSee.accountId, entryReadIds: idsOf(entry.reads), exitReadIds: idsOf(exitReads),
      enteredAt: new Date(plan.enteredAt).toISOString(),
      exitedAt: stillInside ? null : new Date(plan.exitedAt).toISOString(),
      labels: [...labels], faults: [...faults, ...entry.faults, ...exit.faults],
    },
    passages, deliveries, lanes: { entry: entryLane, exit: exitLane },
  };

  /** A lane of that direction; now and then the vehicle takes one against its direction, if there is any. */
  function laneFor(movement: 'in' | 'out'): LaneEntry {
    const serves = ({ direction }: LaneEntry): boolean => direction === 'both' || direction === movement;
    const against = garage.lanes.filter((lane) => !serves(lane));
    if (against.length > 0 && random.chance(rates.againstLane)) return random.pick(against);
    return random.pick(garage.lanes.filter(serves));
  }

  function side(which: 'entry' | 'exit', lane: LaneEntry, movement: 'in' | 'out', at: number): SeenWorldPassage {
    const isBehind = behind?.side === which;
    let seen = NOTHING;
    // Of a car close behind another, a camera may see that there is something.
    if (isBehind ? random.chance(0.6) : !watch.misses.isMissedByChance(random)) {
      const beside = garage.lanes.find((other) =>
        lane.adjacent.includes(other.laneId) && other.direction === lane.direction);
      const straddles = beside !== undefined && random.chance(rates.straddled) ? beside : null;
      seen = see(lane, movement, at, straddles, isBehind);
    }
    watch.misses.count(seen.reads.length === 0);
    if (seen.reads.length === 0) note(which === 'entry' ? 'missed_entry' : 'missed_exit');
    if (isBehind) {
      note('tailgated');
      if (seen.reads.length > 0) labels.add('tailgating');
    } else if (seen.reads.length > 0 && lane.direction !== 'both' && lane.direction !== movement) {
      labels.add('wrong_direction');
      note('against_lane');
    }
    for (const label of seen.labels) labels.add(label);
    return seen;
  }

  /** Shows itself at the entry and turns round; then, most often, comes in all the same. */
  function backOut(lane: LaneEntry): void {
    const at = plan.enteredAt - random.whole(3 * MINUTE_MS, 8 * MINUTE_MS);
    const shown = see(lane, 'in', at);
    if (shown.reads.length === 0) return;
    const backing = random.chance(0.7) ? see(lane, 'out', at + random.whole(8000, 25_000)) : NOTHING;
    const both = { ...shown, reads: [...shown.reads, ...backing.reads], faults: [...shown.faults, ...backing.faults] };
    passage(both, at, backing.reads.length > 0 ? 'reversed' : 'missed_exit', 'backed_out');
    if (backing.reads.length === 0) books.isInside = true;
  }
}

const NOTHING: SeenWorldPassage = { reads: [], deliveries: [], faults: [], labels: [] };

function vehicleOf(plate: Plate, { watch: { rates }, plan, stayId }: StayToSee, random: Random): WorldVehicle {
  const dirt = dirtOf(random);
  const trails = random.chance(rates.trailer);
  const usualMisread = rates.errors === 'scattered' && dirt > 1 ? wrongPlate(plate.plate, rates.errors, random) : null;
  return {
    front: !trails && random.chance(rates.noFrontPlate) ? null : plate,
    rear: trails ? { country: plate.country, plate: trailerPlate(plan.vehicle + stayId.length) } : plate,
    trails, dirt, usualMisread,
  };
}

/** Trailers have plates of their own: two letters and four digits. */
function trailerPlate(number: number): string {
  return `J${'ABCDEFHJKLNPRSTUVXYZ'[number % 20]}${1000 + ((number * 7919) % 9000)}`;
}

function idsOf(reads: readonly SeenRead[]): string[] {
  return reads.map(({ read }) => read.readId);
}
