import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TariffEntry } from '../fleet/garage-fleet.ts';
import { price } from './price.ts';

const airport: TariffEntry = {
  tariffVersion: 't', validFrom: '2010-01-01T00:00:00Z', currency: 'NOK', freeMinutes: 10,
  incrementMinutes: 30, incrementMinor: 3500, dailyCapMinor: 21_000, vatBasisPoints: 2500,
};
const at = (time: string): number => Date.parse(`2026-06-01T${time}+02:00`);
const airportPrice = (entered: string, exited: string): number =>
  price(airport, 'Europe/Oslo', at(entered), at(exited));

test('ten minutes are free, a moment more costs the first period', () => {
  assert.equal(airportPrice('12:00:00', '12:10:00'), 0);
  assert.equal(airportPrice('12:00:00', '12:10:00.001'), 3500);
});

test('each started period costs, counted from the entry', () => {
  assert.equal(airportPrice('12:00:00', '12:30:00'), 3500);
  assert.equal(airportPrice('12:00:00', '12:30:00.001'), 7000);
  assert.equal(airportPrice('12:00:00', '14:00:00'), 14_000);
});

test('a calendar day of the garage costs at most the cap, and a night spans two of them', () => {
  assert.equal(airportPrice('06:00:00', '18:00:00'), 21_000);
  const overnight = price(airport, 'Europe/Oslo', at('22:00:00'), at('22:00:00') + 10 * 3_600_000);
  assert.equal(overnight, 4 * 3500 + 21_000);
});
