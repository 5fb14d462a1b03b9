import assert from 'node:assert/strict';
import { test } from 'node:test';
import { topics } from '../../../topics/topics.ts';
import { deadLetter } from '../../engine/dead-letters.ts';
import type { Log } from '../../engine/log.ts';
import { openCodec } from '../../records/codec.ts';
import type { Control } from '../../records/records.ts';
import { append, ids, withHistory } from '../explain/test-history.ts';
import { controlOf, start, TestGarage } from '../test-garage.ts';
import { watchOutcomes } from './control-outcome.ts';

const said = controlOf('review_confirm', { controlId: 'said', visitId: 'v1' });

const takeIn = (log: Log, controlId: string, garageId = 'g1'): Promise<void> => append(
  log, 'ClockMove', topics.visitsClock.name, 'g1', { garageId, from: 1, to: 1, cause: 'review_confirm', readsOffset: 1, controlId },
);

function setAside(log: Log, control: Control): Promise<void> {
  const record = { offset: 1, key: Buffer.from('g1'), value: Buffer.from(openCodec('Control', ids).encode(control)), timestamp: start, headers: null };
  const letter = deadLetter(topics.visitsControl.name, 0, record, { stage: 'visits', reason: 'not_paired', message: 'it lacks its exit' });
  return log.append([{ topic: topics.deadLetters.name, partition: 0, records: [letter] }]);
}

test('a control record that is taken in is done, and what was told of others says nothing of it', async () => {
  await withHistory(new TestGarage(), [], [], async (log) => {
    const outcomes = await watchOutcomes(log, ids, 'g1');
    await setAside(log, controlOf('review_confirm', { controlId: 'another' }));
    await takeIn(log, 'another');
    await takeIn(log, 'said');
    assert.deepEqual(await outcomes.of(said, 60_000), { status: 'applied' });
  });
});

test('one that is set aside tells why', async () => {
  await withHistory(new TestGarage(), [], [], async (log) => {
    const outcomes = await watchOutcomes(log, ids, 'g1');
    await setAside(log, said);
    assert.deepEqual(await outcomes.of(said, 60_000), { status: 'refused', reason: 'not_paired', message: 'it lacks its exit' });
  });
});

test('while nobody takes it in nothing is known', async () => {
  await withHistory(new TestGarage(), [], [], async (log) => {
    await takeIn(log, 'said');
    assert.equal(await (await watchOutcomes(log, ids, 'g1')).of(said, 50), null, 'what was told before is another\'s');
  });
});
