import { weekday } from '../oslo-time.ts';
import { randomFor } from '../random.ts';
import type { Random } from '../random.ts';
import { journeyHabitOf, journeyOutings, STRANGE_VOYAGERS, voyage } from './journeys.ts';
import type { Outing } from './outing.ts';
import { kindOf } from './world-garages.ts';
import type { GarageKind } from './world-garages.ts';
import type { WorldRates } from './world-rates.ts';

/** A stay as the driver means it, before any camera looks. */
export interface WorldStayPlan {
  /** Regular vehicles first, then each stranger a number of its own. */
  readonly vehicle: number;
  /** Index of the garage. */
  readonly garage: number;
  readonly enteredAt: number;
  readonly exitedAt: number;
  readonly overstays: boolean;
}

export interface WorldTown {
  readonly seed: string;
  readonly garages: number;
  readonly vehicles: number;
  readonly rates: WorldRates;
  /** Garage that the vehicle belongs to; the vehicles of a company to the same. */
  homeOf(vehicle: number): number;
  isCompanyCar(vehicle: number): boolean;
}

/**
 * Everyone's stays that begin on one day, each vehicle's in order; none begins in the day's first quarter of an hour.
 * `freeAt` holds when each regular vehicle may enter again, and is moved on; `strangers` gives
 * the next stranger's number.
 *
 * @param midnight the day's first instant, UTC ms
 * @param date the period's first date, and `day` days after it
 */
export function* worldStaysOfDay(
  town: WorldTown, date: string, day: number, midnight: number, freeAt: Float64Array, nextStranger: () => number,
): Generator<WorldStayPlan> {
  const workday = weekday(date, day) <= 5;
  for (let vehicle = 0; vehicle < town.vehicles; vehicle++) {
    const random = randomFor(town.seed, STAYS, vehicle, day);
    const home = town.homeOf(vehicle);
    for (const outing of outingsOf(town, vehicle, workday, random)) {
      const away = random.chance(outing.away);
      const stay = planned(town, vehicle, away ? random.whole(0, town.garages - 1) : home, midnight, outing, random);
      if (stay.enteredAt < freeAt[vehicle]!) continue;
      freeAt[vehicle] = stay.exitedAt + random.between(6, 20) * MINUTE_MS;
      yield stay;
    }
    if (random.chance(STRANGERS[kindOf(home)])) {
      const outing = isJourneys(town) && random.chance(STRANGE_VOYAGERS) ? voyage(random) : visit(kindOf(home), random);
      yield planned(town, nextStranger(), home, midnight, outing, random);
    }
  }
}

function isJourneys({ rates }: WorldTown): boolean {
  return rates.laws === 'journeys';
}

function outingsOf(town: WorldTown, vehicle: number, workday: boolean, random: Random): Outing[] {
  const own = randomFor(town.seed, OWN_TIMES, vehicle);
  const kind = kindOf(town.homeOf(vehicle));
  if (town.isCompanyCar(vehicle)) return outings('company', kind, workday, random, own);
  const journey = isJourneys(town) ? journeyHabitOf(randomFor(town.seed, JOURNEY, vehicle)) : null;
  return journey === null ? outings(habitOf(town.seed, vehicle, kind), kind, workday, random, own)
    : journeyOutings(journey, workday, random);
}

const STAYS = 23;
const HABIT = 24;
const OWN_TIMES = 25;
const JOURNEY = 35;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** Nobody sees so short a stay as parking: somebody gets out, or turns round inside. */
export const DROP_OFF_MS = 5 * MINUTE_MS;

/** Stays of strangers a day, per regular vehicle. */
const STRANGERS: Record<GarageKind, number> = { centre: 0.9, office: 0.25, homes: 0.15, airport: 0.6 };

type Habit = 'commuter' | 'shopper' | 'resident' | 'delivery' | 'traveller' | 'company';

const HABITS: Record<GarageKind, readonly (readonly [Habit, number])[]> = {
  centre: [['commuter', 0.25], ['shopper', 0.6], ['resident', 0.1], ['delivery', 0.05]],
  office: [['commuter', 0.8], ['shopper', 0.1], ['resident', 0.03], ['delivery', 0.07]],
  homes: [['resident', 0.75], ['commuter', 0.1], ['shopper', 0.12], ['delivery', 0.03]],
  airport: [['traveller', 0.7], ['commuter', 0.2], ['shopper', 0.07], ['delivery', 0.03]],
};

function habitOf(seed: string, vehicle: number, kind: GarageKind): Habit {
  let draw = randomFor(seed, HABIT, vehicle).next();
  for (const [habit, share] of HABITS[kind]) {
    if (draw < share) return habit;
    draw -= share;
  }
  return 'shopper';
}

