import assert from 'node:assert/strict';
import { test } from 'node:test';
import { topics } from '../../../topics/topics.ts';
import type { Irregularity, Visit } from '../../records/records.ts';
import { append, ids, withHistory } from '../explain/test-history.ts';
import { controlOf, day, hour, minute, readOf, start, TestGarage } from '../test-garage.ts';
import { reviewListOf, waitingIn } from './review-list.ts';
import { reviewText } from './review-text.ts';

test('what waits is told by its newest revision, and no other garage of the partition is', async () => {
  const garage = new TestGarage()
    .see(readOf('in', 0, { plate: 'AB12345' }), readOf('out', 25 * day, { plate: 'AB12345' }))
    .see(readOf('out', 25 * day + hour, { plate: 'ZX98701' })).advance(25 * day + 2 * hour);
  const visits = garage.told.all.filter((record): record is Visit => 'visitId' in record);
  const found = garage.told.all.find((record): record is Irregularity => 'irregularityId' in record && record.type === 'exit_without_entry');
  const inReview = visits.find(({ status }) => status === 'review')!;
  const similar = { ...found!, irregularityId: 'similar_inside-v9', type: 'similar_inside', visitIds: ['v9'] };

  await withHistory(garage, [], [], async (log) => {
    await append(log, 'Visit', topics.visits.name, 'g2', { ...inReview, garageId: 'g2', visitId: 'v2' });
    await append(log, 'Irregularity', topics.irregularities.name, 'g1', similar);
    await append(log, 'Irregularity', topics.irregularities.name, 'g1', { ...similar, revision: 2, status: 'resolved' });
    const waiting = await waitingIn(log, ids, 'g1');
    assert.deepEqual(waiting.map(({ visitId, types }) => [visitId, types]), [
      [inReview.visitId, ['review']], [found!.visitIds[0], ['exit_without_entry']],
    ]);
  });
});

/** Two of a fleet came in, one left misread. */
const similarReads = () => [
  readOf('in', 0, { plate: 'EK12345' }), readOf('in', minute, { plate: 'EK12346' }), readOf('out', hour, { plate: 'EK1234' }),
];
const advance = controlOf('clock_advance', { controlId: 'advance', to: start + 2 * hour });

test('an exit that several could have made is one item, with each candidate, its share, and what joining them would do', async () => {
  const reads = similarReads();
  const garage = new TestGarage().see(...reads);
  garage.rules.control(advance, null, 0, garage.told);
  await withHistory(garage, reads, [advance], async (log) => {
    const { items, past } = await reviewListOf(log, ids, 'g1');
    const [item] = items;
    assert.deepEqual([items.length, past, item!.types], [1, 0, ['exit_without_entry', 'similar_inside']]);
    assert.deepEqual(item!.candidates.map(({ plate, isInside }) => [plate, isInside]).sort(), [['EK12345', true], ['EK12346', true]]);
    assert.ok(item!.candidates.every(({ share }) => share > 0.3 && share < 0.7));
    assert.match(item!.why, /2 vehicles inside could have made the exit/);
    const does = item!.actions.map(({ type, otherVisitId }) => `${type} ${otherVisitId ?? ''}`.trim());
    assert.deepEqual(does, [
      ...item!.candidates.map(({ visitId }) => `review_merge ${visitId}`), 'review_correct', 'review_dismiss', 'review_dismiss',
    ]);
    const text = reviewText(item!, item!).join('\n');
    for (const part of ['EK12345', 'EK12346', 'EK1234', `review merge g1 ${item!.visitId}`, 'nobody']) assert.ok(text.includes(part), part);
  });
});

test('a stay of so long that it may be two tells how likely that is, and can be confirmed or split', async () => {
  const reads = [readOf('in', 0), readOf('out', 25 * day)];
  const garage = new TestGarage().see(...reads);
  await withHistory(garage, reads, [], async (log) => {
    const [item] = (await reviewListOf(log, ids, 'g1')).items;
    assert.equal(item!.visit!.lengthMs, 25 * day);
    assert.ok(item!.stitchedShare! >= 0.4);
    assert.deepEqual(item!.actions.map(({ type }) => type), ['review_confirm', 'review_split', 'review_correct']);
  });
});

test('what is older than the horizon waits no more, for no action reaches it', async () => {
  const reads = similarReads();
  const later = controlOf('clock_advance', { controlId: 'later', to: start + 4 * day });
  const garage = new TestGarage().see(...reads);
  for (const control of [advance, later]) garage.rules.control(control, null, 0, garage.told);
  await withHistory(garage, reads, [advance, later], async (log) => {
    assert.deepEqual(await reviewListOf(log, ids, 'g1'), { items: [], past: 1 });
  });
});

test('while its reads are gone an item can still be dismissed', async () => {
  const garage = new TestGarage().see(...similarReads());
  garage.rules.control(advance, null, 0, garage.told);
  await withHistory(garage, [], [advance], async (log) => {
    const [item] = (await reviewListOf(log, ids, 'g1')).items;
    assert.deepEqual([item!.visit, item!.actions.map(({ type }) => type)], [null, ['review_dismiss', 'review_dismiss']]);
  });
});
