import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { read } from './test-evidence.ts';
import { TwinFilter } from './twin-filter.ts';

const filterOf = (...plates: string[]): TwinFilter => {
  const filter = new TwinFilter();
  for (const plate of plates) filter.add(read(plate));
  return filter;
};

test('a plate that is the same but for look-alike characters is a twin', () => {
  assert.ok(filterOf('AB12B45', 'AB12845').mayHaveTwin('AB12845', 1));
  assert.ok(!filterOf('AB12845').mayHaveTwin('AB12845', 1));
  assert.ok(filterOf('AB12845').mayHaveTwin('AB12B45', 0));
});

test('a plate that lacks a character at an end, or has one more, is a twin', () => {
  for (const plate of ['B12345', 'AB1234', '1AB12345', 'AB12345T']) {
    assert.ok(filterOf(plate).mayHaveTwin('AB12345', 0));
    assert.ok(filterOf('AB12345').mayHaveTwin(plate, 0));
  }
});

test('the next plate of a fleet is none', () => {
  assert.ok(!filterOf('AB12345', 'AB12346', 'AB12347').mayHaveTwin('AB12346', 1));
});

test('a plate that is among the candidates of another is its twin', () => {
  const filter = new TwinFilter();
  filter.add(read('XY98765', 0.9, [{ plate: 'AB12345', confidence: 0.5 }]));
  assert.ok(filter.mayHaveTwin('AB12345', 0));
});

test('a plate is no twin of itself, whatever look-alikes are among its own candidates', () => {
  const filter = new TwinFilter();
  filter.add(read('AB12845', 0.9, [{ plate: 'AB12B45', confidence: 0.5 }]));
  assert.ok(!filter.mayHaveTwin('AB12845', 1));
});

test('what was taken out is no twin any more', () => {
  const plates = fc.uniqueArray(fc.stringMatching(/^[A-Z]{2}[0-9]{5}$/), { minLength: 1, maxLength: 30 });
  fc.assert(fc.property(plates, (given) => {
    const filter = filterOf(...given);
    for (const plate of given) filter.remove(read(plate));
    assert.ok(given.every((plate) => !filter.mayHaveTwin(plate, 0)));
  }));
});
