import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { MaxValue, RateLine, RateLineCollection, Tariff, Validity } from '../../records/records.ts';
import { dayOf } from '../calendar.ts';
import { countedByMinutes } from './counted-by-minutes.ts';
import { priceStay, type Stay } from './price-stay.ts';
import { rateTableOf } from './rate-table.ts';
import { OSLO, tariffOf } from './test-tariffs.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;

const minor = fc.integer({ min: 0, max: 10_000 });
const clockTimes = fc.constantFrom('00:00', '02:00', '02:30', '03:00', '07:00', '16:00', '18:00', '23:30');
const days = fc.subarray(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const, { minLength: 1 });
const validities: fc.Arbitrary<Validity> = fc.record({
  days, from: clockTimes, to: fc.oneof(clockTimes, fc.constant('24:00')),
});

/** One to three rate lines, each from where the one before ends; tiers do not fall. */
const rateLines: fc.Arbitrary<RateLine[]> = fc.array(fc.record({
  type: fc.constantFrom<RateLine['type']>('incrementingRate', 'incrementingRate', 'flatRate', 'flatRateTier'),
  minutes: fc.constantFrom(15, 60, 100, 600),
  incrementPeriod: fc.constantFrom(1, 7, 15, 30, 60, 90, 1_440),
  valueMinor: minor,
}), { minLength: 1, maxLength: 3 }).map((lines) => {
  let durationStart = 0;
  let tier = 0;
  return lines.map(({ type, minutes, incrementPeriod, valueMinor }, index) => {
    if (type === 'flatRateTier') tier += valueMinor;
    const line: RateLine = {
      type, durationStart, durationEnd: index < lines.length - 1 ? durationStart + minutes : null,
      incrementPeriod: type === 'incrementingRate' ? incrementPeriod : 0,
      valueMinor: type === 'flatRateTier' ? tier : valueMinor,
    };
    durationStart += minutes;
    return line;
  });
});
const collections: fc.Arbitrary<RateLineCollection> = fc.record({
  name: fc.constant(''),
  validity: fc.oneof(
    { weight: 1, arbitrary: fc.constant([]) },
    { weight: 3, arbitrary: fc.array(validities, { minLength: 1, maxLength: 2 }) }),
  rateLines,
  maxValueMinor: fc.option(fc.integer({ min: 0, max: 20_000 })),
});
const maxValues: fc.Arbitrary<MaxValue> = fc.record({
  period: fc.constantFrom<MaxValue['period']>('visit', 'day', 'week', 'rolling24h', 'rolling7d'),
  valueMinor: fc.integer({ min: 0, max: 60_000 }),
  capScope: fc.constant('visit' as const),
  resetTime: fc.constant('00:00'),
}).chain((cap) => {
  const isCalendar = cap.period === 'day' || cap.period === 'week';
  return isCalendar ? clockTimes.map((resetTime) => ({ ...cap, resetTime })) : fc.constant(cap);
});

const plain = tariffOf({ incrementMinutes: 60, incrementMinor: 0 });
const tariffs: fc.Arbitrary<Tariff> = fc.record({
  freeMinutes: fc.constantFrom(0, 0, 10, 90),
  freeMinutesFromEntry: fc.boolean(),
  rateLineCollections: fc.array(collections, { minLength: 1, maxLength: 3 }),
  maxValues: fc.array(maxValues, { maxLength: 3 }),
  permitTerms: fc.record({
    kind: fc.constant('permit'),
    discountBasisPoints: fc.constantFrom(10_000, 10_000, 5_000, 3_333),
    validity: fc.oneof(fc.constant([]), fc.array(validities, { minLength: 1, maxLength: 2 })),
  }).map((terms) => [terms]),
}).map((part) => ({ ...plain, ...part }));
const permits = fc.constantFrom(null, null, 'permit');
const zones = fc.constantFrom(OSLO, OSLO, 'UTC', 'America/New_York', 'Asia/Kathmandu');

/** Any minute of two years, and those around Norway's changes of the clock more often. */
const minutes = fc.oneof(
  fc.integer({ min: Date.parse('2026-01-01T00:00:00Z') / MINUTE, max: Date.parse('2027-12-31T00:00:00Z') / MINUTE }),
  fc.constantFrom('2026-03-29T01:00:00Z', '2026-10-25T01:00:00Z')
    .chain((change) => fc.integer({ min: -2_880, max: 1_440 }).map((off) => Date.parse(change) / MINUTE + off)),
).map((minute) => minute * MINUTE);
const lengths = fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 4 * 1_440 }));

