import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { day, finite, instant, instantOrNull, text, textOrNull, texts, UnfitValueError } from './json-row.ts';

test('any text, quotes and control characters too, is valid JSON and comes back', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (value) => {
    assert.equal(JSON.parse(text(value)), value);
  }));
  fc.assert(fc.property(fc.array(fc.string(), { maxLength: 3 }), (values) => {
    assert.deepEqual(JSON.parse(texts(values)), values);
  }));
});

test('what is not known is null', () => {
  assert.equal(textOrNull(null), 'null');
  assert.equal(instantOrNull(null), 'null');
});

test('what a column can not hold is refused, so that it never stops a whole range', () => {
  for (const epochMs of [-1, Date.UTC(2100, 0, 2), Number.NaN]) assert.throws(() => instant(epochMs), UnfitValueError);
  for (const value of ['2026-1-1', '2026-13-01', '1969-12-31', 'soon', '']) {
    assert.throws(() => day(value), UnfitValueError);
  }
  assert.throws(() => finite(Number.NaN), UnfitValueError);
  assert.equal(instant(1), '1');
  assert.equal(day('2026-10-25'), '"2026-10-25"');
});
