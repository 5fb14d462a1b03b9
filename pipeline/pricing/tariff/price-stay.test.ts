import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isPublicHoliday } from './public-holidays.ts';
import { tariffAt } from './tariff-in-force.ts';
import { hourly, price, priced, stayOf, tariffOf, weekdays } from './test-tariffs.ts';
import { vatWithin } from './vat.ts';

/** In the short form: 35 kr per started half hour, free up to ten minutes, at most 210 kr a day. */
const airport = tariffOf({ freeMinutes: 10, incrementMinutes: 30, incrementMinor: 3_500, dailyCapMinor: 21_000 });
/** 32 kr an hour, at most 66 kr a day. */
const town = tariffOf({ incrementMinutes: 60, incrementMinor: 3_200, dailyCapMinor: 6_600 });
const square = tariffOf({ incrementMinutes: 60, incrementMinor: 3_200 });

test('a stay within the free minutes costs nothing, one beyond counts from entry', () => {
  assert.equal(price(airport, '2026-05-04T10:00:00Z', '2026-05-04T10:10:00Z'), 0);
  assert.equal(price(airport, '2026-05-04T10:00:00Z', '2026-05-04T10:10:00.001Z'), 3_500);
});

test('a period counts as soon as it has started', () => {
  assert.equal(price(airport, '2026-05-04T10:00:00Z', '2026-05-04T10:30:00Z'), 3_500);
  assert.equal(price(airport, '2026-05-04T10:00:00Z', '2026-05-04T10:30:01Z'), 7_000);
  assert.equal(price(square, '2026-05-04T10:00:00Z', '2026-05-04T12:15:00Z'), 9_600);
});

test('a day costs no more than its cap, and each calendar day has its own', () => {
  assert.equal(price(airport, '2026-05-04T06:00:00Z', '2026-05-04T15:00:00Z'), 21_000);
  // 23:30 to 00:45 in Oslo: one period before midnight, one after.
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
  assert.equal(price(square, '2026-03-28T23:00:00Z', '2026-03-29T22:00:00Z'), 23 * 3_200);
  assert.equal(price(square, '2026-10-24T22:00:00Z', '2026-10-25T23:00:00Z'), 25 * 3_200);
});

test('the cap of the day on which the clocks change ends at its own midnight', () => {
  // The long Sunday ends at 23:00Z, an hour later than the days before it.
  assert.equal(price(town, '2026-10-25T10:00:00Z', '2026-10-25T23:00:00Z'), 6_600);
  assert.equal(price(town, '2026-10-25T10:00:00Z', '2026-10-25T23:30:00Z'), 6_600 + 3_200);
  assert.equal(price(town, '2026-10-25T10:00:00Z', '2026-10-26T01:00:00Z'), 6_600 + 6_400);
});

test('a rolling cap counts 24 elapsed hours also when the clocks change', () => {
  const rolling = tariffOf({ incrementMinutes: 60, incrementMinor: 3_200,
    maxValues: [{ period: 'rolling24h', valueMinor: 6_600 }] });
  assert.equal(price(rolling, '2026-10-24T10:00:00Z', '2026-10-25T10:00:00Z'), 6_600);
  assert.equal(price(rolling, '2026-10-24T10:00:00Z', '2026-10-25T10:01:00Z'), 6_600 + 3_200);
});

test('free minutes may be taken off instead: then time is paid for from where they end', () => {
  const off = tariffOf({ freeMinutes: 120, freeMinutesFromEntry: false, incrementMinutes: 60, incrementMinor: 2_000 });
  assert.equal(price(off, '2026-05-04T10:00:00Z', '2026-05-04T12:00:00Z'), 0);
  assert.equal(price(off, '2026-05-04T10:00:00Z', '2026-05-04T13:00:00Z'), 2_000);
  assert.equal(price(off, '2026-05-04T10:00:00Z', '2026-05-04T13:01:00Z'), 4_000);
});

