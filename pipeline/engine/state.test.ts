import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { OutRecord } from './log.ts';
import { Slab, type KeyAndValue } from '../records/slab.ts';
import { RecordBlock } from './record-block.ts';
import { TaskState, type StateCodec, type Table } from './state.ts';

const numbers: StateCodec<number> = {
  formatVersion: 3,
  encodeTo: (value, slab) => slab.appendText(String(value)),
  decode: (bytes, version) => {
    assert.equal(version, 3);
    return Number(bytes.toString());
  },
  rests: (value) => value % 2 === 0,
};

/** The changelog records of what changed since it was asked last. */
function settled(state: TaskState): OutRecord[] {
  const changelog = new RecordBlock();
  state.settle(changelog, 0);
  return [...changelog];
}

interface Change {
  readonly key: string;
  readonly value: number | null;
  /** A value is replaced, or a new one put to rest, without the watcher: who does that tells whoever must know. */
  readonly isUnwatched: boolean;
}

const change: fc.Arbitrary<Change> = fc.record({
  key: fc.constantFrom('a', 'b', 'c', 'å'),
  value: fc.option(fc.integer(), { nil: null }),
  isUnwatched: fc.boolean(),
});
/** Records are lists of changes; a record may throw at its end, and a transaction commits after some records. */
const records = fc.array(fc.record({
  changes: fc.array(change, { maxLength: 5 }), throws: fc.boolean(), commits: fc.boolean(),
  /** So many records without a change come before it that what was changed is laid to rest, though not committed. */
  comesLater: fc.boolean(),
}));
const REST_WITHIN = 512;

test('the changelog restores exactly what was committed, whatever records threw in between', () => {
  fc.assert(fc.property(records, (log) => {
    const state = new TaskState();
    const watched = new Map<string, number>();
    const table = state.table(1, numbers, (key, before, after) => {
      assert.equal(watched.get(key), before, 'the watcher is told what was there');
      if (after === undefined) watched.delete(key);
      else watched.set(key, after);
    });
    const applied = new Map<string, number>();
    const slots = new Map<string, number>();
    let committed = new Map<string, number>();
    const changelog: OutRecord[] = [];

    for (const record of log) {
      for (let marks = record.comesLater ? REST_WITHIN : 1; marks > 0; marks--) state.mark();
      for (const { key, value, isUnwatched } of record.changes) {
        const slot = slots.get(key) ?? -1;
        if (isUnwatched && slot >= 0 && table.keyAt(slot) === key && table.rowAt(slot) >= 0) {
          changeRow(table, slot, value);
          if (value === null) watched.delete(key);
          else watched.set(key, value);
        } else if (isUnwatched && value !== null && key !== 'å' && table.get(key) === undefined) {
          slots.set(key, table.putRow(pieceOf(key, value)));
          watched.set(key, value);
        } else if (isUnwatched && value !== null && slot >= 0 && table.get(key) !== undefined && table.keyAt(slot) === key) {
          table.replaceAt(slot, value);
          watched.set(key, value);
        } else if (value === null) {
          table.delete(key);
        } else {
          slots.set(key, table.put(key, value));
        }
        if (record.throws) continue;
        if (value === null) applied.delete(key);
        else applied.set(key, value);
      }
      if (record.throws) state.undo();
      assert.deepEqual(new Map(table.entries()), applied);
      assert.deepEqual(watched, applied);
      for (const key of ['a', 'b', 'c', 'å']) assert.equal(table.get(key), applied.get(key));
      assert.equal(table.size, applied.size);
      if (record.commits) {
        const changes = settled(state);
        assert.equal(new Set(changes.map(({ key }) => String(key))).size, changes.length, 'one record per key');
        changelog.push(...changes);
        committed = new Map(applied);
        assert.deepEqual(settled(state), []);
      }
    }

    const restored = new TaskState();
    const restoredTable = restored.table(1, numbers);
    for (const { key, value } of changelog) restored.restore(key!, value);
    assert.deepEqual(new Map(restoredTable.entries()), committed);
  }), { numRuns: 1000 });
});

function changeRow(table: Table<number>, slot: number, value: number | null): void {
  if (value === null) return table.deleteRowAt(slot);
  table.putRowAt(slot, pieceOf(table.keyAt(slot), value));
}

function pieceOf(key: string, value: number): KeyAndValue {
  const row = new Slab(1);
  row.appendText(key);
  const valueAt = row.end;
  row.appendByte(numbers.formatVersion);
  numbers.encodeTo(value, row);
  return { bytes: row.view, valueAt, end: row.end };
}

test('each of many values at rest is its own, whichever were looked at before it', () => {
  const state = new TaskState();
  const table = state.table(1, numbers);
  const slots = Array.from({ length: 300 }, (_, i) => table.put(`key ${i}`, 2 * i));
  settled(state);
  for (const apart of [1, 64, 63, 7]) {
    for (let i = 0; i + apart < 300; i++) {
      const looked = [i, i + apart, i].map((n) => table.at(slots[n]!));
      assert.deepEqual(looked, [2 * i, 2 * (i + apart), 2 * i]);
    }
  }
});

test('a key that came and went within one transaction leaves no changelog record', () => {
  const state = new TaskState();
  const table = state.table(1, numbers);
  table.put('a', 1);
  table.delete('a');
  assert.deepEqual(settled(state), []);
});

test('settled without a changelog, a state holds what it held, and what is written later is only what changed since', () => {
  const state = new TaskState();
  const table = state.table(1, numbers);
  table.put('a', 1);
  table.put('b', 2);
  table.put('c', 3);
  table.delete('c');
  state.settleUnwritten();
  assert.deepEqual(new Map(table.entries()), new Map([['a', 1], ['b', 2]]));
  assert.equal(state.size, 2);
  state.undo();
  assert.equal(table.get('b'), 2, 'there is nothing left to undo');
  table.put('a', 4);
  assert.deepEqual(settled(state).map(({ value }) => String(value?.subarray(1))), ['4']);
});

test('a changelog of a table that this release does not know is refused', () => {
  const state = new TaskState();
  state.table(1, numbers);
  assert.throws(() => state.restore(Buffer.from([9, 65]), Buffer.from([3, 49])), /unknown table 9/);
});

test('two tables never share an id', () => {
  const state = new TaskState();
  state.table(1, numbers);
  assert.throws(() => state.table(1, numbers), /opened twice/);
});
