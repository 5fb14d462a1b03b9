import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changesInPlace, differences, planOf } from './settings.ts';
import { allTopics, topics } from './topics.ts';

test('a topic as planned differs in nothing', () => {
  for (const topic of allTopics) assert.deepEqual(differences(planOf(topic, 1), planOf(topic, 1)), [], topic.name);
});

test('a changed partition count is told with what to do instead', () => {
  const plan = planOf(topics.reads, 1);
  const [sentence, ...others] = differences(plan, { ...plan, partitions: 8 });
  assert.match(sentence!, /^parking\.reads has 8 partitions, not 4: .* make a new topic and replay into it$/);
  assert.deepEqual(others, []);
});

test('each setting that differs is told by its name and both values', () => {
  const plan = planOf(topics.reads, 1);
  const settings = { ...plan.settings, 'retention.ms': '1000', 'cleanup.policy': 'compact' };
  assert.deepEqual(differences(plan, { ...plan, replication: 3, settings }), [
    'parking.reads has 3 replicas, not 1',
    'parking.reads: cleanup.policy is compact, not delete',
    'parking.reads: retention.ms is 1000, not 604800000',
  ]);
});

test('what takes nothing away that is in force is changed in place, a retention never', () => {
  const plan = planOf(topics.accounts, 1);
  const present = {
    ...plan,
    settings: { ...plan.settings, 'max.compaction.lag.ms': '9223372036854775807', 'delete.retention.ms': '1' },
  };
  assert.deepEqual(changesInPlace(plan, present), { 'max.compaction.lag.ms': '86400000' });
  assert.deepEqual(changesInPlace(plan, plan), {});
});

test('with three replicas a write needs two of them, with one it needs one', () => {
  assert.equal(planOf(topics.reads, 3).settings['min.insync.replicas'], '2');
  assert.equal(planOf(topics.reads, 1).settings['min.insync.replicas'], '1');
});

test('a sales document is kept for five years after the end of its year', () => {
  const keptMs = Number(planOf(topics.documents, 1).settings['retention.ms']);
  for (let year = 2026; year < 2036; year++) {
    assert.ok(Date.UTC(year, 0, 1) + keptMs >= Date.UTC(year + 6, 0, 1), `one of ${year}`);
  }
});
