import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CameraRead } from '../../records/records.ts';
import { hour, minute, readOf, start, TestGarage } from '../test-garage.ts';

const van = { plate: 'CF51238', confidence: 0.95 };
const stay = (at: number): CameraRead[] => [readOf('in', at, { ...van, direction: 'IN' }), readOf('out', at + 10 * minute, { ...van, direction: 'OUT' })];
/** It comes in, and again three quarters of an hour later; its exit in between was missed. */
const twice = (at: number): CameraRead[] => [readOf('in', at, { ...van, direction: 'IN' }), ...stay(at + 45 * minute)];

const told = (...reads: CameraRead[]) => new TestGarage().see(...reads).advance(20 * hour).told.visits
  .map(({ status, enteredAt, exitedAt }) => [status, (enteredAt! - start) / minute, exitedAt === null ? null : (exitedAt - start) / minute]);

test('a vehicle seen at the entry again within the hour drove past it', () => {
  assert.deepEqual(told(...twice(0)), [['closed', 0, 55]]);
});

test('but one that came again as soon before had left unread', () => {
  const rounds = [0, 50, 100].flatMap((at) => stay(at * minute));
  assert.deepEqual(told(...rounds, ...twice(150 * minute)).slice(3), [['unclosed', 150, null], ['closed', 195, 205]]);
});

test('which its next rounds may show as well', () => {
  const rounds = [95, 145, 195].flatMap((at) => stay(at * minute));
  assert.deepEqual(told(...twice(0), ...rounds).filter(([, at]) => (at as number) < 60), [['unclosed', 0, null], ['closed', 45, 55]]);
});

test('one that comes again after hours each time drove past', () => {
  const rounds = [0, 300].flatMap((at) => stay(at * minute));
  assert.deepEqual(told(...rounds, ...twice(600 * minute)).at(-1), ['closed', 600, 655]);
});
