import assert from 'node:assert/strict';
import { test } from 'node:test';
import { vatWithin } from './vat.ts';
import { gcRieber, harstadP4, ostreTorg, price, vestre } from './test-tariffs.ts';

// All times in winter: Norway is an hour ahead of UTC. 2 February 2026 is a Monday.

test('Harstad P4: ten minutes are free, and a minute more is paid for from the entry', () => {
  assert.equal(price(harstadP4, '2026-02-02T10:00:00+01:00', '2026-02-02T10:10:00+01:00'), 0);
  assert.equal(price(harstadP4, '2026-02-02T10:00:00+01:00', '2026-02-02T10:11:00+01:00'), 35_00);
  assert.equal(price(harstadP4, '2026-02-02T10:00:00+01:00', '2026-02-02T10:30:00+01:00'), 35_00);
  assert.equal(price(harstadP4, '2026-02-02T10:00:00+01:00', '2026-02-02T10:31:00+01:00'), 70_00);
});

test('Harstad P4: 24 hours from the entry cost 210 kr, wherever midnight lies', () => {
  // Six half hours of 35 kr are 210 kr at 13:00; then nothing until 10:00 the next day.
  assert.equal(price(harstadP4, '2026-02-02T10:00:00+01:00', '2026-02-02T13:00:00+01:00'), 210_00);
  assert.equal(price(harstadP4, '2026-02-02T22:00:00+01:00', '2026-02-03T22:00:00+01:00'), 210_00);
  assert.equal(price(harstadP4, '2026-02-02T22:00:00+01:00', '2026-02-03T22:01:00+01:00'), 245_00);
  assert.equal(price(harstadP4, '2026-02-02T10:00:00+01:00', '2026-02-05T09:00:00+01:00'), 3 * 210_00);
});

test('Harstad P4: a week costs 990 kr, from whatever day on', () => {
  // Four days are 840 kr; the fifth adds 150 kr instead of 210, the sixth and seventh nothing.
  assert.equal(price(harstadP4, '2026-02-05T10:00:00+01:00', '2026-02-09T10:00:00+01:00'), 840_00);
  assert.equal(price(harstadP4, '2026-02-05T10:00:00+01:00', '2026-02-10T10:00:00+01:00'), 990_00);
  assert.equal(price(harstadP4, '2026-02-05T10:00:00+01:00', '2026-02-12T10:00:00+01:00'), 990_00);
  assert.equal(price(harstadP4, '2026-02-05T10:00:00+01:00', '2026-02-12T10:10:00+01:00'), 1_025_00);
  assert.equal(price(harstadP4, '2026-02-05T10:00:00+01:00', '2026-02-19T10:00:00+01:00'), 2 * 990_00);
});

test('Hamar, Ostre torg: 32 kr an hour from 7 to 18, 16 kr at night; an hour costs what it cost when it began', () => {
  assert.equal(price(ostreTorg, '2026-02-02T09:00:00+01:00', '2026-02-02T11:30:00+01:00'), 96_00);
  // 17:30 and 18:30: one hour by day, one by night.
  assert.equal(price(ostreTorg, '2026-02-02T17:30:00+01:00', '2026-02-02T19:00:00+01:00'), 32_00 + 16_00);
  // From 20:00 to 08:15: eleven hours from 20:00 to 6:00 by night, those of 7:00 and 8:00 by day.
  assert.equal(price(ostreTorg, '2026-02-02T20:00:00+01:00', '2026-02-03T08:15:00+01:00'), 11 * 16_00 + 2 * 32_00);
  // A whole day: eleven hours by day, thirteen by night.
  assert.equal(price(ostreTorg, '2026-02-02T07:00:00+01:00', '2026-02-03T07:00:00+01:00'), 11 * 32_00 + 13 * 16_00);
});

test('Hamar, Ostre torg: the night of the summer time has an hour less, that of the winter time one more', () => {
  assert.equal(price(ostreTorg, '2026-03-28T18:00:00+01:00', '2026-03-29T07:00:00+02:00'), 12 * 16_00);
  assert.equal(price(ostreTorg, '2026-10-24T18:00:00+02:00', '2026-10-25T07:00:00+01:00'), 14 * 16_00);
});

test('Hamar, Vestre: 32 kr an hour, 66 kr in 24 hours, half of it for electric cars', () => {
  assert.equal(price(vestre, '2026-02-02T10:00:00+01:00', '2026-02-02T11:30:00+01:00'), 64_00);
  assert.equal(price(vestre, '2026-02-02T10:00:00+01:00', '2026-02-02T12:30:00+01:00'), 66_00);
  assert.equal(price(vestre, '2026-02-02T10:00:00+01:00', '2026-02-04T09:00:00+01:00'), 132_00);
  assert.equal(price(vestre, '2026-02-02T10:00:00+01:00', '2026-02-02T11:30:00+01:00', 'electric'), 32_00);
  assert.equal(price(vestre, '2026-02-02T10:00:00+01:00', '2026-02-02T20:00:00+01:00', 'electric'), 33_00);
});

test('Hamar: a fifth of a price is VAT', () => {
  assert.equal(vatWithin(66_00, 2_500), 13_20);
  assert.equal(vatWithin(33_00, 2_500), 6_60);
});

test('Bergen, GC Rieber: free if out within fifteen minutes', () => {
  assert.equal(price(gcRieber, '2026-02-02T10:00:00+01:00', '2026-02-02T10:15:00+01:00'), 0);
  assert.equal(price(gcRieber, '2026-02-02T10:00:00+01:00', '2026-02-02T10:15:01+01:00'), 40_00);
});

test('Bergen, GC Rieber: a night contract frees weekdays from 16 to 8, and the weekend', () => {
  const contract = 'night_contract';
  assert.equal(price(gcRieber, '2026-02-02T16:00:00+01:00', '2026-02-03T08:00:00+01:00', contract), 0);
  // In an hour early and out an hour late: each is paid for.
  assert.equal(price(gcRieber, '2026-02-02T15:00:00+01:00', '2026-02-03T09:00:00+01:00', contract), 80_00);
  // From Friday afternoon to Monday morning; to half past nine is two started hours.
  assert.equal(price(gcRieber, '2026-02-06T16:00:00+01:00', '2026-02-09T00:00:00+01:00', contract), 0);
  assert.equal(price(gcRieber, '2026-02-06T16:30:00+01:00', '2026-02-09T01:30:00+01:00', contract), 80_00);
  // Two nights with the car inside over the day between: 8 to 16 is eight hours.
  assert.equal(price(gcRieber, '2026-02-02T18:00:00+01:00', '2026-02-04T07:00:00+01:00', contract), 8 * 40_00);
  assert.equal(price(gcRieber, '2026-02-02T18:00:00+01:00', '2026-02-03T07:00:00+01:00'), 13 * 40_00);
});
