import { openAccountBook } from '../account-fleet.ts';
import type { Fleet, FleetEvent } from '../generate.ts';
import { osloMidnight } from '../oslo-time.ts';
import { FLEET_SIZE } from '../plates.ts';
import { randomFor } from '../random.ts';
import { openForeignPlates } from './foreign-plates.ts';
import { oneApart } from './pair-labels.ts';
import { seeWorldStay } from './world-stay.ts';
import type { Books, StayToSee } from './world-stay.ts';
import type { WorldDelivery } from './world-passage.ts';
import { worldGarage } from './world-garages.ts';
import { openWorldPlates } from './world-plates.ts';
import type { WorldRates } from './world-rates.ts';
import { worldStaysOfDay } from './world-stays.ts';
import type { WorldStayPlan, WorldTown } from './world-stays.ts';
import type { Label, WorldTruthLine } from './world-truth.ts';
import { cameraFaults, ghostsOfDay, openWatches } from './world-watch.ts';

export interface WorldOptions {
  readonly seed: string;
  readonly garages: number;
  /** Vehicles that come again, of all garages together; about half of them are inside at the busiest hour. */
  readonly vehicles: number;
  readonly days: number;
  /** First day, YYYY-MM-DD, from midnight in Norway. */
  readonly from: string;
  readonly rates: WorldRates;
  /** Begins every garage, account and read id; by default made from the seed. */
  readonly idPrefix?: string;
}

/**
 * The world simulator: as `generateFleet`, but with everything that goes wrong at real garages, each sequence labelled
 * with the irregularity that it should raise. Reads carry their `receivedAt`.
 */
