import type { ReadPlace, Stretch } from '../gateways/prepared-day.ts';

/** How often each read of a run was told or found: two bytes a read, for there are millions. */
export interface ReadCounts {
  add(gateway: number, stretch: Stretch): void;
  of(place: ReadPlace): number;
  /** The places of all reads that were ever added, and some beside them. */
  places(): Iterable<ReadPlace>;
}

export function newReadCounts(): ReadCounts {
  /** By gateway, then by date. */
  const counts = new Map<number, Map<string, Uint16Array>>();
  return {
    add(gateway, { date, from, count }) {
      let days = counts.get(gateway);
      if (days === undefined) counts.set(gateway, (days = new Map()));
      let day = days.get(date);
      if (day === undefined || day.length < from + count) days.set(date, (day = grown(day, from + count)));
      for (let index = from; index < from + count; index++) day[index]! += 1;
    },
    of: ({ gateway, date, index }) => counts.get(gateway)?.get(date)?.[index] ?? 0,
    *places() {
      for (const [gateway, days] of counts) {
        for (const [date, day] of days) for (let index = 0; index < day.length; index++) yield { gateway, date, index };
      }
    },
  };
}

function grown(day: Uint16Array | undefined, least: number): Uint16Array {
  const larger = new Uint16Array(2 * least);
  if (day !== undefined) larger.set(day);
  return larger;
}
