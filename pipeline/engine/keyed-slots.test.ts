import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { viewOf } from '../records/slab.ts';
import { KeyedSlots } from './keyed-slots.ts';

const key = fc.oneof(fc.constantFrom('a', 'b', 'å', 'é1', ''), fc.nat(60).map((n) => `key ${n}`));
const step = fc.record({
  key,
  /** Bytes of the value; null: the key leaves. A few fill most of a segment, or more than one. */
  size: fc.option(fc.oneof({ weight: 9, arbitrary: fc.nat(6_000) }, { weight: 1, arbitrary: fc.nat(400_000) }), { nil: null }),
  loses: fc.boolean(),
  /** Key and value in one piece; now and then a row is begun before that never ends. */
  writes: fc.constantFrom('a copy', 'in one piece', 'in one piece, the second time'),
  tidies: fc.boolean(),
});

test('a key has its slot and its row until it leaves, however segments are worn and used anew', () => {
  fc.assert(fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
    const slots = new KeyedSlots();
    const known = new Map<string, { slot: number; value: Buffer | null }>();
    for (const [n, { key, size, loses, writes, tidies }] of steps.entries()) {
      const before = known.get(key);
      assert.equal(slots.find(key), before?.slot ?? -1);
      if (size === null) {
        if (before !== undefined) slots.takeBack(before.slot);
        known.delete(key);
      } else {
        const value = Buffer.alloc(size + 2, n);
        if (writes === 'in one piece, the second time') slots.memory.begin('another').append(value);
        const slot = writes === 'a copy' || /[^ -~]/.test(key) ? putCopy(slots, key, value) : putPiece(slots, key, value);
        if (before !== undefined) assert.equal(slot, before.slot);
        if (loses) slots.dropRow(slot);
        known.set(key, { slot, value: loses ? null : value.subarray(1, -1) });
      }
      if (tidies) slots.tidy();
      assert.equal(slots.size, known.size);
    }
    assert.equal(new Set(Array.from(known.values(), ({ slot }) => slot)).size, known.size, 'no two keys share a slot');
    for (const [key, { slot, value }] of known) {
      assert.equal(slots.keyOf(slot), key);
      const row = slots.rowOf(slot);
      if (value === null) assert.equal(row, -1);
      else assert.ok(slots.memory.valueOf(row).equals(value));
    }
  }), { numRuns: 60 });
});

function putCopy(slots: KeyedSlots, key: string, value: Buffer): number {
  const slot = slots.give(key);
  slots.setRow(slot, viewOf(value), 1, value.length - 1);
  return slot;
}

function putPiece(slots: KeyedSlots, key: string, value: Buffer): number {
  const piece = Buffer.concat([Buffer.from(key), value.subarray(1, -1), Buffer.from('behind')]);
  const slot = slots.giveOf(viewOf(piece), key.length);
  const former = slots.putRow(slot, viewOf(piece), key.length, key.length + value.length - 2);
  if (former >= 0) slots.memory.release(former);
  return slot;
}

test('a row that never ended, and was larger than a segment, leaves those after it right', () => {
  const slots = new KeyedSlots();
  const value = Buffer.alloc(400_000, 1);
  slots.memory.begin('another').append(value);
  const slot = putPiece(slots, 'key', value.subarray(0, 100));
  putCopy(slots, 'next', value.subarray(0, 100));
  assert.equal(slots.keyOf(slot), 'key');
  assert.ok(slots.memory.valueOf(slots.rowOf(slot)).equals(value.subarray(0, 98)));
});

test('what stays for long keeps none of the memory of what has left', () => {
  const slots = new KeyedSlots();
  const value = Buffer.alloc(200);
  for (let n = 0; n < 100_000; n++) {
    slots.setRow(slots.give(`key ${n}`), viewOf(value), 0, value.length);
    if (n >= 1000 && (n - 1000) % 100 > 0) slots.takeBack(slots.find(`key ${n - 1000}`));
    slots.tidy();
  }
  assert.equal(slots.size, 1990);
  assert.ok(slots.end < 4000, `${slots.end} slots were ever given`);
  const { sizeBytes } = slots.memory;
  assert.ok(sizeBytes < 8 * 1990 * value.length, `${sizeBytes} bytes for ${slots.size} rows`);
});
