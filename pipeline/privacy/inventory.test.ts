import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allTopics, topics, type Topic } from '../../topics/topics.ts';
import { schemaText } from '../records/codec.ts';
import { tableOfTopic } from '../warehouse/tables.ts';
import { inventory } from './inventory.ts';
import { cutoffs, PAST_KEPT_MS } from './retention.ts';

const DAY = 86_400_000;
const PERSONAL = new Set(['plate', 'plates', 'email', 'phone', 'passwordHash', 'token', 'cardToken', 'maskedNumber']);
/** The companies that sell, and the endpoints that they name, are no persons. */
const OF_COMPANIES = new Set<string>([topics.operators.name, topics.webhooks.name]);

/** Names of all fields of a schema, however deep. */
function fieldNames(schema: unknown): string[] {
  if (Array.isArray(schema)) return schema.flatMap(fieldNames);
  if (typeof schema !== 'object' || schema === null) return [];
  const { fields = [], type, items } =
    schema as { fields?: { name: string; type: unknown }[]; type?: unknown; items?: unknown };
  return [
    ...fields.flatMap((field) => [field.name, ...fieldNames(field.type)]), ...fieldNames(type), ...fieldNames(items),
  ];
}

function isPersonal({ name, schema }: Topic): boolean {
  return schema !== null &&
    !OF_COMPANIES.has(name) &&
    fieldNames(JSON.parse(schemaText(schema))).some((field) => PERSONAL.has(field));
}

/** By the kind of control that goes there. */
const CONTROLS_WITHOUT = new Set<string>([
  topics.pricingControl.name, topics.accountsControl.name, topics.webhooksControl.name,
]);

test('every topic whose records hold plates, contacts or card tokens stands in the inventory', () => {
  const listed = new Set(inventory.map(({ store }) => store));
  for (const topic of allTopics) {
    if (isPersonal(topic) && !CONTROLS_WITHOUT.has(topic.name)) assert.ok(listed.has(topic.name), topic.name);
  }
});

test('no personal data is kept on a topic for more than 400 days, nor for more than a day after it was erased', () => {
  const listed = new Set(inventory.map(({ store }) => store));
  for (const topic of allTopics) {
    if (!listed.has(topic.name)) continue;
    if (topic.cleanup === 'delete') assert.ok(topic.retentionMs! <= 400 * DAY, topic.name);
    else assert.equal(topic.goneAfterMs, DAY, topic.name);
  }
});

test('of the warehouse only visits hold plates, and the inventory says so', () => {
  const withPlates = [...tableOfTopic.values()].filter(({ columns }) =>
    columns.some((column) => PERSONAL.has(column.split('.').at(-1)!)));
  assert.deepEqual(withPlates.map(({ table }) => table), ['visits']);
  const tables = inventory.filter(({ store }) => store.startsWith('ClickHouse, ')).flatMap(({ store }) =>
    store.slice('ClickHouse, '.length).split(', '));
  assert.deepEqual(
    [...tableOfTopic.values()].map(({ table }) => table).filter((table) => !tables.includes(table)),
    ['irregularities', 'occupancy'],
  );
});

test('what is over is kept for longer than any topic could have it priced again', () => {
  const longestStay = 60 * DAY;
  assert.ok(PAST_KEPT_MS >= topics.visits.retentionMs + longestStay);
  assert.equal(cutoffs(1_000 * DAY).past, 600 * DAY);
});

test("a plate leaves the warehouse when the topics have forgotten it, so that a rebuild brings nothing back for long", () => {
  const { visit, unsettled } = cutoffs(1_000 * DAY);
  assert.equal(1_000 * DAY - visit, topics.visits.retentionMs);
  assert.equal(1_000 * DAY - unsettled, topics.unpaid.retentionMs);
});
