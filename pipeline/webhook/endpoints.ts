import { randomInt } from 'node:crypto';
import { topics } from '../../topics/topics.ts';
import { changeTable } from '../configuration/table-change.ts';
import type { Log } from '../engine/log.ts';
import { openCodec, type SchemaIds } from '../records/codec.ts';
import type { WebhookEndpoint } from '../records/records.ts';
import type { SecretBox } from './secrets.ts';
import { newSecret } from './secrets.ts';

export interface EndpointsLog {
  readonly log: Log;
  readonly ids: SchemaIds;
  readonly box: SecretBox;
  /** UTC ms. */
  readonly now: number;
}

export type NewEndpoint = Pick<WebhookEndpoint, 'operatorId' | 'url' | 'topics' | 'deliverFrom'>;

/** Two secrets hold at once while one is rotated in; more would only say that nobody knows which is used. */
const SECRETS_MAX = 2;

/** Adds an endpoint. Answers its id, and its signing secret, which is told this once. */
export async function addEndpoint(
  at: EndpointsLog, endpoint: NewEndpoint,
): Promise<{ readonly endpointId: string; readonly secret: string }> {
  const endpointId = newEndpointId();
  const secret = newSecret();
  const sealed = await at.box.seal(endpointId, secret);
  const secrets = [{ sealed, createdAt: at.now, validUntil: null }];
  await changeEndpoints(at, () => [{ endpointId, ...endpoint, secrets, createdAt: at.now, removedAt: null }]);
  return { endpointId, secret };
}

/**
 * Gives an endpoint a new signing secret and answers it. The former one goes on signing beside it for so long, so that
 * the receiver can change over at any moment in between.
 * @throws when there is no such endpoint
 */
export async function rotateSecret(at: EndpointsLog, endpointId: string, overlapMs: number): Promise<string> {
  const secret = newSecret();
  const sealed = await at.box.seal(endpointId, secret);
  await changeEndpoints(at, (endpoints) => {
    const endpoint = known(endpoints, endpointId);
    const valid = validSecrets(endpoint, at.now).slice(1 - SECRETS_MAX)
      .map((each) => ({ ...each, validUntil: Math.min(each.validUntil ?? Infinity, at.now + overlapMs) }));
    return [{ ...endpoint, secrets: [...valid, { sealed, createdAt: at.now, validUntil: null }] }];
  });
  return secret;
}

/**
 * Nothing is sent to it from now on, for good; its secrets are forgotten.
 * @throws when there is no such endpoint
 */
export async function removeEndpoint(at: Omit<EndpointsLog, 'box'>, endpointId: string): Promise<void> {
  await changeEndpoints(at, (endpoints) => [{ ...known(endpoints, endpointId), secrets: [], removedAt: at.now }]);
}

/** The secrets that sign at this time, oldest first. */
export function validSecrets({ secrets }: WebhookEndpoint, now: number): WebhookEndpoint['secrets'] {
  return secrets.filter(({ validUntil }) => validUntil === null || validUntil > now);
}

/** @throws when there is none of this id, or it was removed */
export function known(endpoints: ReadonlyMap<string, WebhookEndpoint>, endpointId: string): WebhookEndpoint {
  const endpoint = endpoints.get(endpointId);
  if (endpoint === undefined || endpoint.removedAt !== null) {
    throw new Error(`there is no webhook ${endpointId}: \`npx bomfri webhooks list\` shows all`);
  }
  return endpoint;
}

async function changeEndpoints(
  { log, ids, now }: Omit<EndpointsLog, 'box'>,
  plan: (endpoints: ReadonlyMap<string, WebhookEndpoint>) => readonly WebhookEndpoint[],
): Promise<void> {
  await changeTable({
    log,
    topic: topics.webhooks.name,
    transactionalId: 'bomfri-webhook-endpoints',
    codec: openCodec('WebhookEndpoint', ids),
    now,
    plan: (endpoints) => new Map(plan(endpoints).map((endpoint) => [endpoint.endpointId, endpoint])),
    announce: () => [],
  });
}

const ID_LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';
const ID_LENGTH = 10;

function newEndpointId(): string {
  return Array.from({ length: ID_LENGTH }, () => ID_LETTERS[randomInt(ID_LETTERS.length)]!).join('');
}
