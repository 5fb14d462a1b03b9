import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FetchPosition, Log, OutRecord } from './log.ts';
import { unobserved } from './observer.ts';
import { inCluster, type Client, type InCluster } from './simulation/in-cluster.ts';
import type { SimulatedProcess } from './simulation/schedule.ts';
import { quietLogger } from './simulation/quiet-logger.ts';
import { HELD_BYTES_MAX, RANGE_BYTES_MAX, RANGE_RECORDS_MAX, runSink, type RunningSink, type SinkRange } from './sink.ts';

const AT = { topic: 'visits', partition: 0 };
const GROUP = 'bomfri-sink';
const SCHEDULES = 300;
const MIB = 1024 * 1024;

test('every record is handed over in order, in ranges without gaps', async () => {
  await inCluster({ visits: 2 }, async ({ cluster, openClient, until }) => {
    const ranges: SinkRange[] = [];
    for (const partition of [0, 1]) cluster.append({ topic: 'visits', partition }, numbered(0, 40));
    const sink = await startSink(openClient('sink'), collect(ranges));
    await until(() => handedOver(ranges) === 80);
    for (const partition of [0, 1]) cluster.append({ topic: 'visits', partition }, numbered(40, 10));
    await until(() => handedOver(ranges) === 100);
    await sink.stop();
    for (const partition of [0, 1]) {
      const mine = ranges.filter((range) => range.partition === partition);
      assert.deepEqual(mine.flatMap(valuesOf), numbers(0, 50));
      assert.deepEqual(mine.map(({ from }) => from), [0, ...mine.slice(0, -1).map(({ to }) => to)]);
      assert.deepEqual(cluster.committedOffset(GROUP, { topic: 'visits', partition }), { offset: 50, metadata: '' });
    }
  });
});

test('a range reaches over the holes that markers and aborted records leave', async () => {
  await inCluster({ visits: 1 }, async ({ cluster, openClient, until }) => {
    const writer = openClient('writer').log;
    await (await writer.claim('t')).commit({ batches: [{ ...AT, records: numbered(0, 2) }], group: 'g', offsets: [] });
    cluster.faults = (call, fault) => call === 'end transaction' && fault === 'request lost';
    const failing = await writer.claim('t');
    await assert.rejects(failing.commit({ batches: [{ ...AT, records: numbered(90, 3) }], group: 'g', offsets: [] }));
    cluster.faults = () => false;
    await writer.claim('t');
    cluster.append(AT, numbered(2, 1));

    const ranges: SinkRange[] = [];
    const sink = await startSink(openClient('sink'), collect(ranges));
    await until(() => handedOver(ranges) === 3);
    await sink.stop();
    assert.deepEqual(ranges.flatMap(valuesOf), [0, 1, 2]);
    assert.equal(ranges[0]!.from, 0);
    // Two records, a marker, three aborted records, a marker, one record.
    assert.equal(ranges.at(-1)!.to, 8);
  });
});

test('a range holds no more than its limits of records and bytes', async () => {
  await inCluster({ visits: 2 }, async ({ cluster, openClient, until }) => {
    cluster.append(AT, numbered(0, RANGE_RECORDS_MAX + 1));
    cluster.append({ topic: 'visits', partition: 1 }, numbered(0, 20, MIB));
    const ranges: SinkRange[] = [];
    const sink = await startSink(openClient('sink'), collect(ranges));
    await until(() => handedOver(ranges) === RANGE_RECORDS_MAX + 21);
    await sink.stop();
    assert.deepEqual(ranges.filter(({ partition }) => partition === 0).map(({ from, to }) => [from, to]), [
      [0, RANGE_RECORDS_MAX], [RANGE_RECORDS_MAX, RANGE_RECORDS_MAX + 1],
    ]);
    const large = ranges.filter(({ partition }) => partition === 1);
    assert.deepEqual(large.flatMap(valuesOf), numbers(0, 20));
    for (const { records } of large) {
      const bytes = records.reduce((sum, { value }) => sum + value!.length, 0);
      assert.ok(bytes <= RANGE_BYTES_MAX, `a range has ${bytes} bytes`);
    }
  });
});

test('of many partitions that are far behind no more is held than memory has room for, and all of it is handed over', async () => {
  const PARTITIONS = 60;
  const RECORDS = 10;
  await inCluster({ visits: PARTITIONS }, async ({ cluster, openClient, until }) => {
    const all = numbered(0, RECORDS, MIB);
    for (let partition = 0; partition < PARTITIONS; partition++) cluster.append({ topic: 'visits', partition }, all);
    const client = openClient('sink');
    let held = 0;
    let most = 0;
    let turn = 0;
    const log: Log = Object.assign(Object.create(client.log), {
      // One partition an answer, as a broker that is full of records gives.
      async fetch(positions: readonly FetchPosition[], maxWaitMs: number) {
        const batches = await client.log.fetch([positions[turn++ % positions.length]!], maxWaitMs);
        held += batches.reduce((sum, { records }) => sum + records.length, 0);
        most = Math.max(most, held);
        return batches;
      },
    });
    const ranges: SinkRange[] = [];
    const write = async (range: SinkRange): Promise<void> => {
      ranges.push(range);
      held -= range.records.length;
    };
    const sink = await startSink({ ...client, log }, write, 60_000);
    await until(() => handedOver(ranges) === RECORDS * PARTITIONS);
    await sink.stop();
    assert.ok(most * MIB <= HELD_BYTES_MAX + RECORDS * MIB, `${most} MiB were held`);
  });
});

