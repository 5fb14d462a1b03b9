import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import type { Redis } from 'ioredis';
import { until } from '../local/until.ts';
import { createKey, ensureKey, revokeKey, type KeysLog } from '../pipeline/access/keys.ts';
import { openKeyRing } from '../pipeline/access/open-key-ring.ts';
import { openSharedCounts } from '../pipeline/access/shared-counts.ts';
import { newToken, tokenText } from '../pipeline/access/token.ts';
import { openGlobalTable } from '../pipeline/engine/global-table.ts';
import type { Log } from '../pipeline/engine/log.ts';
import { applyGarages } from '../pipeline/garages/apply.ts';
import { parseGarages } from '../pipeline/garages/garages-file.ts';
import { openKafkaLog } from '../pipeline/kafka/kafka-log.ts';
import { openCodec, type SchemaIds } from '../pipeline/records/codec.ts';
import { openRegistry } from '../pipeline/records/registry.ts';
import { readConfig } from '../pipeline/service/config.ts';
import { openLogger } from '../pipeline/service/logging.ts';
import { openRedis, untilThere } from '../pipeline/service/redis.ts';
import { topics } from '../topics/topics.ts';

const PATIENCE_MS = 20_000;
const logger = openLogger('access-test', 'error');
const operatorId = `operator-${randomUUID()}`;
const garageId = `access-${randomUUID()}`;

let log: Log;
let ids: SchemaIds;
let redis: Redis;

before(async () => {
  const config = readConfig();
  ids = await openRegistry(config.registryUrl);
  log = openKafkaLog({ brokers: config.brokers, clientId: 'access-test', logger });
  redis = openRedis(config.redisUrl, logger);
  await untilThere(redis, AbortSignal.timeout(PATIENCE_MS));
});

after(async () => {
  await log?.close();
  redis?.disconnect();
});

const at = (): KeysLog => ({ log, ids, now: Date.now() });
const key = { operatorId, garages: [], name: 'test', requestsPerSecond: 10, scopes: [] };

test('a running service takes a new key at once, replaces it without a gap, and refuses it once it is revoked', async () => {
  const garages = await openGlobalTable({ log, topic: topics.garages.name, codec: openCodec('Garage', ids), logger });
  const ring = await openKeyRing(log, ids, garages, logger);
  try {
    const lanes = [{ laneId: 'a', direction: 'both' }];
    await applyGarages({
      log,
      ids,
      garages: parseGarages([{ garageId, operatorId, timezone: 'UTC', lanes }]),
      issuedBy: 'test',
    });
    const former = await createKey(at(), key);
    assert.ok(await until(() => ring.callerOf(former)!.mayUse(garageId), PATIENCE_MS));
    const next = await createKey(at(), key);
    assert.ok(await until(() => ring.callerOf(next) !== null, PATIENCE_MS));
    assert.ok(ring.callerOf(former) !== null);
    const formerId = ring.callerOf(former)!.keyId;
    await revokeKey(at(), formerId);
    assert.ok(await until(() => ring.callerOf(former) === null, PATIENCE_MS));
    assert.ok(ring.callerOf(next) !== null);
    await revokeKey(at(), formerId);
    await assert.rejects(revokeKey(at(), 'nokey'), /there is no key nokey/);

    const token = newToken();
    await ensureKey(at(), token, key);
    await ensureKey(at(), token, key);
    assert.ok(await until(() => ring.callerOf(tokenText(token)) !== null, PATIENCE_MS));
    await revokeKey(at(), token.keyId);
    await assert.rejects(ensureKey(at(), token, key), /was revoked/);
  } finally {
    await ring.close();
    await garages.close();
  }
});

test('processes count the requests of a key together through Redis, and go on alone while it is away', async () => {
  const states: boolean[] = [];
  const open = () => openSharedCounts({ redis, windowMs: 3_600_000, onShared: (shared) => states.push(shared) });
  const [one, other] = [open(), open()];
  try {
    const name = randomUUID();
    for (let i = 0; i < 100; i++) one.add(name);
    assert.ok(await until(() => other.add(name).current > 100, PATIENCE_MS));
    redis.disconnect();
    assert.ok(await until(() => one.add(name).current > 100 && states.at(-1) === false, PATIENCE_MS));
    await redis.connect();
    assert.ok(await until(() => one.add(name).current > 100 && states.at(-1) === true, PATIENCE_MS));
  } finally {
    one.close();
    other.close();
  }
});
