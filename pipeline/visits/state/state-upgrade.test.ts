import assert from 'node:assert/strict';
import { test } from 'node:test';
import type avsc from 'avsc';
import { TaskState } from '../../engine/state.ts';
import { parseSchema } from '../../records/codec.ts';
import { intervalOf } from '../cameras/intervals.ts';
import { confidencesLearned } from '../learned/confidence-worth.ts';
import { nothingCounted } from '../occupancy/occupancy.ts';
import { learnedFrom } from '../learned/stay-times.ts';
import { hour, start, TestGarage } from '../test-garage.ts';
import { openVisitsState, type VisitsState } from './state.ts';

test('how long vehicles stayed, as the release before kept it, is known, and days are counted from now on', () => {
  const lengths = [3, 1, 4, 1, 5];
  const { dwells } = restored(DWELLS, 'g1 8', ofFormat(1, [
    { name: 'garageId', type: 'string' }, { name: 'hourClass', type: 'int' }, { name: 'lengths', type: { type: 'array', items: 'long' } },
  ], { garageId: 'g1', hourClass: 8, lengths }));
  assert.deepEqual({ ...dwells.get('g1 8') }, { garageId: 'g1', hourClass: 8, lengths, counted: 0, days: 0, lastDay: 0 });
});

test('how long stays were, as the release before kept it, counts in full: nobody knows since when, but for weeks', () => {
  const counts = { type: 'array', items: 'long' };
  const before = { lengths: [3, 1, 4], paired: 8, strays: 2, reentries: [1], reexits: [2], spans: [3] };
  const { learned, garage } = restored(LEARNED, 'g1', ofFormat(2, [
    { name: 'lengths', type: counts }, { name: 'paired', type: 'long' }, { name: 'strays', type: 'long' },
    { name: 'reentries', type: counts }, { name: 'reexits', type: counts }, { name: 'spans', type: counts },
  ], before));
  assert.deepEqual({ ...learned.get('g1') }, { ...before, since: 0, until: 0, waiting: [] });
  const after = learnedFrom(learned.get('g1')!, { enteredAt: start, leftAt: start + hour }, null);
  assert.equal(after.since, 0);
  assert.ok(garage('g1').stayTimes.missedShare > 0.02);
});

test('stays that taught the release before count at once', () => {
  const counts = { type: 'array', items: 'long' };
  const before = { lengths: [3, 1, 4], paired: 8, strays: 200, reentries: [1], reexits: [2], spans: [3], since: start, until: start + hour };
  const { learned, garage } = restored(LEARNED, 'g1', ofFormat(3, [
    { name: 'lengths', type: counts }, { name: 'paired', type: 'long' }, { name: 'strays', type: 'long' },
    { name: 'reentries', type: counts }, { name: 'reexits', type: counts }, { name: 'spans', type: counts },
    { name: 'since', type: 'double' }, { name: 'until', type: 'double' },
  ], before));
  assert.deepEqual({ ...learned.get('g1') }, { ...before, waiting: [] });
  assert.ok(garage('g1').stayTimesAt(start).missedShare > 0.5);
});

