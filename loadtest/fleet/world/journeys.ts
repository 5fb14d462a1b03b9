import type { Random } from '../random.ts';
import type { Outing } from './outing.ts';

/**
 * Who comes where deliveries and journeys are much of what a garage sees: vehicles that come and go several times a
 * day, and ones that stay for days to weeks.
 */
export type JourneyHabit = 'courier' | 'voyager';

/** A regular vehicle's habit, or null: as in the town. */
export function journeyHabitOf(own: Random): JourneyHabit | null {
  const draw = own.next();
  return draw < 0.15 ? 'courier' : draw < 0.4 ? 'voyager' : null;
}

/** Share of the strangers who stay for days to weeks: with more of them a garage would be fuller than full. */
export const STRANGE_VOYAGERS = 0.06;

/** What such a vehicle does on a day, in order of time. */
export function journeyOutings(habit: JourneyHabit, workday: boolean, random: Random): Outing[] {
  if (habit === 'voyager') return random.chance(0.2) ? [voyage(random)] : [];
  let at = random.between(6.5, 8.5) * HOUR_MS;
  return Array.from({ length: workday ? random.whole(4, 7) : 0 }, () => {
    const stop = { at, dwell: random.skewed(15 * MINUTE_MS, 0.6), away: 0.1 };
    at += stop.dwell + random.skewed(50 * MINUTE_MS, 0.5) + LEAST_AWAY_MS;
    return stop;
  });
}

/** Half of them three days and longer, a tenth eight. */
export function voyage(random: Random): Outing {
  const at = random.around(10, 4) * HOUR_MS;
  return { at, dwell: Math.max(3 * HOUR_MS, random.skewed(3 * DAY_MS, 0.8)), away: 0 };
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** A vehicle that left is not back sooner. */
const LEAST_AWAY_MS = 20 * MINUTE_MS;
