import assert from 'node:assert/strict';
import { test } from 'node:test';
import { read } from './test-evidence.ts';
import { isTwin } from './twins.ts';

test('a plate that is the same but for look-alike characters is a twin', () => {
  assert.ok(isTwin('AB12845', read('AB12B45')));
  assert.ok(isTwin('AB12845', read('AB12845')));
});

test('a plate that lacks a character at an end, or has one more, is a twin', () => {
  for (const plate of ['B12345', 'AB1234', '1AB12345', 'AB12345T']) {
    assert.ok(isTwin(plate, read('AB12345')));
    assert.ok(isTwin('AB12345', read(plate)));
  }
  assert.ok(!isTwin('AB12345', read('12345')));
});

test('the next plate of a fleet is none', () => {
  assert.ok(!isTwin('AB12346', read('AB12345')));
});

test('a plate that is among the candidates of another is its twin, one that lacks an end of a candidate is not', () => {
  const misread = read('XY98765', 0.9, [{ plate: 'AB12345', confidence: 0.5 }]);
  assert.ok(isTwin('AB12345', misread));
  assert.ok(!isTwin('AB1234', misread));
});
