import assert from 'node:assert/strict';
import { test } from 'node:test';
import { benchReads } from '../../loadtest/bench/bench-reads.ts';
import { profiles } from '../../loadtest/fleet/faults.ts';
import { RecordBlock } from '../engine/record-block.ts';
import { TaskState } from '../engine/state.ts';
import { openVisitRules } from './rules.ts';
import type { Sink } from './sink.ts';

const READS = 40_000;
const reads = [...benchReads(READS, profiles.demo)];
const A_TRANSACTION = 50;

/** What a task tells of the reads that restarts after every so many: what only memory holds is then gone. */
function toldOf(readsToRestart: number): unknown[] {
  const told: unknown[] = [];
  const tell = (record: unknown): void => void told.push(record);
  const sink: Sink = { visit: tell, irregularity: tell, clockMove: tell, occupancy: tell, ignored() {} };
  const changelog = new Map<string, { key: Buffer; value: Buffer | null }>();
  const block = new RecordBlock();
  let state = new TaskState();
  let rules = openVisitRules(state);
  let offset = 0;
  for (const read of reads) {
    state.mark();
    rules.read(read, offset++, 0, sink);
    if (offset % A_TRANSACTION !== 0) continue;
    state.settle(block, 0);
    for (const { key, value } of block) {
      changelog.set(key!.toString('latin1'), { key: Buffer.from(key!), value: value === null ? null : Buffer.from(value) });
    }
    block.clear();
    if (offset % readsToRestart !== 0) continue;
    state = new TaskState();
    rules = openVisitRules(state);
    for (const { key, value } of changelog.values()) if (value !== null) state.restore(key, value);
  }
  return told;
}

test('days of forty garages are told alike, revision by revision, whether the task restarts again and again or never', () => {
  const often = toldOf(2_000);
  assert.ok(often.length > READS / 2);
  assert.deepEqual(often, toldOf(Infinity));
});
