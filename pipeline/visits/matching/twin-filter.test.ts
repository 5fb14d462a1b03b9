import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { read } from './test-evidence.ts';
import { isTwin, TwinFilter } from './twin-filter.ts';

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

test('whatever is a twin by itself, the filter says so too; it errs on the other side alone', () => {
  const plate = fc.stringMatching(/^[AB][18B][0-9]{1,3}$/);
  const candidates = fc.array(fc.record({ plate, confidence: fc.constant(0.5) }), { maxLength: 2 });
  fc.assert(fc.property(plate, plate, candidates, (asked, other, others) => {
    const evidence = read(other, 0.9, others);
    const filter = new TwinFilter();
    filter.add(evidence);
    if (isTwin(asked, evidence)) assert.ok(filter.mayHaveTwin(asked, 0));
  }), { numRuns: 2000 });
  assert.ok(isTwin('AB12B45', read('AB12845')) && isTwin('B12345', read('AB12345')) && isTwin('AB12345', read('AB1234')));
  assert.ok(!isTwin('AB12346', read('AB12345')));
});
