import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Letter } from './letter.ts';
import { listed } from './main.ts';

const letter = (offset: number, change: Partial<Letter> = {}): Letter => ({
  offset, stage: 'visits', reason: 'wrong_partition', topic: 'parking.reads', attempts: 0, isWhole: true,
  record: { timestamp: 0 }, ...change,
}) as Letter;

test('a list that leaves letters out says how many, and by which option they come in', () => {
  const all = [letter(0), letter(1, { attempts: 1 }), letter(2, { stage: 'pricing' })];
  assert.deepEqual(listed(all, { stage: 'visits', again: false }).slice(1), [
    'dead letters: 1; --apply sends them back',
    'besides: 1 that came again after they were sent back, which only --again means',
    'besides: 1 that --stage, --reason, --topic or --offset leaves out',
  ]);
  assert.deepEqual(listed(all, { stage: 'vists', again: true }), [
    'dead letters: 0; --apply sends them back', 'besides: 3 that --stage, --reason, --topic or --offset leaves out',
  ]);
  assert.equal(listed(all, { again: true }).at(-1), 'dead letters: 3; --apply sends them back');
});
