import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openCodec, UndecodableError } from '../pipeline/records/codec.ts';
import type { Charge } from '../pipeline/records/records.ts';
import { registryClient, SchemaRefusedError } from '../pipeline/records/registry-client.ts';
import { openRegistry } from '../pipeline/records/registry.ts';
import { openTopicAdmin, type TopicAdmin } from '../pipeline/kafka/topic-admin.ts';
import { readConfig } from '../pipeline/service/config.ts';
import { main as applySchemas } from '../schemas/apply.ts';
import { main as applyTopics } from '../topics/apply.ts';
import { changesInPlace, differences, planOf, type TopicPlan } from '../topics/settings.ts';
import { topics } from '../topics/topics.ts';
import { kafkaOptions, unique } from './kafka/kafka-fixture.ts';

let admin: TopicAdmin;
before(() => {
  admin = openTopicAdmin(kafkaOptions);
});
after(() => admin.close());

test('what topics apply and schemas apply have made passes their checks', async () => {
  await applyTopics({});
  await applyTopics({ check: true });
  await applySchemas({});
  await applySchemas({ check: true });
});

test('a changelog is made as planned, and made again without harm', async () => {
  const plan: TopicPlan = { ...planOf(topics.visitsState, 1), name: unique('topic') };
  assert.deepEqual(await admin.describe([plan]), new Map());
  await admin.create([plan]);
  await admin.create([plan]);
  assert.deepEqual(await admin.describe([plan]), new Map([[plan.name, plan]]));
});

test('a topic whose partitions and retention were changed behind our back is told apart from its plan', async () => {
  const plan: TopicPlan = { ...planOf(topics.reads, 1), name: unique('topic') };
  await admin.create([{ ...plan, partitions: 3, settings: { ...plan.settings, 'retention.ms': '1000' } }]);
  const found = differences(plan, (await admin.describe([plan])).get(plan.name)!);
  assert.equal(found.length, 2);
  assert.match(found[0]!, /has 3 partitions, not 4/);
  assert.match(found[1]!, /retention\.ms is 1000, not 604800000/);
});

test('a setting is changed in place, and what else was set for the topic stays', async () => {
  const plan: TopicPlan = { ...planOf(topics.visitsState, 1), name: unique('topic') };
  const { 'max.compaction.lag.ms': _, ...settings } = plan.settings;
  const own: TopicPlan = { ...plan, settings: { ...settings, 'flush.messages': '77' } };
  await admin.create([own]);
  await admin.set(plan.name, changesInPlace(plan, (await admin.describe([plan])).get(plan.name)!));
  assert.deepEqual(differences(plan, (await admin.describe([plan])).get(plan.name)!), []);
  assert.deepEqual(differences(own, (await admin.describe([own])).get(plan.name)!), []);
});

test('a schema that a reader could not read any more is refused with the reason', async () => {
  const client = registryClient(readConfig().registryUrl);
  const subject = unique('subject');
  const schema = (...names: string[]): string =>
    JSON.stringify({ type: 'record', name: 'R', fields: names.map((name) => ({ name, type: 'string' })) });
  await client.setCompatibility(subject, 'FULL_TRANSITIVE');
  const id = await client.register(subject, schema('a'));
  assert.equal(await client.register(subject, schema('a')), id);
  await assert.rejects(client.register(subject, schema('a', 'b')), (error) =>
    error instanceof SchemaRefusedError && error.message.includes(subject) && /ncompatible/.test(error.reason));
  assert.equal(await client.idOf(subject, schema('a', 'b')), null);
  assert.equal(await client.schemaOf(id), schema('a'));
});

test('records are written under the ids of the registry and read back', async () => {
  const ids = await openRegistry(readConfig().registryUrl);
  const codec = openCodec('Charge', ids);
  const charge: Charge = {
    chargeId: 'c', revision: 1, status: 'pending', accountId: 'a', billingDay: '2026-09-01', merchant: 'm',
    currency: 'NOK', grossMinor: 100, vatMinor: 20, lines: [],
    history: [], allocations: [], nextAttemptDay: '', attempts: 0,
  };
  const bytes = codec.encode(charge);
  assert.equal(bytes.readInt32BE(1), ids.own('Charge'));
  assert.deepEqual({ ...codec.decode(bytes) }, charge);
  await assert.rejects(ids.fetch(1_000_000), UndecodableError);
});
