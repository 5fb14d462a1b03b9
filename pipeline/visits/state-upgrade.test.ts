import assert from 'node:assert/strict';
import { test } from 'node:test';
import type avsc from 'avsc';
import { TaskState } from '../engine/state.ts';
import { parseSchema } from '../records/codec.ts';
import { openVisitsState, type VisitsState } from './state.ts';
import { start } from './test-garage.ts';

test('how long vehicles stayed, as the release before kept it, is known, and days are counted from now on', () => {
  const lengths = [3, 1, 4, 1, 5];
  const { dwells } = restored(DWELLS, 'g1 8', ofFormat1([
    { name: 'garageId', type: 'string' }, { name: 'hourClass', type: 'int' }, { name: 'lengths', type: { type: 'array', items: 'long' } },
  ], { garageId: 'g1', hourClass: 8, lengths }));
  assert.deepEqual({ ...dwells.get('g1 8') }, { garageId: 'g1', hourClass: 8, lengths, counted: 0, days: 0, lastDay: 0 });
});

test('a count of the vehicles inside, as the release before kept it, still holds', () => {
  const { occupancies, garage } = restored(OCCUPANCIES, 'g1', ofFormat1([
    { name: 'countedAt', type: 'long' }, { name: 'unknown', type: 'long' }, { name: 'toldBeyond', type: ['null', 'long'] },
  ], { countedAt: start, unknown: 7, toldBeyond: -2 }));
  const known = { countedAt: start, unknown: 7, toldBeyond: -2, counted: 0, leftOut: 0, overlooked: 0 };
  assert.deepEqual({ ...occupancies.get('g1') }, known);
  assert.deepEqual({ ...garage('g1').occupancy }, known);
});

/** Tables' numbers, as they stand in the changelog. */
const DWELLS = 10;
const OCCUPANCIES = 11;

function ofFormat1(fields: readonly unknown[], value: unknown): Buffer {
  const type: avsc.Type = parseSchema(JSON.stringify({ type: 'record', name: 'Former', fields }));
  return Buffer.concat([Buffer.of(1), type.toBuffer(value)]);
}

function restored(table: number, key: string, value: Buffer): VisitsState {
  const state = new TaskState();
  const visits = openVisitsState(state);
  state.restore(Buffer.concat([Buffer.of(table), Buffer.from(key)]), value);
  return visits;
}
