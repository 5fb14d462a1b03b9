import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Registry } from 'prom-client';
import { partitionCounts, topics } from '../../topics/topics.ts';
import type { OutRecord, TopicPartition } from '../engine/log.ts';
import { inCluster, type Client, type InCluster } from '../engine/simulation/in-cluster.ts';
import { quietLogger } from '../engine/simulation/quiet-logger.ts';
import { addDays } from '../pricing/calendar.ts';
import { openCodec, type SchemaIds } from '../records/codec.ts';
import { runCloser } from './closer.ts';
import { closeDay, lastClosedDay } from './day-close.ts';
import { aLine } from './test-charges.ts';

const ids: SchemaIds = { own: () => 1, fetch: () => Promise.reject(new Error('there is one writer only')) };
const codec = openCodec('BillingRecord', ids);
const NAMES = {
  [topics.reads.name]: partitionCounts.garage,
  [topics.visits.name]: partitionCounts.garage,
  [topics.billing.name]: partitionCounts.account,
};
const RECORD: OutRecord = { key: null, value: Buffer.from('any'), timestamp: 0 };
const HOUR = 3_600_000;

/** A client whose wall clock shows that time when the test begins. */
function openAt({ openClient }: InCluster, begin: string): Client {
  const client = openClient('closer');
  const begins = Date.parse(begin) - client.clock.monotonicMs();
  return { ...client, clock: { ...client.clock, wallMs: () => begins + client.clock.monotonicMs() } };
}

function begin({ log, clock }: Client) {
  const metrics = new Registry();
  const closer = runCloser({ log, ids, zone: 'Europe/Oslo', logger: quietLogger, metrics, clock });
  const unpriced = async (): Promise<number> =>
    (await metrics.getSingleMetric('bomfri_unpriced_closes_total')!.get()).values[0]!.value;
  return { closer, unpriced };
}

/** The billing days closed on a partition, with the hour of each close. */
async function closes({ log }: Client, partition = 0): Promise<string[]> {
  const at = { topic: topics.billing.name, partition };
  const { start, stable } = await log.bounds(at);
  const found: string[] = [];
  for (let from = start; from < stable; ) {
    const batch = (await log.fetch([{ ...at, from }], 0))[0]!;
    for (const { value } of batch.records) {
      const record = codec.decode(value!);
      if (!('parking.DayClose' in record)) continue;
      const { billingDay, closedAt } = record['parking.DayClose'];
      found.push(`${billingDay} at ${new Date(closedAt).toISOString().slice(0, 13)}`);
    }
    from = batch.next;
  }
  return found;
}

async function untilClosed(client: Client, day: string): Promise<void> {
  for (let looks = 0; (await lastClosedDay(client.log, ids)) !== day; looks++) {
    assert.ok(looks < 200, `${day} is not closed`);
    await client.clock.sleep(HOUR / 4);
  }
}

test('where no day was closed before, the day on which the closer begins is closed the next morning, on every partition', async () => {
  await inCluster(NAMES, async (world) => {
    const client = openAt(world, '2026-06-01T14:00:00Z');
    const { closer, unpriced } = begin(client);
    await untilClosed(client, '2026-06-01');
    await closer.stop();
    for (let partition = 0; partition < partitionCounts.account; partition++) {
      assert.deepEqual(await closes(client, partition), ['2026-06-01 at 2026-06-02T04']);
    }
    assert.equal(await unpriced(), 0);
  });
});

test('missed days are closed one by one, those of which all is over at once', async () => {
  await inCluster(NAMES, async (world) => {
    const client = openAt(world, '2026-06-05T08:00:00Z');
    await closeDay({ log: client.log, ids, billingDay: '2026-06-01', closedAt: Date.parse('2026-06-02T04:00:00Z') });
    const { closer } = begin(client);
    await untilClosed(client, '2026-06-04');
    await closer.stop();
    assert.deepEqual(await closes(client), [
      '2026-06-01 at 2026-06-02T04', '2026-06-02 at 2026-06-05T08',
      '2026-06-03 at 2026-06-05T08', '2026-06-04 at 2026-06-05T08',
    ]);
  });
});