for (const moment of ['before the write', 'after the write']) {
  test(`a sink killed between plan and end, ${moment}, is followed by one that repeats the very range`, async () => {
    await inCluster({ visits: 1 }, async (world) => {
      const { cluster, schedule, openClient, until } = world;
      cluster.append(AT, numbered(0, 10));
      const ranges: SinkRange[] = [];
      const victim = openClient('victim');
      let killed = false;
      await startSink(victim, async (range) => {
        if (moment === 'after the write') ranges.push(range);
        schedule.kill(victim.process);
        killed = true;
      });
      await until(() => killed);
      const { offset, metadata } = cluster.committedOffset(GROUP, AT)!;
      const plan = JSON.parse(metadata);
      assert.deepEqual([offset, plan.from], [0, 0]);

      cluster.append(AT, numbered(10, 10));
      const sink = await startSink(openClient('successor'), collect(ranges));
      await until(() => cluster.committedOffset(GROUP, AT)!.offset === 20);
      await sink.stop();
      for (const first of ranges.slice(0, moment === 'after the write' ? 2 : 1)) {
        assert.deepEqual([first.from, first.to, valuesOf(first)], [0, plan.to, numbers(0, plan.to)]);
      }
      assert.deepEqual([...new Set(ranges.flatMap(valuesOf))], numbers(0, 20));
    });
  });
}

test('an owner that sleeps through a rebalance disturbs its successor in nothing', async () => {
  await inCluster({ visits: 1 }, async (world) => {
    const { cluster, schedule, openClient, until } = world;
    cluster.append(AT, numbered(0, 10));
    const ranges: SinkRange[] = [];
    const sleeper = openClient('sleeper');
    const asleep = await startSink(sleeper, async (range) => {
      if (ranges.length === 0) schedule.freeze(sleeper.process, 60_000);
      ranges.push(range);
    });
    await until(() => ranges.length > 0);
    const awake = await startSink(openClient('awake'), collect(ranges));
    cluster.append(AT, numbered(10, 10));
    await until(() => cluster.committedOffset(GROUP, AT)!.offset === 20);
    await until(() => schedule.nowMs > 90_000);
    cluster.append(AT, numbered(20, 10));
    await until(() => cluster.committedOffset(GROUP, AT)!.offset === 30);
    await Promise.all([asleep.stop(), awake.stop()]);

    const byFrom = new Map(ranges.map((range) => [range.from, range]));
    for (const range of ranges) assert.equal(range.to, byFrom.get(range.from)!.to, 'the same range at every repetition');
    assert.deepEqual([...byFrom.values()].toSorted((a, b) => a.from - b.from).flatMap(valuesOf), numbers(0, 30));
  });
});

test('while little comes in a range is filled for as long as is said, and the brokers are asked ten times a second', async () => {
  await inCluster({ visits: 1 }, async ({ cluster, openClient, schedule, until }) => {
    const ranges: SinkRange[] = [];
    const client = openClient('sink');
    let fetches = 0;
    const log = Object.create(client.log) as Client['log'];
    log.fetch = (positions, maxWaitMs) => {
      fetches++;
      return client.log.fetch(positions, maxWaitMs);
    };
    const sink = await startSink({ ...client, log }, collect(ranges), 2_000);
    for (let number = 0; number < 600; number++) {
      cluster.append(AT, numbered(number, 1));
      await client.clock.sleep(10);
    }
    assert.ok(fetches <= 1 + schedule.nowMs / 100, `${fetches} fetches in ${schedule.nowMs} ms`);
    assert.ok(ranges.length <= schedule.nowMs / 2_000, `${ranges.length} ranges in ${schedule.nowMs} ms`);
    await until(() => handedOver(ranges) === 600);
    await sink.stop();
  });
});

test('a failing write is tried again with the same range, and again, until it succeeds', async () => {
  await inCluster({ visits: 1 }, async ({ cluster, openClient, until }) => {
    cluster.append(AT, numbered(0, 10));
    const tried: SinkRange[] = [];
    const sink = await startSink(openClient('sink'), async (range) => {
      tried.push(range);
      if (tried.length < 4) throw new Error('the target is away');
    });
    await until(() => cluster.committedOffset(GROUP, AT)?.offset === 10);
    await sink.stop();
    for (const { from, to } of tried.slice(0, 4)) assert.deepEqual([from, to], [tried[0]!.from, tried[0]!.to]);
  });
});

