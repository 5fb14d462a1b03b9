import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import type { Redis } from 'ioredis';
import { openSharedCounts, type SharedCounts } from './shared-counts.ts';

const WINDOW_MS = 10_000;

/** As much of Redis as the counts use; `isAway` may be set. */
function newStore() {
  const values = new Map<string, number>();
  const store = {
    values,
    isAway: false,
    pipeline() {
      const answers: [Error | null, unknown][] = [];
      const commands = {
        incrby(key: string, amount: number) {
          values.set(key, (values.get(key) ?? 0) + amount);
          answers.push([null, values.get(key)]);
          return commands;
        },
        pexpire() {
          answers.push([null, 1]);
          return commands;
        },
        exec: async () => answers,
      };
      if (store.isAway) throw new Error('away');
      return commands;
    },
  };
  return store;
}

function openTrial(store: ReturnType<typeof newStore>): { counts: SharedCounts; shared: boolean[] } {
  const shared: boolean[] = [];
  const redis = store as unknown as Pick<Redis, 'pipeline'>;
  return { shared, counts: openSharedCounts({ redis, windowMs: WINDOW_MS, onShared: (is) => shared.push(is) }) };
}

/** Lets a second pass, and all that was due in it happen. */
async function second(): Promise<void> {
  for (let ms = 0; ms < 1_000; ms += 100) {
    mock.timers.tick(100);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test.beforeEach(() => mock.timers.enable({ apis: ['setInterval', 'Date'], now: 1_000_000_000 }));
test.afterEach(() => mock.timers.reset());

test('two processes count together, and each name and window for itself', async () => {
  const store = newStore();
  const [one, other] = [openTrial(store).counts, openTrial(store).counts];
  for (let i = 0; i < 5; i++) one.add('a');
  for (let i = 0; i < 3; i++) other.add('a');
  await second();
  await second();
  assert.equal(one.add('a').current, 9);
  assert.equal(other.add('a').current, 9, 'what the other counted since is not told yet');
  await second();
  assert.equal(other.add('a').current, 11);
  assert.equal(one.add('b').current, 1);
  mock.timers.tick(WINDOW_MS);
  assert.equal(one.add('a').current, 1);
});

test('the rest of the window is told, for who has to wait', () => {
  const { counts } = openTrial(newStore());
  const { ttl } = counts.add('a');
  mock.timers.tick(400);
  assert.equal(counts.add('a').ttl, ttl - 400);
});

test('while Redis is away each process counts for itself, says so, and tells what is missing when it is back', async () => {
  const store = newStore();
  const { counts, shared } = openTrial(store);
  counts.add('a');
  await second();
  store.isAway = true;
  for (let i = 0; i < 4; i++) counts.add('a');
  await second();
  assert.equal(counts.add('a').current, 6);
  assert.deepEqual(shared, [true, false]);
  store.isAway = false;
  await second();
  assert.deepEqual(shared, [true, false, true]);
  assert.deepEqual([...store.values.values()], [6]);
});
