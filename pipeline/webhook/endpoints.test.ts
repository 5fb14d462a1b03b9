import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { topics } from '../../topics/topics.ts';
import { openGlobalTable } from '../engine/global-table.ts';
import { inCluster, type Client } from '../engine/simulation/in-cluster.ts';
import { quietLogger } from '../engine/simulation/quiet-logger.ts';
import { openCodec, type SchemaIds } from '../records/codec.ts';
import type { WebhookEndpoint } from '../records/records.ts';
import { courier } from './courier.ts';
import { addEndpoint, removeEndpoint, rotateSecret, type EndpointsLog } from './endpoints.ts';
import { endpointsTable } from './endpoints-table.ts';
import { SealedSecretError, type SecretBox } from './secrets.ts';
import { newStream } from './stream.ts';

const ids: SchemaIds = { own: () => 1, fetch: () => Promise.reject(new Error('there is one writer only')) };
/** Real encryption runs in threads, whose time a simulation does not know; `secrets.test.ts` is about it. */
const boxOf = (key: string): SecretBox => ({
  seal: async (endpointId, secret) => `${key} ${endpointId} ${Buffer.from(secret).toString('hex')}`,
  async open(endpointId, sealed) {
    const [by, owner, hex] = sealed.split(' ');
    if (by !== key || owner !== endpointId) throw new SealedSecretError('sealed with another key');
    return Buffer.from(hex!, 'hex').toString();
  },
});
const box = boxOf('key');
const HOUR = 3_600_000;
const START = Date.parse('2026-09-01T00:00:00Z');
const NEW = { operatorId: 'op', url: 'https://example.org/hooks/secret-path', topics: ['billing'], deliverFrom: START };
const MESSAGE = { webhookId: 'msg_1', accountId: 'a', body: '{"type":"charge"}' };

function withEndpoints(body: (at: EndpointsLog, client: Client) => Promise<void>): Promise<void> {
  return inCluster({ [topics.webhooks.name]: 1 }, async ({ openClient }) => {
    const client = openClient('cli');
    await body({ log: client.log, ids, box, now: START }, client);
  });
}

async function endpointsNow({ log, clock }: Client): Promise<WebhookEndpoint[]> {
  const table = await openGlobalTable({
    log,
    clock,
    topic: topics.webhooks.name,
    codec: openCodec('WebhookEndpoint', ids),
    logger: quietLogger,
  });
  const endpoints = Array.from(table.entries(), ([, endpoint]) => endpoint);
  await table.close();
  return endpoints;
}

/** Which of these secrets the endpoint's messages are signed with at that time. */
async function signing(
  endpoint: WebhookEndpoint, secrets: readonly string[], at: number, opening = box,
): Promise<string[] | string> {
  let headers: Readonly<Record<string, string>> = {};
  const sender = {
    async post(_url: string, given: Readonly<Record<string, string>>) {
      headers = given;
      return { kind: 'taken' as const };
    },
    close() {},
  };
  const clock = { monotonicMs: () => 0, wallMs: () => at, sleep: async () => {}, breathe: async () => {} };
  const answer = await courier({ box: () => opening, sender, clock })(endpoint, MESSAGE);
  if (answer.kind === 'failed') return answer.problem;
  const signatures = headers['webhook-signature']!.split(' ');
  const known = secrets.filter((secret) =>
    signatures.includes(new Webhook(secret).sign('msg_1', new Date(at), MESSAGE.body)));
  assert.equal(signatures.length, known.length, 'and with no other');
  return known;
}

test('the secret of a new endpoint is told once, signs, and stands nowhere as it is', async () => {
  await withEndpoints(async (at, client) => {
    const { endpointId, secret } = await addEndpoint(at, NEW);
    const [endpoint] = await endpointsNow(client) as [WebhookEndpoint];
    assert.deepEqual([endpoint.endpointId, endpoint.operatorId, endpoint.removedAt], [endpointId, 'op', null]);
    assert.ok(!JSON.stringify(endpoint).includes(secret.slice('whsec_'.length)));
    assert.deepEqual(await signing(endpoint, [secret], START), [secret]);
  });
});

