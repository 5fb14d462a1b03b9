import assert from 'node:assert/strict';
import net from 'node:net';
import { after, before, test } from 'node:test';
import { AppendOverloadedError } from '../../pipeline/kafka/appender.ts';
import { LogUnavailableError } from '../../pipeline/kafka/broker-error.ts';
import { openKafkaLog, type KafkaLog } from '../../pipeline/kafka/kafka-log.ts';
import { breakConnections } from './break-connections.ts';
import { kafkaOptions, newTopic, openLog, readAll, record, values } from './kafka-fixture.ts';

const warnings: string[] = [];
process.on('warning', ({ name }) => warnings.push(name));

let log: KafkaLog;
before(() => {
  log = openLog();
});
after(() => log.close());

test('thousands of calls at once are all written, each partition in the order of its calls', async () => {
  const topic = await newTopic(2);
  const call = (n: number) => log.append([{ topic, partition: n % 2, records: [record(`${n}`)] }]);
  await Promise.all(Array.from({ length: 4_000 }, (_, n) => call(n)));
  for (const partition of [0, 1]) {
    const written = values(await readAll(log, { topic, partition }));
    assert.deepEqual(written, Array.from({ length: 2_000 }, (_, n) => `${2 * n + partition}`));
  }
});

const PRODUCE = 0;

test('connections that break under way make no record twice and lose none', async () => {
  const at = { topic: await newTopic(), partition: 0 };
  let requests = 0;
  const restore = breakConnections((apiKey) => apiKey === PRODUCE && ++requests % 3 === 0);
  for (let n = 0; n < 12; n += 1) await log.append([{ ...at, records: [record(`${n}`)] }]);
  assert.ok(restore() >= 3);
  assert.deepEqual(values(await readAll(log, at)), Array.from({ length: 12 }, (_, n) => `${n}`));
});

test('a record that no broker takes fails its own call; what comes after it is written', async () => {
  const at = { topic: await newTopic(), partition: 0 };
  await log.append([{ ...at, records: [record('a')] }]);
  await assert.rejects(log.append([{ ...at, records: [record('x'.repeat(2 * 1024 * 1024))] }]), /MESSAGE_TOO_LARGE/);
  await log.append([{ ...at, records: [record('b')] }]);
  assert.deepEqual(values(await readAll(log, at)), ['a', 'b']);
});

test('a timestamp too far ahead fails its own call, not those that went in the same batch', async () => {
  const at = { topic: await newTopic(), partition: 0 };
  await log.append([{ ...at, records: [record('first')] }]);
  const tomorrow = Date.now() + 86_400_000;
  const outcomes = await Promise.allSettled(['a', 'ahead', 'b'].map((value) =>
    log.append([{ ...at, records: [{ ...record(value), timestamp: value === 'ahead' ? tomorrow : Date.now() }] }])));
  assert.deepEqual(outcomes.map(({ status }) => status), ['fulfilled', 'rejected', 'fulfilled']);
  assert.match(String((outcomes[1] as PromiseRejectedResult).reason), /INVALID_TIMESTAMP/);
  assert.deepEqual(values(await readAll(log, at)), ['first', 'a', 'b']);
});

test('more than may wait is refused at once, and taken again when there is room', async () => {
  const at = { topic: await newTopic(), partition: 0 };
  const large = { key: null, value: Buffer.alloc(900_000), timestamp: Date.now() };
  const calls = Array.from({ length: 90 }, () => log.append([{ ...at, records: [large] }]));
  const outcomes = await Promise.allSettled(calls);
  const refused = outcomes.filter((each) => each.status === 'rejected').map(({ reason }) => reason);
  assert.ok(refused.length > 0 && refused.every((reason) => reason instanceof AppendOverloadedError));
  await log.append([{ ...at, records: [large] }]);
  assert.equal((await readAll(log, at)).length, outcomes.length - refused.length + 1);
});

test('a topic that does not exist fails the call by name', async () => {
  await assert.rejects(
    log.append([{ topic: 'test.not-there', partition: 0, records: [record('a')] }]),
    /test\.not-there/,
  );
});

test('with no broker to be reached a call fails instead of hanging', async () => {
  const nobody = net.createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => nobody.once('listening', resolve));
  const { port } = nobody.address() as net.AddressInfo;
  await new Promise((resolve) => nobody.close(resolve));
  const away = openKafkaLog({ ...kafkaOptions, brokers: [`127.0.0.1:${port}`] });
  await assert.rejects(away.append([{ topic: 'any', partition: 0, records: [record('a')] }]), LogUnavailableError);
  await away.close();
});

test('all of this arms no timer for a moment long past, as kafkajs does by itself', () => {
  assert.deepEqual(warnings.filter((name) => name.startsWith('Timeout')), []);
});
