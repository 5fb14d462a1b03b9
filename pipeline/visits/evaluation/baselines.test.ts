import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CameraRead } from '../../records/records.ts';
import { garageOf, minute, readOf } from '../test-garage.ts';
import { openBaselines, type BaselineName } from './baselines.ts';

const seen = (plate: string, at: number, laneId: string, more: Partial<CameraRead> = {}): CameraRead =>
  readOf(laneId, at, { plate, ...more });

/** Which visits a baseline makes: indexes of the reads. */
function pairs(name: BaselineName, all: readonly CameraRead[]): (readonly [number | null, number | null])[] {
  const baselines = openBaselines([garageOf()]);
  for (const read of all) baselines.read(read);
  const index = (readId: string | null): number | null => (readId === null ? null : all.findIndex((read) => read.readId === readId));
  return baselines.visits(name).map(({ entryReadId, exitReadId }) => [index(entryReadId), index(exitReadId)] as const);
}

test('both pair the same plate and country; a repeated read and one within the passage gap change nothing', () => {
  const entry = seen('AB12345', 0, 'in');
  const all = [entry, entry, seen('AB12345', minute / 4, 'in'), seen('AB12345', 60 * minute, 'out')];
  for (const name of ['exact', 'oneCharacter'] as const) assert.deepEqual(pairs(name, all), [[0, 3]]);
});

test('one character replaced, missing or added is enough for the one, and not for the other', () => {
  for (const misread of ['AB12346', 'B12345', 'AB123456', 'AB1245']) {
    const all = [seen('AB12345', 0, 'in'), seen(misread, 60 * minute, 'out')];
    assert.deepEqual(pairs('exact', all), [[null, 1]]);
    assert.deepEqual(pairs('oneCharacter', all), [[0, 1]]);
  }
});

test('two characters, another country, or two cars that could be it leave an exit alone', () => {
  const alone = (...all: CameraRead[]): void => assert.deepEqual(pairs('oneCharacter', all), [[null, all.length - 1]]);
  alone(seen('AB12345', 0, 'in'), seen('AB12366', 60 * minute, 'out'));
  alone(seen('AB12345', 0, 'in'), seen('BA12345', 60 * minute, 'out'));
  alone(seen('AB12345', 0, 'in'), seen('AB12346', 60 * minute, 'out', { country: 'SE' }));
  alone(seen('AB12345', 0, 'in'), seen('AB12346', minute, 'in'), seen('AB12347', 60 * minute, 'out'));
});

test('a second entry leaves the first one unclosed, and who has left is not inside', () => {
  const all = [seen('AB12345', 0, 'in'), seen('AB12345', 60 * minute, 'in'), seen('AB12345', 120 * minute, 'out'),
    seen('AB12346', 180 * minute, 'out')];
  assert.deepEqual(pairs('oneCharacter', all), [[0, null], [1, 2], [null, 3]]);
});