function cost(tariff: Tariff, zone: string, stay: Stay, permit: string | null): number {
  const table = rateTableOf(tariff, zone);
  return priceStay(table, { ...stay, terms: permit === null ? null : table.termsOf(permit) }).grossMinor;
}

test('every price is that of counting minute by minute', () => {
  fc.assert(fc.property(tariffs, zones, minutes, lengths, permits, (tariff, zone, enteredAt, length, permit) => {
    const stay = { enteredAt, exitedAt: enteredAt + length * MINUTE };
    assert.equal(cost(tariff, zone, stay, permit), countedByMinutes(tariff, zone, enteredAt, length, permit));
  }), { numRuns: 150 });
});

test('a longer stay never costs less', () => {
  const stays = fc.integer({ min: 0, max: 9 * DAY });
  fc.assert(fc.property(tariffs, zones, minutes, stays, stays, permits,
    (tariff, zone, enteredAt, one, other, permit) => {
    const [shorter, longer] = [Math.min(one, other), Math.max(one, other)]
      .map((stayed) => cost(tariff, zone, { enteredAt, exitedAt: enteredAt + stayed }, permit));
    assert.ok(shorter! <= longer!);
  }), { numRuns: 300 });
});

test('caps hold in every stretch of time, also over the visits of one vehicle', () => {
  const overVisits = maxValues.map((cap): MaxValue => ({
    ...cap,
    capScope: cap.period === 'visit' ? 'visit' : 'plate',
  }));
  const caps = fc.array(overVisits, { minLength: 1, maxLength: 3 });
  const oneVisit = fc.record({ pause: fc.integer({ min: 0, max: DAY }), stayed: fc.integer({ min: 1, max: 2 * DAY }) });
  const visits = fc.array(oneVisit, { minLength: 1, maxLength: 5 });
  fc.assert(fc.property(tariffs, caps, minutes, visits, (part, maxValues, begin, stays) => {
    const tariff = { ...part, maxValues };
    const table = rateTableOf(tariff, OSLO);
    const charged: { at: number; minor: number }[] = [];
    let at = begin;
    for (const { pause, stayed } of stays) {
      const enteredAt = at + pause;
      const stay = priceStay(table, { enteredAt, exitedAt: enteredAt + stayed, chargedBefore: [...charged] });
      charged.push(...stay.charged);
      at += pause + stayed;
      for (const { period, valueMinor } of maxValues) if (period === 'visit') assert.ok(stay.fullMinor <= valueMinor);
    }
    for (const { period, valueMinor, resetTime } of maxValues) {
      const sums = new Map<string, number>();
      for (const one of charged) {
        if (period === 'day' && resetTime === '00:00') {
          const day = dayOf(one.at, OSLO);
          sums.set(day, (sums.get(day) ?? 0) + one.minor);
        }
        if (period.startsWith('rolling')) {
          const length = period === 'rolling24h' ? DAY : 7 * DAY;
          const within = charged.filter((other) => one.at - length < other.at && other.at <= one.at);
          sums.set(String(one.at), within.reduce((sum, other) => sum + other.minor, 0));
        }
      }
      for (const sum of sums.values()) assert.ok(sum <= valueMinor);
    }
  }), { numRuns: 200 });
});

test('the same stay whole weeks later costs the same, unless the clocks change in between', () => {
  const winter = fc.integer({ min: Date.parse('2026-01-05T00:00:00Z'), max: Date.parse('2026-01-12T00:00:00Z') });
  const stays = fc.integer({ min: 0, max: 9 * DAY });
  fc.assert(fc.property(tariffs, winter, stays, fc.integer({ min: 0, max: 7 }), permits,
    (tariff, enteredAt, stayed, weeks, permit) => {
    const later = enteredAt + weeks * 7 * DAY;
    assert.equal(
      cost(tariff, OSLO, { enteredAt: later, exitedAt: later + stayed }, permit),
      cost(tariff, OSLO, { enteredAt, exitedAt: enteredAt + stayed }, permit));
  }));
});

test('the steps add up to the price before the discount', () => {
  fc.assert(fc.property(tariffs, minutes, lengths, permits, (tariff, enteredAt, length, permit) => {
    const table = rateTableOf(tariff, OSLO);
    const terms = permit === null ? null : table.termsOf(permit);
    const stay = priceStay(table, { enteredAt, exitedAt: enteredAt + length * MINUTE, terms });
    assert.equal(stay.steps.reduce((sum, step) => sum + step.minor, 0), stay.fullMinor);
  }));
});
