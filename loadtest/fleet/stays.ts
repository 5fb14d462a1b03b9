import { weekday } from './oslo-time.ts';
import { randomFor } from './random.ts';
import type { Random } from './random.ts';

/** A stay as the driver means it, before any camera looks. */
export interface PlannedStay {
  /** Number of the vehicle in the fleet: regular ones first, then each stranger a number of its own. */
  readonly vehicle: number;
  /** Index of the garage. */
  readonly garage: number;
  readonly enteredAt: number;
  readonly exitedAt: number;
}

export interface Town {
  readonly seed: string;
  readonly garages: number;
  /** Regular vehicles; about a third more stays are those of strangers, who come once. */
  readonly vehicles: number;
}

/**
 * Everyone's stays that begin on one day. Regular vehicles come back on other days, mostly to the same garage; none is
 * in two places at once: `freeAt` holds when each may enter again and is moved on.
 *
 * @param midnight the day's first instant, UTC ms
 * @param date the period's first date, and `day` days after it
 */
export function* staysOfDay(
  town: Town, date: string, day: number, midnight: number, freeAt: Float64Array,
): Generator<PlannedStay> {
  const workday = weekday(date, day) <= 5;
  let strangers = 0;
  for (let vehicle = 0; vehicle < town.vehicles; vehicle++) {
    const random = randomFor(town.seed, STAYS, vehicle, day);
    for (const outing of outings(habitOf(town.seed, vehicle), workday, random)) {
      const enteredAt = midnight + Math.round(outing.at);
      if (enteredAt < freeAt[vehicle]!) continue;
      const exitedAt = enteredAt + Math.round(outing.dwell);
      freeAt[vehicle] = exitedAt + MINUTES_BETWEEN_STAYS * MINUTE_MS;
      const away = random.chance(outing.away);
      yield { vehicle, garage: away ? random.whole(0, town.garages - 1) : vehicle % town.garages, enteredAt, exitedAt };
    }
    if (random.chance(STRANGERS_PER_VEHICLE)) {
      const { at, dwell } = errand(random);
      const enteredAt = midnight + Math.round(at);
      yield {
        vehicle: strangerNumber(town, day, strangers++),
        garage: random.whole(0, town.garages - 1),
        enteredAt,
        exitedAt: enteredAt + Math.round(dwell),
      };
    }
  }
}

function strangerNumber(town: Town, day: number, stranger: number): number {
  return town.vehicles * (1 + day) + stranger;
}

const STAYS = 2;
const HABIT = 3;
const STRANGERS_PER_VEHICLE = 0.35;
const MINUTES_BETWEEN_STAYS = 10;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

type Habit = 'commuter' | 'shopper' | 'resident' | 'delivery';

interface Outing {
  /** ms after midnight. */
  readonly at: number;
  readonly dwell: number;
  /** Chance that it is not the vehicle's usual garage. */
  readonly away: number;
}

function habitOf(seed: string, vehicle: number): Habit {
  const draw = randomFor(seed, HABIT, vehicle).next();
  return draw < 0.35 ? 'commuter' : draw < 0.75 ? 'shopper' : draw < 0.88 ? 'resident' : 'delivery';
}

/** What a vehicle does on a day, in order of time. */
function outings(habit: Habit, workday: boolean, random: Random): Outing[] {
  switch (habit) {
    case 'commuter':
      if (!workday || random.chance(0.12)) return random.chance(0.25) ? [{ ...errand(random), away: 0.7 }] : [];
      return [{ at: random.around(7.8, 0.6) * HOUR_MS, dwell: random.around(8.2, 0.8) * HOUR_MS, away: 0.02 }];
    case 'shopper': {
      const trips = random.chance(0.5) ? (random.chance(0.2) ? 2 : 1) : 0;
      const outings = Array.from({ length: trips }, () => ({ ...errand(random), away: 0.4 }));
      return outings.sort((one, other) => one.at - other.at);
    }
    case 'resident':
      // In for the night, out in the morning.
      return random.chance(0.8)
        ? [{ at: random.around(18.5, 1.4) * HOUR_MS, dwell: random.around(12.5, 1) * HOUR_MS, away: 0.01 }]
        : [];
    case 'delivery':
      return Array.from({ length: workday ? random.whole(2, 4) : 0 }, (_, stop) => ({
        at: (7 + stop * 2.6 + random.between(0, 1.8)) * HOUR_MS,
        dwell: random.between(3, 14) * MINUTE_MS,
        away: 0.6,
      }));
  }
}

/** A visit of somebody who wants something: more of them by day than by night, minutes to hours long. */
function errand(random: Random): { at: number; dwell: number } {
  const at = (random.chance(0.06) ? random.between(0.3, 6.5) : random.around(14, 3.2)) * HOUR_MS;
  const draw = random.next();
  const dwell = draw < 0.22 ? random.between(3, 15) * MINUTE_MS : draw < 0.93 ? random.around(1.8, 0.5) * HOUR_MS
    : random.between(4, 11) * HOUR_MS;
  return { at, dwell };
}
