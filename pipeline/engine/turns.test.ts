import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as rest } from 'node:timers/promises';
import { Turns } from './turns.ts';

test('one at a time has its turn, in the order of asking', async () => {
  const turns = new Turns();
  const seen: string[] = [];
  const work = async (name: string): Promise<void> => {
    await turns.take();
    seen.push(`${name} begins`);
    await rest();
    seen.push(`${name} ends`);
    turns.pass();
  };
  await Promise.all(['a', 'b', 'c'].map(work));
  assert.deepEqual(seen, ['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
  await work('d');
  assert.equal(seen.at(-1), 'd ends');
});