function planned(
  town: WorldTown, vehicle: number, garage: number, midnight: number, outing: Outing, random: Random,
): WorldStayPlan {
  const { rates } = town;
  const enteredAt = midnight + Math.round(Math.max(0.3 * HOUR_MS, Math.min(23.8 * HOUR_MS, outing.at)));
  const overstays = random.chance(rates.overstayed);
  const dwell = overstays ? random.between(8, 20) * DAY_MS
    : random.chance(rates.dropOff) ? random.between(0.8 * MINUTE_MS, DROP_OFF_MS)
    : rates.laws === 'other' ? otherDwell(outing.dwell, random)
    : isJourneys(town) ? outing.dwell
    : Math.min(outing.dwell, LONGEST_STAY_MS);
  return { vehicle, garage, enteredAt, exitedAt: enteredAt + Math.round(Math.max(0.8 * MINUTE_MS, dwell)), overstays };
}

/** Longer ones are overstays, a kind of their own; where many stay on for weeks there is no such line. */
const LONGEST_STAY_MS = 4 * DAY_MS;

/** Other laws: a third of the stays have no habit, but one chance to end in every minute. */
function otherDwell(dwell: number, random: Random): number {
  const other = random.chance(0.33) ? -Math.log(1 - random.next()) * 2.5 * HOUR_MS : dwell * random.between(0.5, 1.5);
  return Math.min(other, LONGEST_STAY_MS);
}

/** What a vehicle does on a day, in order of time. @param own the same numbers for the vehicle every day */
function outings(habit: Habit, kind: GarageKind, workday: boolean, random: Random, own: Random): Outing[] {
  switch (habit) {
    case 'commuter': {
      if (!workday || random.chance(0.12)) return random.chance(0.2) ? [visit(kind, random)] : [];
      const at = own.around(7.8, 0.7) * HOUR_MS + random.around(0, 8) * MINUTE_MS;
      const dwell = own.around(8.1, 0.7) * HOUR_MS + random.around(0, 20) * MINUTE_MS;
      // Some drive out at noon.
      const noon = 4 * HOUR_MS + random.between(-30, 30) * MINUTE_MS;
      const lunch = random.between(20, 70) * MINUTE_MS;
      return random.chance(0.12)
        ? [{ at, dwell: noon, away: 0 }, { at: at + noon + lunch, dwell: dwell - noon - lunch, away: 0 }]
        : [{ at, dwell, away: 0.02 }];
    }
    case 'shopper':
      return random.chance(0.35) ? [{ ...visit(kind, random), away: 0.25 }] : [];
    case 'resident': {
      if (random.chance(0.15)) return [];
      const night = { at: own.around(17.5, 1.5) * HOUR_MS + random.around(0, 40) * MINUTE_MS, away: 0.01,
        dwell: own.around(13.5, 0.8) * HOUR_MS + random.around(0, 20) * MINUTE_MS };
      const noon = { at: random.around(12, 1) * HOUR_MS, dwell: random.around(1.2, 0.3) * HOUR_MS, away: 0 };
      return random.chance(0.15) ? [noon, night] : [night];
    }
    case 'delivery':
      return Array.from({ length: workday ? random.whole(1, 4) : 0 }, (_, stop) => ({
        at: (7 + stop * 2.6 + random.between(0, 1.8)) * HOUR_MS, dwell: random.between(4, 18) * MINUTE_MS, away: 0.3,
      }));
    case 'traveller':
      return random.chance(0.2)
        ? [{ at: random.around(9, 3.5) * HOUR_MS, dwell: random.around(1.9, 0.6) * DAY_MS, away: 0 }] : [];
    case 'company': {
      // Parked together over night and over noon; all out in the morning.
      const noon = random.chance(0.7)
        ? [{ at: random.around(11.3, 0.4) * HOUR_MS, dwell: random.around(1.1, 0.25) * HOUR_MS, away: 0 }] : [];
      const night = { at: random.around(15.8, 0.5) * HOUR_MS, dwell: random.around(15.6, 0.4) * HOUR_MS, away: 0 };
      return workday ? [...noon, night] : [];
    }
  }
}

/** Somebody who wants something: when, and for how long, by what the garage is for. */
function visit(kind: GarageKind, random: Random): Outing {
  const at = (random.chance(0.06) ? random.between(0.3, 6.5) : random.around(13.8, 3.2)) * HOUR_MS;
  const draw = random.next();
  const [median, spread] = draw < 0.2 ? [12, 0.4] : draw < 0.95 ? ERRAND[kind] : [420, 0.3];
  return { at, dwell: random.skewed(median * MINUTE_MS, spread), away: 0 };
}

/** Median minutes, and how far they spread (of the logarithm). */
const ERRAND: Record<GarageKind, readonly [number, number]> = {
  centre: [75, 0.6], office: [110, 0.5], homes: [160, 0.7], airport: [25, 0.8],
};
