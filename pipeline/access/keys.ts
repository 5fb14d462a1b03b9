import { topics } from '../../topics/topics.ts';
import { changeTable } from '../configuration/table-change.ts';
import type { Log } from '../engine/log.ts';
import { openCodec, type SchemaIds } from '../records/codec.ts';
import type { ApiKey } from '../records/records.ts';
import { newToken, secretHash, tokenText, type Token } from './token.ts';

export interface KeysLog {
  readonly log: Log;
  readonly ids: SchemaIds;
  /** UTC ms. */
  readonly now: number;
}

export interface NewKey {
  readonly operatorId: string;
  readonly garages: readonly string[];
  readonly name: string;
  readonly requestsPerSecond: number;
  readonly scopes: readonly string[];
}

/** What a key may be given to do besides sending reads and asking what is going on. */
export const SCOPES: readonly string[] = ['review'];

/** Makes a key and answers its token, which is told this once: only its hash is kept. */
export async function createKey(at: KeysLog, key: NewKey): Promise<string> {
  const token = newToken();
  await changeKeys(at, () => [recordOf(token, key, at.now)]);
  return tokenText(token);
}

/**
 * Makes the key of this very token, unless it is there; it then gets the scopes that it lacks.
 * @throws when it was revoked
 */
export async function ensureKey(at: KeysLog, token: Token, key: NewKey): Promise<void> {
  await changeKeys(at, (keys) => {
    const present = keys.get(token.keyId);
    if (present !== undefined && present.revokedAt !== null) throw new Error(`the key ${token.keyId} was revoked`);
    if (present === undefined) return [recordOf(token, key, at.now)];
    return key.scopes.every((scope) => present.scopes.includes(scope)) ? [] : [{ ...present, scopes: key.scopes }];
  });
}

/**
 * The key is refused within a second from now on, wherever it is asked for; for good.
 * @throws when there is no such key
 */
export async function revokeKey(at: KeysLog, keyId: string): Promise<void> {
  await changeKeys(at, (keys) => {
    const key = keys.get(keyId);
    if (key === undefined) throw new Error(`there is no key ${keyId}: \`npx bomfri keys list\` shows all`);
    return key.revokedAt === null ? [{ ...key, revokedAt: at.now }] : [];
  });
}

async function changeKeys(
  { log, ids, now }: KeysLog, plan: (keys: ReadonlyMap<string, ApiKey>) => readonly ApiKey[],
): Promise<void> {
  await changeTable({
    log,
    topic: topics.apiKeys.name,
    transactionalId: 'bomfri-keys',
    codec: openCodec('ApiKey', ids),
    now,
    plan: (keys) => new Map(plan(keys).map((key) => [key.keyId, key])),
    announce: () => [],
  });
}

function recordOf({ keyId, secret }: Token, key: NewKey, now: number): ApiKey {
  return { keyId, ...key, secretHash: secretHash(secret), createdAt: now, revokedAt: null };
}