test('a day that is closed already, and one before it, is not closed again', async () => {
  await inCluster(NAMES, async (world) => {
    const client = openAt(world, '2026-06-03T08:00:00Z');
    const close = (billingDay: string) => closeDay({ log: client.log, ids, billingDay, closedAt: 0 });
    assert.equal(await close('2026-06-02'), true);
    await untilClosed(client, '2026-06-02');
    assert.deepEqual([await close('2026-06-02'), await close('2026-06-01')], [false, false]);
    assert.equal((await closes(client)).length, 1);
  });
});

test('after so long a pause that the broker has forgotten the closer\'s group, all days since the last close come', async () => {
  await inCluster(NAMES, async (world) => {
    const client = openAt(world, '2026-06-14T08:00:00Z');
    const { log } = client;
    const close = (billingDay: string, closedAt: string) =>
      closeDay({ log, ids, billingDay, closedAt: Date.parse(closedAt) });
    await close('2026-05-31', '2026-06-01T04:00:00Z');
    await close('2026-06-01', '2026-06-02T04:00:00Z');
    await untilClosed(client, '2026-06-01');
    // Lines of accounts stand behind the close, as many as a day may have.
    const { billing } = topics;
    const line = codec.encode({ 'parking.BillingLine': aLine });
    world.cluster.append(
      { topic: billing.name, partition: 0 },
      Array.from({ length: 12_000 }, () => ({ ...RECORD, value: line })),
    );
    world.cluster.forgetGroup('bomfri-closer');
    const { closer } = begin(client);
    await untilClosed(client, '2026-06-13');
    await closer.stop();
    const days = (await closes(client)).map((text) => text.slice(0, 10));
    assert.deepEqual(days, Array.from({ length: 14 }, (_, day) => addDays('2026-05-31', day)));
  });
});

test('a day waits until what was read and recognised before is priced, not for what comes after', async () => {
  await inCluster(NAMES, async (world) => {
    const { cluster, openClient } = world;
    const reads = { topic: topics.reads.name, partition: 1 };
    const visits = { topic: topics.visits.name, partition: 2 };
    cluster.append(reads, [RECORD]);
    const client = openAt(world, '2026-06-01T23:00:00Z');
    await closeDay({ log: client.log, ids, billingDay: '2026-05-31', closedAt: 0 });
    const { closer, unpriced } = begin(client);

    const others = openClient('visits and pricing');
    const commit = async (group: string, at: TopicPartition) => {
      const writer = await others.log.claim(group);
      await writer.commit({ batches: [{ ...visits, records: [RECORD] }], group, offsets: [{ ...at, offset: 1 }] });
      await writer.close();
    };
    await others.clock.sleep(6 * HOUR);
    assert.equal(await lastClosedDay(others.log, ids), '2026-05-31');
    // The read is made a visit; the next read, which comes later, never is.
    await commit('bomfri-visits', reads);
    cluster.append(reads, [RECORD]);
    await others.clock.sleep(HOUR);
    assert.equal(await lastClosedDay(others.log, ids), '2026-05-31');
    await commit('bomfri-pricing', visits);
    await untilClosed(client, '2026-06-01');
    await closer.stop();
    assert.deepEqual((await closes(client)).at(-1), '2026-06-01 at 2026-06-02T06');
    assert.equal(await unpriced(), 0);
  });
});

test('a day that is not priced by noon is closed then, and counted for an alert', async () => {
  await inCluster(NAMES, async (world) => {
    world.cluster.append({ topic: topics.visits.name, partition: 0 }, [RECORD]);
    const client = openAt(world, '2026-06-01T23:00:00Z');
    await closeDay({ log: client.log, ids, billingDay: '2026-05-31', closedAt: 0 });
    const { closer, unpriced } = begin(client);
    await untilClosed(client, '2026-06-01');
    await closer.stop();
    assert.equal((await closes(client)).at(-1), '2026-06-01 at 2026-06-02T10');
    assert.equal(await unpriced(), 1);
  });
});

test('whatever request or answer is lost, each day is closed once', async () => {
  await inCluster(NAMES, async (world) => {
    world.cluster.faults = () => world.schedule.random.between(1, 30) === 1;
    const client = openAt(world, '2026-06-05T08:00:00Z');
    const { closer } = begin(client);
    await client.clock.sleep(72 * HOUR);
    await closer.stop();
    world.cluster.faults = () => false;
    assert.deepEqual(
      (await closes(client)).map((text) => text.slice(0, 10)),
      ['2026-06-05', '2026-06-06', '2026-06-07'],
    );
  });
});
