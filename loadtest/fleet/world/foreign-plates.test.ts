import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Plate } from '../plates.ts';
import { openForeignPlates } from './foreign-plates.ts';

const FORMS: Record<string, RegExp> = { DE: /^[A-Z]{1,3}[A-Z]{1,2}[1-9]\d{0,3}E?$/, GB: /^[A-Z]{2}\d{2}[A-Z]{3}$/ };
/** Every fifth eight vehicles are a company's. */
const plates = openForeignPlates('seed', (vehicle) =>
  (Math.floor(vehicle / 8) % 5 === 0 ? Math.floor(vehicle / 8) : null));
const of = (garage: number, vehicles: number): Plate[] =>
  Array.from({ length: vehicles }, (_, n) => plates.plateOf(n, garage));
const german = plates.plateOf(0, 0).country === 'DE' ? 0 : 1;

test('a garage has plates of one country, the next one of the other', () => {
  for (const garage of [0, 1, 2, 3]) {
    const countries = new Set(of(garage, 500).map(({ country }) => country));
    assert.deepEqual([...countries], [garage % 2 === german ? 'DE' : 'GB']);
  }
});

test('every plate is of its country\'s form, and no two vehicles have the same', () => {
  for (const garage of [0, 1]) {
    const some = of(garage, 50_000);
    for (const { country, plate } of some) assert.match(plate, FORMS[country]!);
    assert.equal(new Set(some.map(({ plate }) => plate)).size, some.length);
  }
});

test('a third of the German plates share their town, and they differ in length', () => {
  const some = of(german, 9000).map(({ plate }) => plate);
  const ordinary = some.filter((_, vehicle) => Math.floor(vehicle / 8) % 5 !== 0);
  const share = ordinary.filter((plate) => plate.startsWith('HH')).length / ordinary.length;
  assert.ok(Math.abs(share - 1 / 3) < 0.02, `${share}`);
  assert.ok(new Set(ordinary.map(({ length }) => length)).size >= 5);
});

test('a company\'s plates follow each other', () => {
  const [first, second] = [plates.plateOf(40, german).plate, plates.plateOf(41, german).plate];
  assert.equal(Number(second.slice(-3)), Number(first.slice(-3)) + 1);
  const british = [0, 1, 2].map((car) => plates.plateOf(40 + car, 1 - german).plate);
  assert.equal(new Set(british.map((plate) => plate.slice(0, -1))).size, 1);
  assert.equal(new Set(british).size, 3);
});
