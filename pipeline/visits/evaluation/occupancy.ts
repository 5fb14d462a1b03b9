import type { CameraRead, Garage, Visit } from '../../records/records.ts';
import { likelyInside } from '../occupancy.ts';
import type { StayTimes } from '../stay-times.ts';
import type { Truth } from './truth.ts';

/** How far the likely number of vehicles inside, by the open visits known at the time, was from the true number. */
export interface OccupancyScore {
  /** Full hours of garage time, over all garages with a capacity. */
  readonly hours: number;
  /** Difference as a share of capacity. */
  readonly mean: number;
  readonly largest: number;
}

/** Follows the open visits while the rules run. */
export interface OccupancyWatch {
  /** @param stayTimes what the garage has taught so far */
  read(read: CameraRead, stayTimes: StayTimes): void;
  visit(visit: Visit): void;
  recount(garageId: string, at: number): void;
  /** Null when no garage has a capacity. */
  score(truth: Truth): OccupancyScore | null;
}

export function watchOccupancy(garages: readonly Garage[]): OccupancyWatch {
  const watched = new Map(garages.filter(({ capacity }) => capacity > 0).map(({ garageId, capacity }) =>
    [garageId, { capacity, open: new Map<string, number>(), countedAt: 0, nextHour: 0, hours: [] as HourFound[] }]));
  return {
    read({ garageId, capturedAt, receivedAt }, stayTimes) {
      const garage = watched.get(garageId);
      const at = Math.min(capturedAt, receivedAt);
      if (garage === undefined || at < garage.nextHour) return;
      if (garage.nextHour === 0) garage.nextHour = Math.ceil(at / HOUR_MS) * HOUR_MS;
      for (; garage.nextHour <= at; garage.nextHour += HOUR_MS) {
        const hour = garage.nextHour;
        garage.hours.push({ at: hour, inside: likelyInside(garage.open.values(), hour, garage.countedAt, stayTimes) });
      }
    },
    visit({ garageId, visitId, status, enteredAt }) {
      const open = watched.get(garageId)?.open;
      if (status === 'open') open?.set(visitId, enteredAt!);
      else open?.delete(visitId);
    },
    recount(garageId, at) {
      const garage = watched.get(garageId);
      if (garage !== undefined) garage.countedAt = at;
    },
    score(truth) {
      if (watched.size === 0) return null;
      const errors: number[] = [];
      for (const [garageId, { capacity, hours }] of watched) {
        const inside = insideAt(truth, garageId);
        for (const found of hours) errors.push(Math.abs(found.inside - inside(found.at)) / capacity);
      }
      return {
        hours: errors.length,
        mean: errors.reduce((sum, error) => sum + error, 0) / Math.max(1, errors.length),
        largest: errors.reduce((largest, error) => Math.max(largest, error), 0),
      };
    },
  };
}

interface HourFound {
  readonly at: number;
  readonly inside: number;
}

const HOUR_MS = 3_600_000;

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
