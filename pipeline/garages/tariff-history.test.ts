import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openCodec } from '../records/codec.ts';
import type { Garage } from '../records/records.ts';
import { parseGarages } from './garages-file.ts';
import { refuseChangedTariffs } from './tariff-history.ts';

const NOW = Date.parse('2026-06-01T00:00:00Z');
const first = { tariffVersion: 't1', validFrom: '2026-01-01T00:00:00Z', incrementMinutes: 30, incrementMinor: 3_500 };
const coming = { ...first, tariffVersion: 't2', validFrom: '2026-07-01T00:00:00Z' };
const garageWith = (...tariffs: object[]): Garage =>
  parseGarages([{ garageId: 'p4', timezone: 'Europe/Oslo', lanes: [{ laneId: 'a', direction: 'both' }], tariffs }])[0]!;

const change = (from: Garage, to: Garage) => () => refuseChangedTariffs(to, from, NOW);
const refused = /garage 'p4': tariff 't1' was in force and can't be changed or left out/;

test('a tariff that was in force stays as it is', () => {
  assert.throws(change(garageWith(first), garageWith({ ...first, incrementMinor: 4_000 })), refused);
  assert.throws(change(garageWith(first), garageWith({ ...first, validFrom: '2026-02-01T00:00:00Z' })), refused);
  assert.throws(change(garageWith(first), garageWith({ ...first, tariffVersion: 't2' })), refused);
  assert.throws(change(garageWith(first), garageWith()), refused);
});

test('the timezone that a tariff was in force by stays as it is', () => {
  const moved = (...tariffs: object[]): Garage => ({ ...garageWith(...tariffs), timezone: 'Europe/Helsinki' });
  const kept = /garage 'p4': tariff 't1' was in force by timezone 'Europe\/Oslo', which can't be changed any more: keep it/;
  assert.throws(change(garageWith(first), moved(first)), kept);
  change(garageWith(coming), moved(coming))();
  change(garageWith(), moved())();
});

test('no other tariff is in force from a time that is past, when that one was', () => {
  const late = /tariff 't2' is past, and another was in force then/;
  const past = { ...coming, validFrom: '2026-05-31T23:59:59Z' };
  assert.throws(change(garageWith(first), garageWith(first, past)), late);
  assert.throws(change(garageWith(first, coming), garageWith(first, past)), late);
  change(garageWith(first), garageWith(first, { ...coming, validFrom: '2026-06-01T00:00:00Z' }))();
});

test('one that is to come may be added, changed and left out, and time that no tariff covers may get one', () => {
  change(garageWith(first), garageWith(first, coming))();
  change(garageWith(first, coming), garageWith(first, { ...coming, incrementMinor: 4_000 }))();
  change(garageWith(first, coming), garageWith(first))();
  change(garageWith(first), garageWith({ ...first, tariffVersion: 't0', validFrom: '2025-01-01T00:00:00Z' }, first))();
});

test('a tariff as the table gives it is the same as that of its file', () => {
  const codec = openCodec('Garage', { own: () => 1, fetch: () => Promise.reject(new Error('one writer only')) });
  const garage = garageWith({
    tariffVersion: 't1', rateLineCollections: [{ rateLines: [{ type: 'flatRate', valueMinor: 5_000 }] }],
    maxValues: [{ period: 'day', valueMinor: 9_000 }],
    permitTerms: [{ kind: 'electric', validity: [{ days: ['sun'] }] }],
  });
  change(codec.decode(codec.encode(garage)), garage)();
});
