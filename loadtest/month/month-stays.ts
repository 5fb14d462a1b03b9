import { randomFor, type Random } from '../fleet/random.ts';
import { AIRPORT, HOUSE, MARKET } from './month-garages.ts';
import type { Outage } from './month-outages.ts';
import type { Slice } from './slices.ts';

/** A stay as it truly was; times UTC ms. */
export interface MonthStay {
  readonly vehicle: number;
  /** Index of the garage. */
  readonly garage: number;
  readonly enteredAt: number;
  readonly exitedAt: number;
}

export interface StaysOptions {
  readonly seed: string;
  readonly garages: number;
  readonly accountVehicles: number;
  readonly otherVehicles: number;
  readonly slices: readonly Slice[];
  readonly outages: readonly Outage[];
  everyNthDay(vehicle: number): number;
}

/** Everyone's stays, day by day in the order of entries. A vehicle is in one place at a time. */
export function monthStays(options: StaysOptions): MonthStay[] {
  const { seed, slices, outages, accountVehicles, otherVehicles } = options;
  const vehicles = accountVehicles + otherVehicles;
  const freeAt = new Float64Array(vehicles);
  const end = slices.at(-1)!.to;
  const stays: MonthStay[] = [];
  for (const { index: day, billingDay } of slices) {
    const midnight = slices[day]!.from - (day === 0 ? 0 : 6 * HOUR_MS);
    const weekday = new Date(billingDay).getUTCDay() || 7;
    const ofDay: MonthStay[] = [];
    for (let vehicle = 0; vehicle < vehicles; vehicle++) {
      if ((day + vehicle) % options.everyNthDay(vehicle) !== 0) continue;
      const random = randomFor(seed, STAYS, vehicle, day);
      for (const outing of outingsOf(options, vehicle, weekday <= 5, random)) {
        const enteredAt = midnight + Math.round(outing.at * HOUR_MS);
        const exitedAt = enteredAt + Math.max(3 * MINUTE_MS, Math.round(outing.hours * HOUR_MS));
        if (enteredAt < freeAt[vehicle]! || exitedAt > end - HOUR_MS) continue;
        const stay = { vehicle, garage: outing.garage, enteredAt, exitedAt };
        const pause = outing.garage === MARKET ? random.whole(20 * MINUTE_MS, 90 * MINUTE_MS) : 75 * MINUTE_MS;
        freeAt[vehicle] = exitedAt + pause;
        // Until all reads of it are there, a vehicle does not come again: what is made of the gap
        // is not this test's matter.
        for (const outage of outages) {
          if (outage.hides(stay)) freeAt[vehicle] = Math.max(freeAt[vehicle]!, outage.toldAt + HOUR_MS);
        }
        ofDay.push(stay);
      }
    }
    stays.push(...ofDay.sort((one, other) => one.enteredAt - other.enteredAt));
  }
  return stays;
}

interface Outing {
  /** Hours after midnight. */
  readonly at: number;
  readonly hours: number;
  readonly garage: number;
}

/** What a vehicle does on a day, in order of time. */
function outingsOf(options: StaysOptions, vehicle: number, workday: boolean, random: Random): Outing[] {
  const habit = randomFor(options.seed, HABIT, vehicle).next();
  const home = 1 + (vehicle % (options.garages - 1));
  const anywhere = (): number => (random.chance(0.6) ? home : 1 + random.whole(0, options.garages - 2));
  if (vehicle >= options.accountVehicles) {
    return random.chance(OTHERS_PER_DAY) ? [random.chance(0.03) ? journey(random) : errand(anywhere(), random)] : [];
  }
  if (habit < 0.06) return random.chance(0.12) ? [journey(random)] : [];
  if (habit < 0.36) {
    if (!workday || random.chance(0.12)) return random.chance(0.25) ? [errand(anywhere(), random)] : [];
    return [{ at: random.around(7.8, 0.6), hours: random.around(8.2, 0.8), garage: home }];
  }
  if (habit < 0.5) {
    if (!random.chance(0.75)) return [];
    return [{ at: random.around(18.5, 1.4), hours: random.around(12.5, 1), garage: random.chance(0.5) ? HOUSE : home }];
  }
  const trips = random.chance(0.45) ? (random.chance(0.25) ? 2 : 1) : 0;
  return Array.from({ length: trips }, () => errand(anywhere(), random)).sort((one, other) => one.at - other.at);
}

/** Days at the airport. */
function journey(random: Random): Outing {
  const hours = random.chance(0.2) ? random.between(0.05, 0.5) : random.between(10, 9 * 24);
  return { at: random.between(4.5, 20), hours, garage: AIRPORT };
}

function errand(garage: number, random: Random): Outing {
  const at = random.chance(0.06) ? random.between(0.3, 6.5) : random.around(14, 3.2);
  const draw = random.next();
  const hours = draw < 0.15 ? random.between(0.05, 0.3) : draw < 0.93 ? random.around(1.8, 0.5) : random.between(4, 11);
  return { garage, at, hours };
}

const STAYS = 21;
const HABIT = 22;
const OTHERS_PER_DAY = 0.13;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
