import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { MaxValue } from '../records/records.ts';
import { DAY, garageOf, HOUR, MINUTE, openPricing, visitOf } from './test-pricing.ts';

/** What was charged at an instant, and in which visit. */
interface Hour {
  readonly at: number;
  readonly minor: number;
  readonly visit: number;
}

const HOUR_MINOR = 1_000;
const shown = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'Europe/Oslo', dateStyle: 'short', timeStyle: 'short', hourCycle: 'h23',
});

/** The day that an instant counts for, written apart from the calendar that prices go by. */
function dayOf(at: number, resetTime: string): string {
  const [day, time] = shown.format(at).split(', ') as [string, string];
  return time >= resetTime ? day : daysBefore(day, 1);
}

function mondayOf(day: string): string {
  return daysBefore(day, (new Date(day).getUTCDay() + 6) % 7);
}

function daysBefore(day: string, days: number): string {
  return new Date(Date.parse(day) - days * DAY).toISOString().slice(0, 10);
}

function countsFor({ period, capScope, resetTime }: MaxValue, before: Hour, at: number, visit: number): boolean {
  if (before.visit !== visit && capScope === 'visit') return false;
  switch (period) {
    case 'visit': return before.visit === visit;
    case 'rolling24h': return before.at > at - DAY;
    case 'rolling7d': return before.at > at - 7 * DAY;
    case 'day': return dayOf(before.at, resetTime) === dayOf(at, resetTime);
    case 'week': return mondayOf(dayOf(before.at, resetTime)) === mondayOf(dayOf(at, resetTime));
  }
}

const caps: fc.Arbitrary<MaxValue[]> = fc.array(fc.record({
  period: fc.constantFrom<MaxValue['period'][]>('day', 'week', 'rolling24h', 'rolling7d', 'visit'),
  valueMinor: fc.integer({ min: 5, max: 90 }).map((n) => n * 100),
  capScope: fc.constantFrom<MaxValue['capScope'][]>('plate', 'plate', 'visit'),
  resetTime: fc.constantFrom('00:00', '06:00', '18:30'),
}).map((cap): MaxValue => ({ ...cap, capScope: cap.period === 'visit' ? 'visit' : cap.capScope })), {
  minLength: 1, maxLength: 3,
});
const stays = fc.array(fc.record({
  pauseMinutes: fc.integer({ min: 1, max: 3_000 }),
  minutes: fc.oneof(fc.integer({ min: 1, max: 600 }), fc.integer({ min: 1, max: 8_000 })),
}), { maxLength: 6 });

test('visits of a vehicle cost within all caps what a plain count says, over changes of the clock, a leap day and new year', () => {
  for (const begin of ['2026-10-20T08:00:00Z', '2026-03-24T08:00:00Z', '2026-12-28T08:00:00Z', '2028-02-25T08:00:00Z']) {
    fc.assert(fc.property(caps, stays, (maxValues, drawn) => {
      const rateLines = [{ type: 'incrementingRate', incrementPeriod: 60, valueMinor: HOUR_MINOR }];
      const tariff = {
        tariffVersion: 't1', rateLineCollections: [{ name: 'always', rateLines }], maxValues: maxValues.map(asInFile),
      };
      const pricing = openPricing({ garage: garageOf([tariff]) });
      const charged: Hour[] = [];
      let now = Date.parse(begin);
      drawn.forEach(({ pauseMinutes, minutes }, visit) => {
        const enteredAt = now + pauseMinutes * MINUTE;
        const exitedAt = (now = enteredAt + minutes * MINUTE);
        const stay = { visitId: `visit-${visit}`, enteredAt };
        pricing.visit(visitOf({ ...stay, status: 'open', exitedAt: null }));
        pricing.visit(visitOf({ ...stay, revision: 2, exitedAt }));
        for (let at = enteredAt; at < exitedAt; at += HOUR) {
          const left = maxValues.map((cap) =>
            cap.valueMinor - sum(charged.filter((before) => countsFor(cap, before, at, visit))));
          charged.push({ at, visit, minor: Math.max(0, Math.min(HOUR_MINOR, ...left)) });
        }
      });
      assert.deepEqual(
        drawn.map((_, visit) => pricing.dispositions.get(`visit-${visit}`)!.grossMinor),
        drawn.map((_, visit) => sum(charged.filter((hour) => hour.visit === visit))),
      );
    }), { numRuns: 50 });
  }
});

/** Only days and weeks have a time at which they begin. */
function asInFile({ resetTime, ...cap }: MaxValue): object {
  return cap.period === 'day' || cap.period === 'week' ? { ...cap, resetTime } : cap;
}

function sum(hours: readonly Hour[]): number {
  return hours.reduce((total, { minor }) => total + minor, 0);
}