test('shared free minutes are used up by the stays before', () => {
  const minute = 60_000;
  const stay = stayOf('2026-05-04T10:00:00Z', '2026-05-04T10:05:00Z');
  assert.equal(priced(airport, { ...stay, sharedFreeMs: 5 * minute }).grossMinor, 0);
  assert.equal(priced(airport, { ...stay, sharedFreeMs: 6 * minute }).grossMinor, 3_500);
  const off = tariffOf({ freeMinutes: 10, freeMinutesFromEntry: false, incrementMinutes: 1, incrementMinor: 100 });
  assert.equal(priced(off, { ...stay, sharedFreeMs: 7 * minute }).grossMinor, 200);
  assert.equal(priced(off, { ...stay, sharedFreeMs: 60 * minute }).grossMinor, 500);
});

test('a tier costs what it says in all, and hours may follow the last', () => {
  const tiers = tariffOf({ rateLineCollections: [{ rateLines: [
    { type: 'flatRateTier', durationEnd: 60, valueMinor: 3_000 },
    { type: 'flatRateTier', durationStart: 60, durationEnd: 180, valueMinor: 5_000 },
    { ...hourly, durationStart: 180, valueMinor: 1_000 },
  ] }] });
  assert.equal(price(tiers, '2026-05-04T10:00:00Z', '2026-05-04T10:01:00Z'), 3_000);
  assert.equal(price(tiers, '2026-05-04T10:00:00Z', '2026-05-04T11:00:00Z'), 3_000);
  assert.equal(price(tiers, '2026-05-04T10:00:00Z', '2026-05-04T11:01:00Z'), 5_000);
  assert.equal(price(tiers, '2026-05-04T10:00:00Z', '2026-05-04T13:00:00Z'), 5_000);
  assert.equal(price(tiers, '2026-05-04T10:00:00Z', '2026-05-04T14:30:00Z'), 7_000);
});

test('a flat rate is paid once for each evening, also when the stay goes on into the next', () => {
  const evenings = tariffOf({ rateLineCollections: [
    { validity: [{ from: '17:00', to: '07:00' }], rateLines: [{ type: 'flatRate', valueMinor: 5_000 }] },
    { name: 'day', rateLines: [{ ...hourly, valueMinor: 3_000 }] },
  ] });
  assert.equal(price(evenings, '2026-02-02T18:00:00+01:00', '2026-02-03T06:00:00+01:00'), 5_000);
  assert.equal(price(evenings, '2026-02-02T16:00:00+01:00', '2026-02-03T07:00:00+01:00'), 3_000 + 5_000);
  assert.equal(price(evenings, '2026-02-02T18:00:00+01:00', '2026-02-03T18:00:00+01:00'), 5_000 + 10 * 3_000 + 5_000);
});

test('hours without a price are free, and a new period begins after them', () => {
  const office = tariffOf({ rateLineCollections: [
    { validity: [{ days: weekdays, from: '08:00', to: '16:00' }], rateLines: [{ ...hourly, valueMinor: 3_000 }] },
  ] });
  assert.equal(price(office, '2026-02-02T17:00:00+01:00', '2026-02-03T08:30:00+01:00'), 3_000);
  assert.equal(price(office, '2026-02-07T10:00:00+01:00', '2026-02-08T22:00:00+01:00'), 0);
});

