import assert from 'node:assert/strict';
import { test } from 'node:test';
import { partitionCounts, topics } from '../../topics/topics.ts';
import { inCluster } from '../engine/simulation/in-cluster.ts';
import { openCodec, type SchemaIds } from '../records/codec.ts';
import { partitionOf } from '../records/partition.ts';
import type { Irregularity, Visit } from '../records/records.ts';
import { waitingIn } from './review-list.ts';
import { day, hour, readOf, TestGarage } from './test-garage.ts';

const ids: SchemaIds = { own: () => 1, fetch: () => Promise.reject(new Error('there is one writer only')) };
const partition = partitionOf('g1', partitionCounts.garage);

test('what waits is told by its newest revision, and no other garage of the partition is', async () => {
  const garage = new TestGarage()
    .see(readOf('in', 0, { plate: 'AB12345' }), readOf('out', 25 * day, { plate: 'AB12345' }))
    .see(readOf('out', 25 * day + hour, { plate: 'ZX98701' })).advance(25 * day + 2 * hour);
  const told = garage.told.all;
  const visits = told.filter((record): record is Visit => 'visitId' in record);
  const irregularities = told.filter((record): record is Irregularity => 'irregularityId' in record);
  const inReview = visits.find(({ status }) => status === 'review')!;
  const elsewhere = { ...inReview, garageId: 'g2', visitId: 'v2' };
  const similar = { ...irregularities[0]!, irregularityId: 'similar_inside-v9', type: 'similar_inside' };
  const dismissed: Irregularity = { ...similar, revision: 2, status: 'resolved' };

  const group = { [topics.visits.name]: partitionCounts.garage, [topics.irregularities.name]: partitionCounts.garage };
  await inCluster(group, async ({ openClient }) => {
    const { log } = openClient('cli');
    const append = (topic: string, garageId: string, value: Buffer): Promise<void> =>
      log.append([{ topic, partition, records: [{ key: Buffer.from(garageId), value: Buffer.from(value), timestamp: 1 }] }]);
    for (const visit of [...visits, elsewhere]) {
      await append(topics.visits.name, visit.garageId, openCodec('Visit', ids).encode(visit));
    }
    for (const found of [...irregularities, similar, dismissed]) {
      await append(topics.irregularities.name, found.garageId, openCodec('Irregularity', ids).encode(found));
    }
    const waiting = await waitingIn(log, ids, 'g1');
    assert.deepEqual(waiting.visits.map(({ visitId }) => visitId), [inReview.visitId]);
    assert.deepEqual(waiting.irregularities.map(({ type }) => type), ['exit_without_entry']);
  });
});
