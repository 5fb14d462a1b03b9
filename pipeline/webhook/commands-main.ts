import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import { partitionCounts, topics } from '../../topics/topics.ts';
import { openGlobalTable } from '../engine/global-table.ts';
import type { Log } from '../engine/log.ts';
import { openCodec, type SchemaIds } from '../records/codec.ts';
import type { Control, WebhookEndpoint } from '../records/records.ts';
import { parseInstant } from '../ingest/time.ts';
import type { Config } from '../service/config.ts';
import { openLogger } from '../service/logging.ts';
import { withLog } from '../service/with-log.ts';
import { urlFault } from './endpoint-url.ts';
import { addEndpoint, known, removeEndpoint, rotateSecret } from './endpoints.ts';
import { endpointsTable } from './endpoints-table.ts';
import { SOURCES } from './message.ts';
import { openSecretBox } from './secrets.ts';
import { readStreams } from './state.ts';
import { webhookKeyOrNew } from './webhook-key.ts';

/** The options as commander hands them over. */
export interface AddArguments {
  readonly operator: string;
  readonly url: string;
  readonly topics: string;
  readonly from?: string;
}

const HOUR_MS = 3_600_000;
const OVERLAP_MAX_HOURS = 24 * 30;

/** `bomfri webhooks add` */
export async function add({ operator, url, topics: names, from }: AddArguments): Promise<void> {
  const sources = names.split(',').map((name) => name.trim());
  const strange = sources.find((name) => !(name in SOURCES));
  if (strange !== undefined) {
    throw new Error(`--topics holds '${strange}', but may hold ${Object.keys(SOURCES).join(', ')}`);
  }
  if (operator.trim() === '' || operator === '*') {
    throw new Error('--operator names one operator: each has an endpoint of its own');
  }
  await withWebhooks(async ({ config, log, ids, now }) => {
    const fault = urlFault(url, config.webhookLoopback);
    if (fault !== null) throw new Error(`--url: ${fault}`);
    const deliverFrom = from === undefined ? now : instant('--from', from);
    const box = openSecretBox(webhookKeyOrNew(config));
    const endpoint = { operatorId: operator, url, topics: sources, deliverFrom };
    const { endpointId, secret } = await addEndpoint({ log, ids, now, box }, endpoint);
    console.log(`webhook ${endpointId}`);
    console.log(secret);
    console.error('Keep the secret now: it can not be shown again.');
  });
}

/** `bomfri webhooks list` */
export async function list(): Promise<void> {
  await withWebhooks(async ({ log, ids }) => {
    const endpoints = [...(await readEndpoints(log, ids)).values()].filter(({ removedAt }) => removedAt === null);
    console.log(endpointsTable(endpoints, await readStreams(log)));
  });
}

/** `bomfri webhooks remove ID` */
export async function remove(endpointId: string): Promise<void> {
  await withWebhooks(async (at) => {
    await removeEndpoint(at, endpointId);
    console.log(`removed ${endpointId}`);
  });
}

/** `bomfri webhooks rotate ID` */
export async function rotate(endpointId: string, { overlap }: { readonly overlap: string }): Promise<void> {
  const hours = Number(overlap);
  if (!Number.isInteger(hours) || hours < 0 || hours > OVERLAP_MAX_HOURS) {
    throw new Error(`--overlap is '${overlap}', but must be a whole number of hours from 0 to ${OVERLAP_MAX_HOURS}`);
  }
  await withWebhooks(async ({ config, ...at }) => {
    const box = openSecretBox(webhookKeyOrNew(config));
    const secret = await rotateSecret({ ...at, box }, endpointId, hours * HOUR_MS);
    console.log(secret);
    console.error(`Keep it now: it can not be shown again. For ${hours} h the former one signs beside it.`);
  });
}

/** `bomfri webhooks enable ID` */
export async function enable(endpointId: string): Promise<void> {
  await tell(endpointId, 'webhook_enable', null);
  console.log(`enabled ${endpointId}: it goes on from where it stopped`);
}

/** `bomfri webhooks disable ID` */
export async function disable(endpointId: string): Promise<void> {
  await tell(endpointId, 'webhook_disable', null);
  console.log(`disabled ${endpointId}: what comes waits until it is enabled`);
}

/** `bomfri webhooks replay ID --from TIME` */
export async function replay(endpointId: string, { from }: { readonly from: string }): Promise<void> {
  await tell(endpointId, 'webhook_replay', instant('--from', from));
  console.log(`everything since ${from} is sent to ${endpointId} once more, under the same ids`);
}

/** A control record for each task: every one has its part of the endpoint's records. */
async function tell(endpointId: string, type: Control['type'], to: number | null): Promise<void> {
  await withWebhooks(async ({ log, ids, now }) => {
    known(await readEndpoints(log, ids), endpointId);
    const control: Control = {
      controlId: randomUUID(), type, subject: endpointId, to, version: null, issuedAt: now,
      issuedBy: userInfo().username, reason: '',
    };
    const value = openCodec('Control', ids).encode(control);
    const { name, group } = topics.webhooksControl;
    await log.append(Array.from({ length: partitionCounts[group] }, (_, partition) =>
      ({ topic: name, partition, records: [{ key: null, value, timestamp: now }] })));
  });
}

interface Webhooks {
  readonly config: Config;
  readonly log: Log;
  readonly ids: SchemaIds;
  readonly now: number;
}

function withWebhooks(work: (at: Webhooks) => Promise<void>): Promise<void> {
  return withLog(({ config, log, ids }) => work({ config, log, ids, now: Date.now() }), 'error');
}

async function readEndpoints(log: Log, ids: SchemaIds): Promise<ReadonlyMap<string, WebhookEndpoint>> {
  const codec = openCodec('WebhookEndpoint', ids);
  const logger = openLogger('webhooks', 'error');
  const table = await openGlobalTable({ log, topic: topics.webhooks.name, codec, logger });
  const endpoints = new Map(table.entries());
  await table.close();
  return endpoints;
}

function instant(option: string, text: string): number {
  const ms = parseInstant(text);
  if (ms === null) throw new Error(`${option} is '${text}', but must be a time such as 2026-09-01T00:00:00Z`);
  return ms;
}
