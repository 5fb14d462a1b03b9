import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { normalisePlate } from './plate.ts';

test('case and separators make no other plate', () => {
  for (const text of [
    'EK12345', 'ek12345', 'EK 12345', 'E-K.12 345', ' ek\u201312345 ', '\uff25\uff2b12345', 'EK\u00b712345',
  ]) {
    assert.deepEqual(normalisePlate(text), { plate: 'EK12345' });
  }
});

test('letters of other alphabets stay', () => {
  assert.deepEqual(normalisePlate('æø 123'), { plate: 'ÆØ123' });
  assert.deepEqual(normalisePlate('о111ам'), { plate: 'О111АМ' });
  assert.deepEqual(normalisePlate('U\u0308-AB 1'), { plate: 'ÜAB1' });
});

test('a vehicle without a plate has the empty one', () => {
  assert.deepEqual(normalisePlate(''), { plate: '' });
  assert.deepEqual(normalisePlate(' - '), { plate: '' });
});

test('what holds anything but letters and digits is no plate', () => {
  for (const text of [
    'AB_123', 'AB?12', 'AB\u0000', 'AB\ud83d\ude97', '<b>', 'A\u0301\u0301', '\ud800', 'AB*', 'AB\ufffd',
  ]) {
    assert.deepEqual(normalisePlate(text), { fault: 'not letters and digits' });
  }
});

test('a plate has at most 16 characters, separators aside', () => {
  assert.deepEqual(normalisePlate('A'.repeat(16)), { plate: 'A'.repeat(16) });
  assert.deepEqual(normalisePlate('a-'.repeat(16)), { plate: 'A'.repeat(16) });
  assert.deepEqual(normalisePlate('A'.repeat(17)), { fault: 'too long' });
  assert.deepEqual(normalisePlate('A'.repeat(1_000_000)), { fault: 'too long' });
});

test('to normalise twice is to normalise once', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 20 }), (text) => {
    const once = normalisePlate(text);
    if ('plate' in once) assert.deepEqual(normalisePlate(once.plate), once);
  }));
});
