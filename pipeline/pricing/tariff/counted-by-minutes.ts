import type { MaxValue, Tariff, Validity } from '../../records/records.ts';

/**
 * For tests: what a stay costs by the slow way. Written apart from the pricing code and without its calendar: it
 * walks minute by minute, reads every clock time from Intl, and for each cap adds up all that was charged before.
 * Entry and length must be whole minutes.
 */
export function countedByMinutes(
  tariff: Tariff,
  zone: string,
  entered: number,
  minutes: number,
  permitKind: string | null,
): number {
  if (minutes <= tariff.freeMinutes) return 0;
  const terms = permitKind === null ? null : tariff.permitTerms.find(({ kind }) => kind === permitKind)!;
  const clock = wallClock(zone);
  const charges: { at: number; minor: number; reduced: boolean; collection: number; occurrence: string }[] = [];
  const flats = new Set<string>();
  const tierSums = new Map<number, number>();
  let paidMinutes = 0;
  /** Minutes of the running period that are still to come. */
  let covered = 0;
  let lineOfPeriod = '';
  for (let minute = tariff.freeMinutesFromEntry ? 0 : tariff.freeMinutes; minute < minutes; minute++) {
    const at = entered + minute * MINUTE;
    if (covered === 0) {
      const held = terms !== null && (terms.validity.length === 0 || hoursAt(terms.validity, clock, at) !== null);
      if (held && terms!.discountBasisPoints === 10_000) continue;
      const found = collectionAt(tariff, clock, at);
      if (found === null) continue;
      const { index, occurrence } = found;
      const collection = tariff.rateLineCollections[index]!;
      const lineIndex = collection.rateLines.findIndex(
        ({ durationEnd }) => durationEnd === null || paidMinutes < durationEnd,
      );
      const line = collection.rateLines[lineIndex]!;
      const charge = (minor: number): void => {
        const own = charges.filter((one) => one.collection === index && one.occurrence === occurrence);
        const lefts = [
          (collection.maxValueMinor ?? Infinity) - sum(own),
          ...tariff.maxValues.map(
            (cap) => cap.valueMinor - sum(charges.filter((one) => isWithin(cap, clock, one.at, at))),
          ),
        ];
        const taken = Math.max(0, Math.min(minor, ...lefts));
        if (taken > 0) charges.push({ at, minor: taken, reduced: held, collection: index, occurrence });
      };
      if (line.type === 'incrementingRate') {
        charge(line.valueMinor);
        covered = Math.min(line.incrementPeriod, (line.durationEnd ?? Infinity) - paidMinutes);
      } else if (line.type === 'flatRate') {
        lineOfPeriod = `${index} ${lineIndex} ${occurrence}`;
        if (!flats.has(lineOfPeriod)) charge(line.valueMinor);
        flats.add(lineOfPeriod);
        covered = 1;
      } else {
        const before = tierSums.get(index) ?? 0;
        if (line.valueMinor > before) charge(line.valueMinor - before);
        tierSums.set(index, Math.max(before, line.valueMinor));
        covered = 1;
      }
    }
    covered -= 1;
    paidMinutes += 1;
  }
  const reduced = sum(charges.filter((one) => one.reduced));
  return sum(charges) - reduced + Math.round((reduced * (10_000 - (terms?.discountBasisPoints ?? 0))) / 10_000);
}

const MINUTE = 60_000;
const DAY = 86_400_000;

function sum(charges: readonly { minor: number }[]): number {
  return charges.reduce((total, { minor }) => total + minor, 0);
}

interface WallClock {
  /** YYYY-MM-DD */
  day(at: number): string;
  /** The latest HH:MM that the clock has shown that day: when the clocks go back it stands still. */
  time(at: number): string;
}

function wallClock(zone: string): WallClock {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    dateStyle: 'short',
    timeStyle: 'short',
    hourCycle: 'h23',
  });
  const shown = known((at) => {
    const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, value]));
    return {
      day: `${parts.get('year')}-${parts.get('month')}-${parts.get('day')}`,
      time: `${parts.get('hour')}:${parts.get('minute')}`,
    };
  });
  // No clock goes back by more than an hour.
  const latest = known((at) => {
    const { day, time } = shown(at);
    const before = shown(at - 60 * MINUTE);
    if (before.day !== day || before.time < time) return time;
    const hour = Array.from({ length: 60 }, (_, minute) => shown(at - (minute + 1) * MINUTE)).filter(
      (one) => one.day === day,
    );
    return hour.reduce((most, one) => (one.time > most ? one.time : most), time);
  });
  return { day: (at) => shown(at).day, time: latest };
}

function known<T>(find: (at: number) => T): (at: number) => T {
  const found = new Map<number, T>();
  return (at) => {
    if (!found.has(at)) found.set(at, find(at));
    return found.get(at)!;
  };
}

function collectionAt(
  { rateLineCollections }: Tariff,
  clock: WallClock,
  at: number,
): { index: number; occurrence: string } | null {
  for (let index = 0; index < rateLineCollections.length; index++) {
    const { validity } = rateLineCollections[index]!;
    if (validity.length === 0) return { index, occurrence: 'always' };
    const occurrence = hoursAt(validity, clock, at);
    if (occurrence !== null) return { index, occurrence };
  }
  return null;
}

/** Which hours hold, by the day and time at which they began; null: none. */
function hoursAt(validity: readonly Validity[], clock: WallClock, at: number): string | null {
  const today = clock.day(at);
  const time = clock.time(at);
  const yesterday = dayBefore(today);
  // In the order in which hours are looked for: yesterday's first.
  for (const { days, from, to } of validity) {
    if (to <= from && days.includes(weekday(yesterday)) && time < to) return `${yesterday} ${from}`;
  }
  for (const { days, from, to } of validity) {
    if (days.includes(weekday(today)) && from <= time && (to <= from || time < to)) return `${today} ${from}`;
  }
  return null;
}

function isWithin({ period, resetTime }: MaxValue, clock: WallClock, one: number, now: number): boolean {
  const day = (at: number): string => (clock.time(at) >= resetTime ? clock.day(at) : dayBefore(clock.day(at)));
  switch (period) {
    case 'visit': return true;
    case 'rolling24h': return one > now - DAY;
    case 'rolling7d': return one > now - 7 * DAY;
    case 'day': return day(one) === day(now);
    case 'week': return monday(day(one)) === monday(day(now));
  }
}

function dayBefore(day: string): string {
  return new Date(Date.parse(day) - DAY).toISOString().slice(0, 10);
}

function weekday(day: string): Validity['days'][number] {
  return (['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const)[new Date(day).getUTCDay()]!;
}

function monday(day: string): string {
  return new Date(Date.parse(day) - ((new Date(day).getUTCDay() + 6) % 7) * DAY).toISOString().slice(0, 10);
}
