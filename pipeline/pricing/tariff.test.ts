import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Tariff } from '../records/records.ts';
import { dayOf } from './calendar.ts';
import { priceStay, tariffAt, vatWithin } from './tariff.ts';

const OSLO = 'Europe/Oslo';
const MINUTE = 60_000;
const DAY = 86_400_000;

const base: Tariff = {
  tariffVersion: 't1', validFrom: 0, currency: 'NOK', freeMinutes: 0, incrementMinutes: 60, incrementMinor: 3_200,
  dailyCapMinor: null, vatBasisPoints: 2_500,
};
/** 35 kr per started half hour, free up to ten minutes, at most 210 kr a day. */
const airport: Tariff = { ...base, freeMinutes: 10, incrementMinutes: 30, incrementMinor: 3_500, dailyCapMinor: 21_000 };
/** 32 kr an hour, at most 66 kr a day. */
const town: Tariff = { ...base, dailyCapMinor: 6_600 };

const at = (time: string): number => Date.parse(time);
const price = (tariff: Tariff, from: string, to: string): number => priceStay(tariff, OSLO, at(from), at(to));

test('a stay within the free minutes costs nothing, one beyond counts from entry', () => {
  assert.equal(price(airport, '2026-05-04T10:00:00Z', '2026-05-04T10:10:00Z'), 0);
  assert.equal(price(airport, '2026-05-04T10:00:00Z', '2026-05-04T10:10:00.001Z'), 3_500);
});

test('a period counts as soon as it has started', () => {
  assert.equal(price(airport, '2026-05-04T10:00:00Z', '2026-05-04T10:30:00Z'), 3_500);
  assert.equal(price(airport, '2026-05-04T10:00:00Z', '2026-05-04T10:30:01Z'), 7_000);
  assert.equal(price(base, '2026-05-04T10:00:00Z', '2026-05-04T12:15:00Z'), 9_600);
});

test('a day costs no more than its cap, and each calendar day has its own', () => {
  assert.equal(price(airport, '2026-05-04T06:00:00Z', '2026-05-04T15:00:00Z'), 21_000);
  // 23:30 to 00:30 in Oslo: one period before midnight, one after.
  assert.equal(price(town, '2026-05-04T21:30:00Z', '2026-05-04T22:45:00Z'), 6_400);
  // From 08:00 to 09:00 three days later: nine periods of the last day are over the cap too.
  assert.equal(price(town, '2026-05-04T06:00:00Z', '2026-05-07T07:00:00Z'), 4 * 6_600);
});

test('a period across midnight belongs to the day on which it begins', () => {
  // 23:45 to 00:30 in Oslo is one hour, all of the first day.
  assert.equal(price(town, '2026-05-04T21:45:00Z', '2026-05-04T22:30:00Z'), 3_200);
});

test('elapsed time counts when the clocks change: 23 hours in spring, 25 in autumn', () => {
  // Local midnight to local midnight of the days on which Norway changes its clocks in 2026.
  assert.equal(price(base, '2026-03-28T23:00:00Z', '2026-03-29T22:00:00Z'), 23 * 3_200);
  assert.equal(price(base, '2026-10-24T22:00:00Z', '2026-10-25T23:00:00Z'), 25 * 3_200);
});

test('the cap of the day on which the clocks change ends at its own midnight', () => {
  // The long Sunday ends at 23:00Z, an hour later than the days before it.
  assert.equal(price(town, '2026-10-25T10:00:00Z', '2026-10-25T23:00:00Z'), 6_600);
  assert.equal(price(town, '2026-10-25T10:00:00Z', '2026-10-25T23:30:00Z'), 6_600 + 3_200);
  assert.equal(price(town, '2026-10-25T10:00:00Z', '2026-10-26T01:00:00Z'), 6_600 + 6_400);
});

test('the VAT within an amount at 25 % is its fifth, half an ore rounds up', () => {
  assert.equal(vatWithin(3_500, 2_500), 700);
  assert.equal(vatWithin(3, 2_500), 1);
  assert.equal(vatWithin(2, 2_500), 0);
  assert.equal(vatWithin(3, 10_000), 2);
  assert.equal(vatWithin(3_500, 0), 0);
});