export function generateWorld(options: WorldOptions): Fleet<WorldTruthLine> {
  const { seed, rates } = options;
  const prefix = options.idPrefix ?? `world-${seed}`;
  const capacity = Math.ceil((options.vehicles / options.garages) * 0.8);
  const garages = Array.from({ length: options.garages }, (_, index) => worldGarage(prefix, index, capacity));
  const register = openWorldPlates(seed, options.vehicles, rates.companies);
  const plates = rates.plates === 'register' ? register : openForeignPlates(seed, register.companyOf);
  const homeOf = (vehicle: number): number => Math.floor(vehicle / FLEET_SIZE) % options.garages;
  const plateOf = (vehicle: number, garage: number): StayToSee['plate'] =>
    plates.plateOf(vehicle, vehicle < options.vehicles ? homeOf(vehicle) : garage);
  const book = openAccountBook(seed, prefix, options.vehicles, (vehicle) => plates.plateOf(vehicle, homeOf(vehicle)));
  const midnights = Array.from({ length: options.days + 1 }, (_, day) => osloMidnight(options.from, day));
  const from = midnights[0]!;
  const to = midnights.at(-1)!;
  const town: WorldTown = {
    seed, rates, garages: options.garages, vehicles: options.vehicles,
    homeOf, isCompanyCar: (vehicle) => plates.companyOf(vehicle) !== null,
  };

  function* events(): Generator<FleetEvent<WorldTruthLine>> {
    const watches = openWatches(seed, garages, rates, { from, to, midnights });
    const books = new Map<string, Books>();
    const freeAt = new Float64Array(options.vehicles);
    const colleagues = openColleagues(plates.companyOf);
    let strangers = options.vehicles;
    let stays = 0;
    let pending: WorldDelivery[] = [];
    let truth: WorldTruthLine[] = [];

    for (let day = 0; day < options.days; day++) {
      const midnight = midnights[day]!;
      truth = [];
      const plans = [...worldStaysOfDay(town, options.from, day, midnight, freeAt, () => strangers++)];
      for (const plan of plans) colleagues.add(plan);
      for (const plan of plans) see(plan, plateOf(plan.vehicle, plan.garage), `${prefix}-v${plan.vehicle}`, null, []);
      for (const [index, garage] of garages.entries()) {
        const ghosts = ghostsOfDay(seed, garage, index, watches[index]!, day, midnight);
        pending.push(...ghosts.deliveries);
        truth.push(...ghosts.truth);
      }
      pending.sort((one, other) => one.deliverAt - other.deliverAt);
      const until = day === options.days - 1 ? Infinity : midnights[day + 1]!;
      let due = 0;
      for (; due < pending.length && pending[due]!.deliverAt < until; due++) yield { kind: 'read', ...pending[due]! };
      pending = pending.slice(due);
      for (const watch of watches) truth.push(...cameraFaults(watch, { from: midnight, to: until }));
      for (const line of truth) yield { kind: 'truth', line };
    }

    function see(
      plan: WorldStayPlan, plate: StayToSee['plate'], vehicleId: string,
      behind: StayToSee['behind'], more: readonly Label[],
    ): void {
      const random = randomFor(seed, SEEING, plan.vehicle, Math.floor(plan.enteredAt / 1000));
      const seen = seeWorldStay({
        plan, plate, vehicleId, behind, to,
        stayId: `${prefix}-s${++stays}`,
        accountId: plan.vehicle < options.vehicles && more.length === 0 ? book.accountOf(plan.vehicle) : null,
        garage: garages[plan.garage]!, watch: watches[plan.garage]!,
        books: booksOf(vehicleId, plan.garage),
        alikeInside: (at) => colleagues.inside(plan, at).map((vehicle) => plateOf(vehicle, plan.garage).plate)
          .filter((other) => oneApart(other, plate.plate)),
      }, random);
      const { stay } = seen;
      pending.push(...seen.deliveries);
      truth.push(...seen.passages);
      const clone = behind === null && more.length === 0 ? cloneOf(plan) : null;
      const twoPlaces = clone !== null && stay.entryReadIds.length > 0 ? [TWO_PLACES] : more;
      truth.push(twoPlaces.length === 0 ? stay : { ...stay, labels: [...stay.labels, ...twoPlaces] });
      if (behind === null && random.chance(rates.tailgated)) {
        const side = random.chance(0.5) && plan.exitedAt < to ? 'exit' as const : 'entry' as const;
        const behindIt = { side, lane: seen.lanes[side] };
        see(follower(plan, side), plateOf(strangers, plan.garage), `${prefix}-v${strangers++}`, behindIt, []);
      }
      if (clone !== null) see(clone, plate, `${prefix}-v${strangers++}`, null, [TWO_PLACES]);
    }

    function booksOf(vehicleId: string, garage: number): Books {
      const key = `${garage} ${vehicleId}`;
      let known = books.get(key);
      if (known === undefined) books.set(key, (known = { isInside: false }));
      return known;
    }

    /** Somebody who drives in or out close behind. */
    function follower(plan: WorldStayPlan, side: 'entry' | 'exit'): WorldStayPlan {
      const random = randomFor(seed, FOLLOWER, strangers);
      const gap = random.whole(900, 2400);
      const dwell = random.whole(15 * MINUTE_MS, 120 * MINUTE_MS);
      const { garage } = plan;
      if (side === 'entry') {
        const enteredAt = plan.enteredAt + gap;
        return { vehicle: strangers, garage, enteredAt, exitedAt: enteredAt + dwell, overstays: false };
      }
      const exitedAt = plan.exitedAt + gap;
      const enteredAt = Math.max(plan.enteredAt + gap, exitedAt - dwell);
      return { vehicle: strangers, garage, enteredAt, exitedAt, overstays: false };
    }

    /** Another vehicle with the same plate in another garage of the operator at an overlapping time, or null. */
    function cloneOf(plan: WorldStayPlan): WorldStayPlan | null {
      const random = randomFor(seed, CLONE, plan.vehicle, Math.floor(plan.enteredAt / 1000));
      const others = garages.map((_, index) => index).filter((index) =>
        index !== plan.garage && garages[index]!.operatorId === garages[plan.garage]!.operatorId);
      const dwell = plan.exitedAt - plan.enteredAt;
      if (!random.chance(rates.cloned) || others.length === 0 || dwell < 60 * MINUTE_MS) return null;
      const enteredAt = plan.enteredAt + Math.round(random.between(0.1, 0.5) * Math.min(dwell, 6 * 60 * MINUTE_MS));
      if (enteredAt >= midnightAfter(plan.enteredAt)) return null;
      const exitedAt = enteredAt + random.whole(30 * MINUTE_MS, 180 * MINUTE_MS);
      return { vehicle: plan.vehicle, garage: random.pick(others), enteredAt, exitedAt, overstays: false };
    }
  }

  function midnightAfter(instant: number): number {
    return midnights.find((midnight) => midnight > instant) ?? to;
  }

  return { garages, from, to, accounts: () => book.entries(), events };
}

const SEEING = 30;
const FOLLOWER = 31;
const CLONE = 32;
const MINUTE_MS = 60_000;
const TWO_PLACES: Label = 'two_places';

interface Colleagues {
  add(plan: WorldStayPlan): void;
  /** Other cars of the company in the same garage at that instant. */
  inside(plan: WorldStayPlan, at: number): number[];
}

function openColleagues(companyOf: (vehicle: number) => number | null): Colleagues {
  const lastStays = new Map<number, WorldStayPlan[]>();
  return {
    add(plan) {
      const company = companyOf(plan.vehicle);
      if (company === null) return;
      // What ended days before is nobody's colleague.
      const stays = (lastStays.get(company) ?? []).filter(({ exitedAt }) => exitedAt > plan.enteredAt - KEPT_MS);
      lastStays.set(company, [...stays, plan]);
    },
    inside({ vehicle, garage }, at) {
      const company = companyOf(vehicle);
      if (company === null) return [];
      return lastStays.get(company)!.filter((stay) =>
        stay.vehicle !== vehicle && stay.garage === garage && stay.enteredAt < at && at < stay.exitedAt,
      ).map((stay) => stay.vehicle);
    },
  };
}

const KEPT_MS = 5 * 86_400_000;
