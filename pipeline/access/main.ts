import { topics } from '../../topics/topics.ts';
import { openGlobalTable } from '../engine/global-table.ts';
import type { Log } from '../engine/log.ts';
import { openCodec, type SchemaIds } from '../records/codec.ts';
import type { RecordOf } from '../records/records.ts';
import { readConfig } from '../service/config.ts';
import { openLogger } from '../service/logging.ts';
import { withLog } from '../service/with-log.ts';
import { ALL_OPERATORS } from './key-ring.ts';
import { keysTable } from './keys-table.ts';
import { createKey, ensureKey, revokeKey, SCOPES, type KeysLog } from './keys.ts';
import { ownTokenOrNew } from './own-key.ts';

/** The options as commander hands them over. */
export interface CreateArguments {
  readonly operator: string;
  readonly garages?: string;
  readonly name: string;
  readonly rate: string;
  /** Separated by commas. */
  readonly scopes?: string;
}

/** Enough for whatever this machine can do. */
const OWN_REQUESTS_PER_SECOND = 20_000;
const REQUESTS_PER_SECOND_MAX = 100_000;

/** `bomfri keys create` */
export async function create({ operator, garages, name, rate, scopes: named }: CreateArguments): Promise<void> {
  const requestsPerSecond = Number(rate);
  if (!Number.isInteger(requestsPerSecond) || requestsPerSecond < 1 || requestsPerSecond > REQUESTS_PER_SECOND_MAX) {
    throw new Error(`--rate is '${rate}', but must be a whole number from 1 to ${REQUESTS_PER_SECOND_MAX}`);
  }
  const scopes = named === undefined ? [] : named.split(',').map((scope) => scope.trim());
  const unknown = scopes.find((scope) => !SCOPES.includes(scope));
  if (unknown !== undefined) throw new Error(`there is no scope '${unknown}': there is ${SCOPES.join(', ')}`);
  const garageIds = garages === undefined ? [] : garages.split(',').map((garageId) => garageId.trim());
  if (operator.trim() === '') throw new Error('--operator is empty: name one, or * for all');
  await withKeys(async (at) => {
    await refuseOthersGarages(at, operator, garageIds);
    const token = await createKey(at, { operatorId: operator, garages: garageIds, name, requestsPerSecond, scopes });
    console.log(token);
    console.error('Keep it now: it is not stored, and can not be shown again.');
  });
}

/** `bomfri keys list` */
export async function list(): Promise<void> {
  await withKeys(async ({ log, ids }) => {
    const keys = await readTable(log, ids, topics.apiKeys.name, 'ApiKey');
    console.log(keysTable([...keys.values()]));
  });
}

/** `bomfri keys revoke ID` */
export async function revoke(keyId: string): Promise<void> {
  await withKeys(async (at) => {
    await revokeKey(at, keyId);
    console.log(`revoked ${keyId}`);
  });
}

/** `bomfri keys local` */
export async function local(): Promise<void> {
  const { token, from } = ownTokenOrNew(readConfig());
  const key = {
    operatorId: ALL_OPERATORS, garages: [], name: 'made by keys local',
    requestsPerSecond: OWN_REQUESTS_PER_SECOND, scopes: SCOPES,
  };
  await withKeys(async (at) => {
    await ensureKey(at, token, key).catch((error: Error) => {
      throw new Error(`${error.message}: take it out of ${from} and run this again for a new one`);
    });
    console.log(`the key in ${from} is valid`);
  });
}

/** @throws when one of the garages is not configured as the operator's, for the key could not be used there */
async function refuseOthersGarages(
  { log, ids }: KeysLog, operator: string, garageIds: readonly string[],
): Promise<void> {
  if (garageIds.length === 0) return;
  const garages = await readTable(log, ids, topics.garages.name, 'Garage');
  for (const garageId of garageIds) {
    const owner = garages.get(garageId)?.operatorId;
    if (owner === undefined) {
      throw new Error(`garage '${garageId}' is not configured: run \`npx bomfri garages apply FILE\` first`);
    }
    if (operator !== ALL_OPERATORS && owner !== operator) {
      throw new Error(`garage '${garageId}' is not one of operator '${operator}'`);
    }
  }
}

function withKeys(work: (at: KeysLog) => Promise<void>): Promise<void> {
  return withLog(({ log, ids }) => work({ log, ids, now: Date.now() }), 'error');
}

async function readTable<N extends 'ApiKey' | 'Garage'>(
  log: Log, ids: SchemaIds, topic: string, schema: N,
): Promise<ReadonlyMap<string, RecordOf[N]>> {
  const table = await openGlobalTable({
    log,
    topic,
    codec: openCodec(schema, ids),
    logger: openLogger('keys', 'error'),
  });
  const values = new Map(table.entries());
  await table.close();
  return values;
}