test('what the release before had counted of cameras\' confusions and confidences counts at once, and goes on from there', () => {
  const counted = { right: 1500, wrong: 3, rightWithCandidates: 0, wrongWithCandidates: 0 };
  const nothing = { right: 0, wrong: 0, rightWithCandidates: 0, wrongWithCandidates: 0 };
  const steps = Array.from({ length: 20 }, (_, step) => (step === 10 ? counted : nothing));
  const ofSteps = restored(CONFIDENCES, 'g1', ofFormat(1, [{ name: 'garageId', type: 'string' }, { name: 'steps', type: { type: 'array', items: {
    type: 'record', name: 'Step', fields: Object.keys(nothing).map((name) => ({ name, type: 'long' })),
  } } }], { garageId: 'g1', steps }));
  assert.ok(ofSteps.garage('g1').confidences.at(start)!.of(0.5, false) > 0.75);
  const learned = confidencesLearned(ofSteps.confidences.get('g1')!, [], intervalOf(start));
  assert.deepEqual(learned.earlier.map(({ interval }) => interval), [0]);

  const characters = [{ plate: 'L', seen: 20, readAs: [{ read: 'C', times: 19 }] }];
  const ofCharacters = restored(CONFUSIONS, 'g1 out', ofFormat(1, [
    { name: 'garageId', type: 'string' }, { name: 'cameraId', type: 'string' },
    { name: 'characters', type: { type: 'array', items: { type: 'record', name: 'Character', fields: [
      { name: 'plate', type: 'string' }, { name: 'seen', type: 'double' },
      { name: 'readAs', type: { type: 'array', items: { type: 'record', name: 'Read', fields: [
        { name: 'read', type: 'string' }, { name: 'times', type: 'double' },
      ] } } },
    ] } } },
  ], { garageId: 'g1', cameraId: 'out', characters }));
  assert.deepEqual([...ofCharacters.garage('g1').confusions.at(start).keys()], ['out']);
});

test('a count of the vehicles inside, as the release before kept it, still holds', () => {
  const { occupancies, garage } = restored(OCCUPANCIES, 'g1', ofFormat(1, [
    { name: 'countedAt', type: 'long' }, { name: 'unknown', type: 'long' }, { name: 'toldBeyond', type: ['null', 'long'] },
  ], { countedAt: start, unknown: 7, toldBeyond: -2 }));
  const known = { ...nothingCounted, countedAt: start, unknown: 7, toldBeyond: -2 };
  assert.deepEqual({ ...occupancies.get('g1') }, known);
  assert.deepEqual({ ...garage('g1').occupancy }, known);
});

test('a count that left open visits of vehicles that had gone is taken to have left none till the next', () => {
  const { garage } = restored(OCCUPANCIES, 'g1', ofFormat(2, [
    { name: 'countedAt', type: 'long' }, { name: 'unknown', type: 'long' }, { name: 'toldBeyond', type: ['null', 'long'] },
    { name: 'counted', type: 'long' }, { name: 'leftOut', type: 'double' }, { name: 'overlooked', type: 'double' },
  ], { countedAt: start, unknown: 7, toldBeyond: null, counted: 200, leftOut: 9.5, overlooked: -3.25 }));
  assert.deepEqual({ ...garage('g1').occupancy }, { ...nothingCounted, countedAt: start, unknown: 7, counted: 200, overlooked: -3.25 });
});

test('what a count told of who came in unread is known after a restart, to the last digit', () => {
  const occupancy = {
    countedAt: start, counted: 200, cameUnread: [{ interval: 1_976_000, vehicles: 12.125 }, { interval: 1_976_004, vehicles: 1 / 3 }],
    unknown: 2.5, ended: 9.5, doubt: 0.7, overlooked: -3.25, toldBeyond: 4,
  };
  const garage = new TestGarage();
  garage.rules.state.occupancies.put('g1', occupancy);
  assert.deepEqual(JSON.parse(JSON.stringify(garage.restart().rules.state.garage('g1').occupancy)), occupancy);
});

/** Tables' numbers, as they stand in the changelog. */
const LEARNED = 5;
const DWELLS = 10;
const OCCUPANCIES = 11;
const CONFUSIONS = 12;
const CONFIDENCES = 13;

function ofFormat(version: number, fields: readonly unknown[], value: unknown): Buffer {
  const type: avsc.Type = parseSchema(JSON.stringify({ type: 'record', name: 'Former', fields }));
  return Buffer.concat([Buffer.of(version), type.toBuffer(value)]);
}

function restored(table: number, key: string, value: Buffer): VisitsState {
  const state = new TaskState();
  const visits = openVisitsState(state);
  state.restore(Buffer.concat([Buffer.of(table), Buffer.from(key)]), value);
  return visits;
}