test('a public holiday is like its weekday, until the tariff names holiday', () => {
  // Thursday, 14 May 2026: Ascension Day.
  assert.equal(isPublicHoliday('2026-05-14', 'NO'), true);
  assert.equal(isPublicHoliday('2026-05-15', 'NO'), false);
  const byDays = (sunday: string[]) => tariffOf({ rateLineCollections: [
    { validity: [{ days: sunday }], rateLines: [{ ...hourly, valueMinor: 100 }] },
    { validity: [{ days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat'] }], rateLines: [{ ...hourly, valueMinor: 3_000 }] },
  ] });
  assert.equal(price(byDays(['sun']), '2026-05-14T10:00:00+02:00', '2026-05-14T11:00:00+02:00'), 3_000);
  assert.equal(price(byDays(['sun', 'holiday']), '2026-05-14T10:00:00+02:00', '2026-05-14T11:00:00+02:00'), 100);
  assert.equal(price(byDays(['sun', 'holiday']), '2026-05-15T10:00:00+02:00', '2026-05-15T11:00:00+02:00'), 3_000);
});

test('a night that begins on a holiday is the holiday\'s up to its end', () => {
  const nights = tariffOf({ rateLineCollections: [
    { validity: [{ days: ['holiday'], from: '18:00', to: '07:00' }], rateLines: [{ ...hourly, valueMinor: 100 }] },
    { rateLines: [{ ...hourly, valueMinor: 3_000 }] },
  ] });
  assert.equal(price(nights, '2026-05-15T05:00:00+02:00', '2026-05-15T09:00:00+02:00'), 2 * 100 + 2 * 3_000);
});

test('a calendar week begins on Monday at the time that the tariff says', () => {
  const weekly = (resetTime: string) => tariffOf({
    incrementMinutes: 60, incrementMinor: 1_000, maxValues: [{ period: 'week', valueMinor: 5_000, resetTime }],
  });
  // Sunday 12:00 to Monday 12:00.
  assert.equal(price(weekly('00:00'), '2026-02-01T12:00:00+01:00', '2026-02-02T12:00:00+01:00'), 10_000);
  assert.equal(price(weekly('10:00'), '2026-02-01T12:00:00+01:00', '2026-02-02T12:00:00+01:00'), 7_000);
});

test('a visit has its own most, and so have the hours of a collection', () => {
  const most = tariffOf({ incrementMinutes: 60, incrementMinor: 1_000,
    maxValues: [{ period: 'visit', valueMinor: 2_500 }] });
  assert.equal(price(most, '2026-02-02T12:00:00+01:00', '2026-02-06T12:00:00+01:00'), 2_500);
  const nights = tariffOf({ rateLineCollections: [
    { validity: [{ from: '18:00', to: '06:00' }], rateLines: [{ ...hourly, valueMinor: 1_000 }], maxValueMinor: 2_500 },
    { rateLines: [{ ...hourly, valueMinor: 0 }] },
  ] });
  assert.equal(price(nights, '2026-02-02T12:00:00+01:00', '2026-02-04T12:00:00+01:00'), 5_000);
});

test('hours from two times that are one instant, when the clocks go forward, have each their own most', () => {
  const sundays = tariffOf({ rateLineCollections: [{
    validity: [{ days: ['sun'], from: '02:00', to: '24:00' }, { days: ['sun'], from: '03:00', to: '02:00' }],
    rateLines: [{ ...hourly, valueMinor: 1_000 }], maxValueMinor: 2_500,
  }] });
  // Sunday 12:00 to Monday 02:00: the first hours end at midnight, the second go on. Clocks
  // change on the second Sunday.
  assert.equal(price(sundays, '2026-03-22T12:00:00+01:00', '2026-03-23T02:00:00+01:00'), 2_500 + 2_000);
  assert.equal(price(sundays, '2026-03-29T12:00:00+02:00', '2026-03-30T02:00:00+02:00'), 2_500 + 2_000);
});

test('a cap of scope plate counts what earlier visits were charged, one of scope visit does not', () => {
  const capped = (capScope: string) => tariffOf({
    incrementMinutes: 60, incrementMinor: 3_000, maxValues: [{ period: 'rolling24h', valueMinor: 6_600, capScope }],
  });
  const first = stayOf('2026-02-02T10:00:00+01:00', '2026-02-02T12:00:00+01:00');
  const second = stayOf('2026-02-02T13:00:00+01:00', '2026-02-02T15:00:00+01:00');
  const third = stayOf('2026-02-03T10:30:00+01:00', '2026-02-03T11:00:00+01:00');
  for (const [scope, sums] of [['plate', [6_000, 600, 3_000]], ['visit', [6_000, 6_000, 3_000]]] as const) {
    const tariff = capped(scope);
    const before = priced(tariff, first);
    const after = priced(tariff, { ...second, chargedBefore: before.charged });
    const last = priced(tariff, { ...third, chargedBefore: [...before.charged, ...after.charged] });
    assert.deepEqual([before, after, last].map(({ grossMinor }) => grossMinor), sums);
  }
});

test('a day and a week that all visits of a vehicle share begin and end at the time that the tariff says, to the moment', () => {
  const shared = (period: string) => tariffOf({
    incrementMinutes: 60, incrementMinor: 1_000,
    maxValues: [{ period, valueMinor: 1_000, capScope: 'plate', resetTime: '04:00' }],
  });
  const spent = (at: number) => [{ at, minor: 1_000 }];
  // Monday 2 February, and the hour before its day begins.
  const [noon, night] = ['2026-02-02T12:00:00+01:00', '2026-02-02T02:00:00+01:00'];
  const windows = {
    day: { [noon]: ['2026-02-02', '2026-02-03'], [night]: ['2026-02-01', '2026-02-02'] },
    week: { [noon]: ['2026-02-02', '2026-02-09'], [night]: ['2026-01-26', '2026-02-02'] },
  };
  for (const [period, each] of Object.entries(windows)) {
    for (const [from, days] of Object.entries(each)) {
      const [begin, end] = days.map((day) => Date.parse(`${day}T04:00:00+01:00`));
      const enteredAt = Date.parse(from);
      const cost = (at: number): number =>
        priced(shared(period), { enteredAt, exitedAt: enteredAt + 60_000, chargedBefore: spent(at) }).grossMinor;
      assert.deepEqual([begin! - 1, begin!, end! - 1, end!].map(cost), [1_000, 0, 0, 1_000], `${period} of ${from}`);
    }
  }
});

test('a permit of a kind without terms parks free, one with terms at its discount, rounded half up', () => {
  const terms = tariffOf({ incrementMinutes: 60, incrementMinor: 3_333,
    permitTerms: [{ kind: 'electric', discountBasisPoints: 5_000 }] });
  const [from, to] = ['2026-02-02T12:00:00+01:00', '2026-02-02T12:30:00+01:00'];
  assert.equal(price(terms, from, to, 'staff'), 0);
  assert.equal(price(terms, from, to, 'electric'), 1_667);
});

test('a stay of ten years by the minute is priced at once', () => {
  const minutely = tariffOf({ incrementMinutes: 1, incrementMinor: 50,
    maxValues: [{ period: 'rolling24h', valueMinor: 20_000 }, { period: 'visit', valueMinor: 500_000 }] });
  assert.equal(price(minutely, '2016-02-02T12:00:00Z', '2026-02-02T12:00:00Z'), 500_000);
});

test('the VAT within an amount at 25 % is its fifth, half an ore rounds up', () => {
  assert.equal(vatWithin(3_500, 2_500), 700);
  assert.equal(vatWithin(3, 2_500), 1);
  assert.equal(vatWithin(2, 2_500), 0);
  assert.equal(vatWithin(3, 10_000), 2);
  assert.equal(vatWithin(3_500, 0), 0);
  for (const gross of [2, 3, 8, 3_500, 3_501]) {
    for (const rate of [2_500, 1_500, 1_200, 10_000]) {
      assert.equal(vatWithin(-gross, rate), -vatWithin(gross, rate) || 0, `${-gross} at ${rate}`);
    }
  }
});

test('the tariff in force is the newest that has begun', () => {
  const tariffs = [{ ...town, validFrom: 10 }, { ...town, tariffVersion: 't2', validFrom: 20 }];
  assert.equal(tariffAt(tariffs, 9), undefined);
  assert.equal(tariffAt(tariffs, 10)?.tariffVersion, 't1');
  assert.equal(tariffAt(tariffs, 20)?.tariffVersion, 't2');
});
