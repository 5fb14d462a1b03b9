import type { CameraRead, Garage } from '../../records/records.ts';
import { seenAt } from '../clock/garage-clock.ts';
import type { Truth } from './truth.ts';

/** How far the likely number of vehicles inside, by what was known at the time, was from the true number: shares of capacity. */
export interface OccupancyScore {
  /** Full hours of garage time, over all garages with a capacity. */
  readonly hours: number;
  readonly mean: number;
  /** Nineteen of twenty hours were nearer. */
  readonly p95: number;
  readonly largest: number;
  /** Mean over the hours after each garage's first recount; null: none was counted. */
  readonly afterCount: number | null;
  /** Mean over the last day of each garage. */
  readonly lastDay: number;
}

/** Looks at the garages at each full hour, while the rules run. */
export interface OccupancyWatch {
  /** @param inside how many are likely inside the garage at an instant (ms UTC), by what is known before the read */
  read(read: CameraRead, inside: (at: number) => number): void;
  recount(garageId: string, at: number): void;
  /** What was found of each garage that has a capacity, and so can be handed to a watch that did not see it. */
  hours(): HoursFound;
  take(hours: HoursFound): void;
  /** Null when no garage has a capacity. */
  score(truth: Truth): OccupancyScore | null;
}

/** By garage. */
export type HoursFound = ReadonlyMap<string, readonly HourFound[]>;

export function watchOccupancy(garages: readonly Garage[]): OccupancyWatch {
  const watched = new Map(garages.filter(({ capacity }) => capacity > 0).map(({ garageId, capacity }) =>
    [garageId, { capacity, countedAt: Infinity, nextHour: 0, hours: [] as HourFound[] }]));
  return {
    read(read, inside) {
      const garage = watched.get(read.garageId);
      const at = seenAt(read);
      if (garage === undefined || at < garage.nextHour) return;
      if (garage.nextHour === 0) garage.nextHour = Math.ceil(at / HOUR_MS) * HOUR_MS;
      for (; garage.nextHour <= at; garage.nextHour += HOUR_MS) {
        garage.hours.push({ at: garage.nextHour, inside: inside(garage.nextHour) });
      }
    },
    recount(garageId, at) {
      const garage = watched.get(garageId);
      if (garage !== undefined) garage.countedAt = Math.min(garage.countedAt, at);
    },
    hours: () => new Map(Array.from(watched, ([garageId, { hours }]) => [garageId, hours])),
    take(hours) {
      for (const [garageId, found] of hours) for (const each of found) watched.get(garageId)!.hours.push(each);
    },
    score(truth) {
      if (watched.size === 0) return null;
      const errors: number[] = [];
      const afterCount: number[] = [];
      const lastDay: number[] = [];
      for (const [garageId, { capacity, hours, countedAt }] of watched) {
        const inside = insideAt(truth, garageId);
        const lastDayFrom = (hours.at(-1)?.at ?? 0) - DAY_MS;
        for (const found of hours) {
          const error = Math.abs(found.inside - inside(found.at)) / capacity;
          errors.push(error);
          if (found.at > countedAt) afterCount.push(error);
          if (found.at > lastDayFrom) lastDay.push(error);
        }
      }
      const sorted = errors.toSorted((one, other) => one - other);
      return {
        hours: errors.length,
        mean: meanOf(errors),
        p95: sorted[Math.ceil(0.95 * sorted.length) - 1] ?? 0,
        largest: sorted.at(-1) ?? 0,
        afterCount: afterCount.length === 0 ? null : meanOf(afterCount),
        lastDay: meanOf(lastDay),
      };
    },
  };
}

function meanOf(errors: readonly number[]): number {
  return errors.reduce((sum, error) => sum + error, 0) / Math.max(1, errors.length);
}

interface HourFound {
  readonly at: number;
  readonly inside: number;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** How many vehicles are truly inside a garage at an instant; asked in the order of time. */
export function insideAt(truth: Truth, garageId: string): (at: number) => number {
  const stays = truth.stays.filter((stay) => stay.garageId === garageId);
  const entries = stays.map(({ enteredAt }) => Date.parse(enteredAt)).sort((one, other) => one - other);
  const exits = stays.flatMap(({ exitedAt }) => (exitedAt === null ? [] : [Date.parse(exitedAt)])).sort((one, other) => one - other);
  let entered = 0;
  let left = 0;
  return (at) => {
    while (entered < entries.length && entries[entered]! <= at) entered++;
    while (left < exits.length && exits[left]! <= at) left++;
    return entered - left;
  };
}
