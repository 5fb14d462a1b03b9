import { instantOn } from '../../pipeline/pricing/calendar.ts';
import { CENTRE, SQUARE, STREET, ZONE } from './month-garages.ts';
import type { Slice } from './slices.ts';

/** When a vehicle came and left (UTC ms), and the index of the garage. */
interface Stretch {
  readonly garage: number;
  readonly enteredAt: number;
  readonly exitedAt: number;
}

/** A time in which a garage's cameras could not be reached: what they read is told later, all at once. UTC ms. */
export interface Outage {
  readonly garage: number;
  readonly from: number;
  readonly to: number;
  readonly toldAt: number;
  /** Whether a read of that garage and time is told late. */
  delays(garage: number, at: number): boolean;
  /** Whether that befalls the stay. */
  hides(stay: Stretch): boolean;
}

/** One over midnight, others by day; each is told of after the day has been closed. */
export function monthOutages(slices: readonly Slice[]): Outage[] {
  const on = (share: number): number => Math.min(slices.length - 2, Math.floor(share * slices.length));
  const hour = (day: number, time: string): number => instantOn(slices[day]!.billingDay, time, ZONE);
  const byDay = (day: number, garage: number): Outage =>
    outage(garage, hour(day, '11:00'), hour(day, '13:00'), hour(day + 1, '09:10'));
  const night = on(0.35);
  return [
    byDay(on(0.16), STREET),
    outage(SQUARE, hour(night, '21:30'), hour(night + 1, '02:30'), hour(night + 1, '10:05')),
    byDay(on(0.6), CENTRE),
  ];
}

function outage(garage: number, from: number, to: number, toldAt: number): Outage {
  const delays = (where: number, at: number): boolean => where === garage && from <= at && at < to;
  return {
    garage, from, to, toldAt, delays,
    hides: (stay) => delays(stay.garage, stay.enteredAt) || delays(stay.garage, stay.exitedAt),
  };
}