test('a write that fails again and again stops the sink, and the plan stays for the next', async () => {
  await inCluster({ visits: 1 }, async ({ cluster, openClient, until }) => {
    cluster.append(AT, numbered(0, 10));
    const sink = await startSink(openClient('sink'), async () => {
      throw new Error('the target is away');
    });
    const error = await sink.failed;
    assert.match(error.message, /^visits\[0\]: writing offsets 0 to \d+ failed for good$/);
    assert.deepEqual((error.cause as Error).message, 'the target is away');

    const ranges: SinkRange[] = [];
    const next = await startSink(openClient('next'), collect(ranges));
    await until(() => handedOver(ranges) === 10);
    await next.stop();
    assert.match(error.message, new RegExp(`offsets 0 to ${ranges[0]!.to} `));
  });
});

test('in many schedules of kills, pauses, rebalances and lost calls nothing is lost and no range ever changes', async () => {
  for (let seed = 1; seed <= SCHEDULES; seed++) await inCluster({ visits: 2 }, (world) => survive(world), seed);
});

/** Two sinks through ten troubles; then what they were handed is judged. */
async function survive({ cluster, schedule, openClient, until }: InCluster): Promise<void> {
  const { random } = schedule;
  const partitions = [0, 1].map((partition) => ({ topic: 'visits', partition }));
  const ranges: SinkRange[] = [];
  const processes: SimulatedProcess[] = [];
  const add = (): void => {
    const client = openClient(`sink ${processes.length}`);
    processes.push(client.process);
    const write = async (range: SinkRange): Promise<void> => {
      await client.clock.sleep(random.below(4_000));
      ranges.push(range);
      if (random.chance(0.05)) throw new Error('written, but who knows');
    };
    startSink(client, write).then(async ({ failed }) => assert.fail(await failed), () => schedule.kill(client.process));
  };
  const troubles = [
    () => schedule.kill(random.pick(processes)),
    () => schedule.freeze(random.pick(processes), random.below(30_000)),
    () => cluster.allGroups.forEach((group) => group.beginRebalance(schedule.nowMs)),
    () => cluster.allGroups.forEach((group) => group.leave(random.pick(group.everyone), schedule.nowMs)),
    add,
  ];

  let appended = 0;
  cluster.faults = () => random.chance(0.01);
  const observer = openClient('observer');
  add();
  add();
  for (let i = 0; i < 10; i++) {
    for (const at of partitions) cluster.append(at, numbered(appended, 5));
    appended += 5;
    await observer.clock.sleep(random.below(6_000));
    random.pick(troubles)();
  }
  cluster.faults = () => false;
  add();
  await until(() => partitions.every((at) => cluster.committedOffset(GROUP, at)?.offset === appended));

  for (const { partition } of partitions) {
    const byFrom = new Map<number, SinkRange>();
    for (const range of ranges.filter((each) => each.partition === partition)) {
      assert.equal(range.to, (byFrom.get(range.from) ?? range).to, 'the same range at every repetition');
      byFrom.set(range.from, range);
    }
    assert.deepEqual([...byFrom.values()].toSorted((a, b) => a.from - b.from).flatMap(valuesOf), numbers(0, appended));
  }
}

test('a position that the log no longer has stops the sink and names both', async () => {
  await inCluster({ visits: 1 }, async ({ cluster, openClient }) => {
    cluster.append(AT, numbered(0, 5));
    cluster.append(AT, numbered(5, 5));
    cluster.commitOffset(GROUP, { ...AT, offset: 2 });
    cluster.partition(AT).deleteBefore(5);
    const sink = await startSink(openClient('sink'), collect([]));
    assert.equal((await sink.failed).message, 'visits[0]: position 2 is outside the log, which has offsets 5 to 10');
  });
});

test('metadata that is no plan of the sink stops it', async () => {
  await inCluster({ visits: 1 }, async ({ cluster, openClient }) => {
    cluster.append(AT, numbered(0, 5));
    cluster.commitOffset(GROUP, { ...AT, offset: 2, metadata: 'somebody else was here' });
    const sink = await startSink(openClient('sink'), collect([]));
    const { message } = await sink.failed;
    assert.match(message, /^visits\[0\]: the group's offset 2 carries the metadata 'somebody else was here'/);
  });
});

function startSink(
  { log, clock }: Client, write: (range: SinkRange) => Promise<void>, fillMs?: number,
): Promise<RunningSink> {
  return runSink({
    name: 'sink', topics: ['visits'], log, clock, observer: unobserved, logger: quietLogger, write,
    ...(fillMs === undefined ? {} : { fillMs }),
  });
}

const collect = (into: SinkRange[]) => async (range: SinkRange): Promise<void> => void into.push(range);

const handedOver = (ranges: readonly SinkRange[]): number => ranges.reduce((sum, { records }) => sum + records.length, 0);

const numbers = (from: number, count: number): number[] => Array.from({ length: count }, (_, i) => from + i);

const numbered = (from: number, count: number, bytes = 4): OutRecord[] => numbers(from, count).map((number) => {
  const value = Buffer.alloc(bytes);
  value.writeInt32BE(number);
  return { key: null, value, timestamp: 0 };
});

const valuesOf = ({ records }: SinkRange): number[] => records.map(({ value }) => value!.readInt32BE());
