import assert from 'node:assert/strict';
import { test } from 'node:test';
import { idHashOf } from './id-hashes.ts';
import { GarageMemory } from './garage-memory.ts';
import { TaskMemory } from './task-memory.ts';

/** Two ids of one hash: there are some among a few hundred thousand. */
function alike(): [string, string] {
  const known = new Map<number, string>();
  for (let i = 0; i < 1_000_000; i++) {
    const id = `lane-${i}`;
    const other = known.get(idHashOf('garage', id));
    if (other !== undefined) return [other, id];
    known.set(idHashOf('garage', id), id);
  }
  throw new Error('no two have the same hash');
}

test('lanes and cameras of a garage are told by their hashes, unless two have the same', () => {
  const [one, other] = alike();
  for (const add of ['addLane', 'addCamera'] as const) {
    const garage = new GarageMemory(new TaskMemory());
    for (let i = 0; i < 100; i++) garage[add](idHashOf('garage', `id-${i}`), i + 1);
    garage[add](idHashOf('garage', one), 200);
    assert.ok(garage.areApart);
    garage[add](idHashOf('garage', other), 201);
    assert.ok(!garage.areApart);
  }
});
