import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { RestingRows } from './resting-rows.ts';

const key = fc.oneof(fc.constantFrom('a', 'b', 'å', 'é1', ''), fc.nat(60).map((n) => `key ${n}`));
const step = fc.record({
  key,
  /** Bytes of the value; null: it is removed. A few fill most of a segment, or more than one. */
  size: fc.option(fc.oneof({ weight: 9, arbitrary: fc.nat(6_000) }, { weight: 1, arbitrary: fc.nat(400_000) }), { nil: null }),
});

test('what was put is found until it is replaced or removed, however segments are worn and used anew', () => {
  fc.assert(fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
    const rows = new RestingRows();
    const known = new Map<string, Buffer>();
    for (const [n, { key, size }] of steps.entries()) {
      if (size === null) {
        rows.remove(key);
        known.delete(key);
      } else {
        const value = Buffer.alloc(size + 2, n);
        rows.put(key, value, 1, value.length - 1);
        known.set(key, value.subarray(1, -1));
      }
      assert.equal(rows.size, known.size);
    }
    for (const { key } of steps) {
      const row = rows.find(key);
      if (known.has(key)) assert.ok(rows.valueAt(row).equals(known.get(key)!));
      else assert.equal(row, -1);
    }
    assert.deepEqual(new Set(Array.from(rows.entries(), ([each]) => each)), new Set(known.keys()));
  }), { numRuns: 60 });
});

test('what stays for long keeps none of the memory of what has left', () => {
  const rows = new RestingRows();
  const value = Buffer.alloc(200);
  for (let n = 0; n < 100_000; n++) {
    rows.put(`key ${n}`, value, 0, value.length);
    if (n >= 1000 && (n - 1000) % 100 > 0) rows.remove(`key ${n - 1000}`);
  }
  assert.equal(rows.size, 1990);
  assert.ok(rows.sizeBytes < 8 * 1990 * value.length, `${rows.sizeBytes} bytes for ${rows.size} rows`);
});
