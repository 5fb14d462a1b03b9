import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Registry } from 'prom-client';
import { engineObserver } from './engine-metrics.ts';

test('what the engine tells of two stages of a process stands in its metrics, apart from each other', async () => {
  const registry = new Registry();
  const visits = engineObserver(registry, 'visits');
  const pricing = engineObserver(registry, 'pricing');
  visits.tasksOwned(4);
  visits.claimed(1, 700, 1500);
  visits.committed(1, 2000, 900, 150, 40);
  visits.committed(2, 1000, 300, 90, 30);
  visits.interrupted(1, 'fenced');
  visits.deadLetter('undecodable');
  visits.lag('parking.reads', 3, 1.5);
  visits.stateKeys(2, 41);
  pricing.committed(0, 7, 5, 10, 5);

  const text = await registry.metrics();
  for (const line of [
    'bomfri_tasks_owned{stage="visits"} 4',
    'bomfri_claim_duration_seconds_sum{stage="visits"} 1.5',
    'bomfri_restored_keys_total{stage="visits"} 700',
    'bomfri_state_keys{stage="visits",task="1"} 700',
    'bomfri_state_keys{stage="visits",task="2"} 41',
    'bomfri_input_records_total{stage="visits"} 3000',
    'bomfri_output_records_total{stage="visits"} 1200',
    'bomfri_transaction_duration_seconds_sum{stage="visits"} 0.24',
    'bomfri_transaction_commit_seconds_sum{stage="visits"} 0.07',
    'bomfri_task_interruptions_total{stage="visits",reason="fenced"} 1',
    'bomfri_dead_letters_total{stage="visits",reason="undecodable"} 1',
    'bomfri_lag_seconds{stage="visits",topic="parking.reads",partition="3"} 1.5',
    'bomfri_input_records_total{stage="pricing"} 7',
  ]) {
    assert(text.split('\n').includes(line), line);
  }
});

test('the lag of a task that went elsewhere is no more told here', async () => {
  const registry = new Registry();
  const observer = engineObserver(registry, 'visits');
  observer.tasksOwned(2);
  observer.lag('parking.reads', 0, 9);
  observer.tasksOwned(1);
  observer.lag('parking.reads', 1, 2);
  const lags = (await registry.getSingleMetric('bomfri_lag_seconds')!.get()).values;
  assert.deepEqual(lags.map(({ labels, value }) => [labels.partition, value]), [[1, 2]]);
});