test('the tariff in force is the newest that has begun', () => {
  const tariffs = [{ ...base, validFrom: 10 }, { ...base, tariffVersion: 't2', validFrom: 20 }];
  assert.equal(tariffAt(tariffs, 9), undefined);
  assert.equal(tariffAt(tariffs, 10)?.tariffVersion, 't1');
  assert.equal(tariffAt(tariffs, 20)?.tariffVersion, 't2');
});

const tariffs: fc.Arbitrary<Tariff> = fc.record({
  freeMinutes: fc.integer({ min: 0, max: 90 }),
  incrementMinutes: fc.constantFrom(1, 7, 15, 30, 60, 90, 1_440),
  incrementMinor: fc.integer({ min: 0, max: 10_000 }),
  dailyCapMinor: fc.option(fc.integer({ min: 0, max: 40_000 })),
}).map((part) => ({ ...base, ...part }));
const zones = fc.constantFrom(OSLO, 'UTC', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu');
/** Any time of two years, and each of the hours around Norway's changes of the clock more often. */
const times = fc.oneof(
  fc.integer({ min: at('2026-01-01T00:00:00Z'), max: at('2027-12-31T00:00:00Z') }),
  fc.constantFrom(at('2026-03-29T01:00:00Z'), at('2026-10-25T01:00:00Z'))
    .chain((change) => fc.integer({ min: -2 * DAY, max: DAY }).map((off) => change + off)),
);
const stays = fc.integer({ min: 0, max: 4 * DAY });

test('every price is that of counting minute by minute', () => {
  fc.assert(fc.property(tariffs, zones, times, stays, (tariff, zone, from, stayed) => {
    const entered = Math.floor(from / MINUTE) * MINUTE;
    const minutes = Math.floor(stayed / MINUTE);
    assert.equal(priceStay(tariff, zone, entered, entered + minutes * MINUTE), countedMinuteByMinute(tariff, zone, entered, minutes));
  }), { numRuns: 60 });
});

test('a longer stay never costs less', () => {
  fc.assert(fc.property(tariffs, zones, times, stays, stays, (tariff, zone, entered, one, other) => {
    const [shorter, longer] = [Math.min(one, other), Math.max(one, other)];
    assert.ok(priceStay(tariff, zone, entered, entered + shorter) <= priceStay(tariff, zone, entered, entered + longer));
  }));
});

test('no stay costs more than the cap for each calendar day that it touches', () => {
  fc.assert(fc.property(tariffs, zones, times, stays, (tariff, zone, entered, stayed) => {
    const days = new Set<string>([dayOf(entered + stayed, zone)]);
    for (let ms = 0; ms < stayed; ms += DAY / 4) days.add(dayOf(entered + ms, zone));
    const cap = tariff.dailyCapMinor ?? Infinity;
    assert.ok(priceStay(tariff, zone, entered, entered + stayed) <= cap * days.size);
  }));
});

test('the same stay whole weeks later costs the same, unless the clocks change in between', () => {
  const winter = fc.integer({ min: at('2026-01-01T00:00:00Z'), max: at('2026-01-10T00:00:00Z') });
  fc.assert(fc.property(tariffs, winter, stays, fc.integer({ min: 0, max: 8 }), (tariff, entered, stayed, weeks) => {
    const later = entered + weeks * 7 * DAY;
    assert.equal(priceStay(tariff, OSLO, later, later + stayed), priceStay(tariff, OSLO, entered, entered + stayed));
  }));
});

/** The slow way: walk through the stay, start a period when the former is over, add it up by local day. */
function countedMinuteByMinute(tariff: Tariff, zone: string, entered: number, minutes: number): number {
  if (minutes <= tariff.freeMinutes) return 0;
  const format = new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' });
  const byDay = new Map<string, number>();
  for (let minute = 0; minute < minutes; minute++) {
    if (minute % tariff.incrementMinutes !== 0) continue;
    const day = format.format(entered + minute * MINUTE);
    byDay.set(day, (byDay.get(day) ?? 0) + tariff.incrementMinor);
  }
  return [...byDay.values()].reduce((sum, minor) => sum + Math.min(minor, tariff.dailyCapMinor ?? Infinity), 0);
}