test('while a secret is replaced both sign, then the new one alone', async () => {
  await withEndpoints(async (at, client) => {
    const { endpointId, secret } = await addEndpoint(at, NEW);
    const next = await rotateSecret({ ...at, now: START + HOUR }, endpointId, 24 * HOUR);
    const [endpoint] = await endpointsNow(client) as [WebhookEndpoint];
    assert.deepEqual(await signing(endpoint, [secret, next], START + 2 * HOUR), [secret, next]);
    assert.deepEqual(await signing(endpoint, [secret, next], START + 25 * HOUR), [next]);
  });
});

test('a secret that is replaced again and again is never one of more than two, and an end that was set is not put off', async () => {
  await withEndpoints(async (at, client) => {
    const { endpointId, secret } = await addEndpoint(at, NEW);
    const second = await rotateSecret({ ...at, now: START + HOUR }, endpointId, 2 * HOUR);
    const third = await rotateSecret({ ...at, now: START + 2 * HOUR }, endpointId, 24 * HOUR);
    const [endpoint] = await endpointsNow(client) as [WebhookEndpoint];
    assert.deepEqual(await signing(endpoint, [secret, second, third], START + 2 * HOUR), [second, third]);
    assert.deepEqual(await signing(endpoint, [secret, second, third], START + 26 * HOUR), [third]);
  });
});

test('with another key nothing is sent', async () => {
  await withEndpoints(async (at, client) => {
    const { secret } = await addEndpoint(at, NEW);
    const [endpoint] = await endpointsNow(client) as [WebhookEndpoint];
    assert.equal(await signing(endpoint, [secret], START, boxOf('another')), 'secret_unreadable');
  });
});

test('an endpoint that is removed keeps no secret, and is not known any more', async () => {
  await withEndpoints(async (at, client) => {
    const { endpointId } = await addEndpoint(at, NEW);
    await removeEndpoint(at, endpointId);
    const [endpoint] = await endpointsNow(client) as [WebhookEndpoint];
    assert.deepEqual([endpoint.secrets, endpoint.removedAt], [[], START]);
    await assert.rejects(rotateSecret(at, endpointId, HOUR), /there is no webhook/);
    await assert.rejects(removeEndpoint(at, endpointId), /there is no webhook/);
  });
});

test('the list shows how an endpoint fares, and of its address the host alone', async () => {
  const endpoint: WebhookEndpoint = { endpointId: 'e1', ...NEW, secrets: [], createdAt: START, removedAt: null };
  const streams = [0, 1, 2].map((partition) => newStream(endpoint, topics.billing.name, partition));
  const row = (of: typeof streams): string =>
    endpointsTable([endpoint], of).split('\n')[1]!.replaceAll(/ {2,}/g, ' | ');
  assert.equal(row([]), 'e1 | op | example.org | billing | not begun | 0 | -');
  assert.equal(row(streams), 'e1 | op | example.org | billing | well | 0 | -');
  assert.equal(
    row([{ ...streams[0]!, failures: 2, problem: 'http_500' }, ...streams.slice(1)]),
    'e1 | op | example.org | billing | failing in 1 of 3 partitions | 0 | http_500',
  );
  const parked = [
    { offset: 1, accountId: 'a', failures: 99, nextAt: 0 },
    { offset: 2, accountId: 'a', failures: 0, nextAt: 0 },
  ];
  assert.equal(
    row([{ ...streams[0]!, parked, disabledAt: 1, problem: 'too_many_parked' }, ...streams.slice(1)]),
    'e1 | op | example.org | billing | disabled in 1 of 3 partitions | 2, 1 given up | too_many_parked');
});
