import { addDays, instantOn } from '../../pipeline/pricing/calendar.ts';
import { ZONE } from './month-garages.ts';

/**
 * A piece of simulated time that ends with a day close: from 06:00 (the first one from midnight) to 06:00 of the next
 * day, when its billing day is closed. UTC ms.
 */
export interface Slice {
  readonly index: number;
  readonly billingDay: string;
  readonly from: number;
  /** Exclusive; the day is closed then. */
  readonly to: number;
}

export function slicesOf(firstDay: string, count: number): Slice[] {
  return Array.from({ length: count }, (_, index) => {
    const billingDay = addDays(firstDay, index);
    return {
      index, billingDay,
      from: instantOn(billingDay, index === 0 ? '00:00' : '06:00', ZONE),
      to: instantOn(addDays(billingDay, 1), '06:00', ZONE),
    };
  });
}

/** The slice in which an instant lies; the last one for what comes later. */
export function sliceAt(slices: readonly Slice[], at: number): number {
  const index = slices.findIndex(({ to }) => at < to);
  return index < 0 ? slices.length - 1 : index;
}

/**
 * The first day of a month that is past, with a clock change in its midst: the one in spring, so that Easter is near,
 * if it is no longer ago than the topics keep records.
 * @param days with cars
 * @param tail days after them
 */
export function pastMonth(now: number, days: number, tail: number): string {
  const year = new Date(now).getUTCFullYear();
  const springs = [year, year - 1].map((each) => addDays(lastSunday(`${each}-03-31`), -Math.floor(0.43 * days)));
  const autumns = [year, year - 1].map((each) => addDays(lastSunday(`${each}-10-31`), -Math.floor(0.43 * days)));
  const suits = (day: string): boolean =>
    Date.parse(addDays(day, days + tail + 2)) < now && Date.parse(day) > now - OLDEST_MS;
  return [...springs, ...autumns].find(suits)!;
}

const OLDEST_MS = 380 * 86_400_000;

function lastSunday(lastDay: string): string {
  return addDays(lastDay, -new Date(lastDay).getUTCDay());
}
