import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { subjectOf } from './counting-subject.ts';
import { endingTooEarly, restoringBeforeFencing, unpatchedFilter, withoutOffsets } from './mutations.ts';
import type { Schedules, SchedulesRun } from './test-schedules-thread.ts';
import { runWorld, type Happening, type WorldOptions } from './world.ts';

const SCHEDULES = 10_000;
const PORTION = 1_000;
const MUTATION_SCHEDULES = 500;
const EXPECTED: readonly Happening[] = [
  'kill', 'kill in a transaction', 'freeze', 'stop', 'rebalance', 'eviction', 'expired transaction', 'compaction',
  'request lost', 'answer lost', 'claim', 'commit', 'fenced', 'error', 'dead letter',
];

// Without the runner's own options, or the runner would follow the thread's promises as well.
const thread = new Worker(new URL('./test-schedules-thread.ts', import.meta.url), { execArgv: [] });
after(() => thread.terminate());

const happened = new Map<Happening, number>();

for (let first = 1; first <= SCHEDULES; first += PORTION) {
  const last = first + PORTION - 1;
  test(`a stage does what its rules say through kills, pauses, lost answers, rebalances: schedules ${first} to ${last}`, async () => {
    thread.postMessage({ first, last } satisfies Schedules);
    const [run] = await once(thread, 'message') as [SchedulesRun];
    assert.equal(run.failure, null, run.failure ?? '');
    for (const [what, times] of run.happened) happened.set(what, (happened.get(what) ?? 0) + times);
  });
}

test('in these schedules every kind of trouble came up', () => {
  for (const what of EXPECTED) assert.ok((happened.get(what) ?? 0) > 100, `${what} came up ${happened.get(what)} times`);
});

test('the same seed gives the same run, step by step', async () => {
  for (let seed = 1; seed <= 20; seed++) {
    const first = await runWorld({ seed, subject: subjectOf(seed), traced: true });
    const second = await runWorld({ seed, subject: subjectOf(seed), traced: true });
    assert.deepEqual(first.trace, second.trace);
    assert.ok(first.trace.length > 100);
  }
});

const mutations: Record<string, { change: Partial<WorldOptions>; expected: RegExp }> = {
  'transactions without offsets': {
    change: { wrapLog: withoutOffsets }, expected: /group and changelog stand at the same offset/,
  },
  'a restore before fencing': { change: { wrapLog: restoringBeforeFencing }, expected: /each input once/ },
  'a partition taken for read because an answer left it out': {
    change: { wrapLog: endingTooEarly }, expected: /no tick before the end of the inputs/,
  },
  'the aborted-records filter as it comes with kafkajs': {
    change: { filter: unpatchedFilter }, expected: /offsets of committed records/,
  },
};

for (const [name, { change, expected }] of Object.entries(mutations)) {
  test(`the simulation finds ${name}`, async () => {
    for (let seed = 1; seed <= MUTATION_SCHEDULES; seed++) {
      const { failure } = await runWorld({ seed, subject: subjectOf(seed), ...change });
      if (failure !== null && expected.test(failure.message)) return;
    }
    assert.fail(`not found in ${MUTATION_SCHEDULES} schedules`);
  });
}
