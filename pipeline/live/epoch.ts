import { randomBytes } from 'node:crypto';
import type { Redis } from 'ioredis';

/**
 * An epoch is one filling of Redis from the topics. Its name stands in Redis, in what all keys of it begin with, and in
 * the names of the consumer groups: a new one begins at the start of the topics with nothing counted. A Redis that was
 * wiped has lost its epoch, so it is filled anew without anybody's doing.
 */
export const EPOCH_KEY = 'bomfri:live:epoch';

/** What all keys of an epoch begin with; the braces keep them in one slot of a cluster, as the script needs it. */
export const keyPrefix = (epoch: string): string => `{${EPOCH_KEY}}:${epoch}:`;

/** The epoch that Redis holds; a first one is begun when it holds none. */
export async function presentEpoch(redis: Redis): Promise<string> {
  await redis.set(EPOCH_KEY, newEpoch(), 'NX');
  return (await redis.get(EPOCH_KEY))!;
}

/** Begins a new epoch and deletes what the former one left. Those who fill Redis find out and follow. */
export async function beginEpoch(redis: Redis): Promise<string> {
  const epoch = newEpoch();
  const former = await redis.getset(EPOCH_KEY, epoch);
  if (former !== null) await deleteKeys(redis, keyPrefix(former));
  return epoch;
}

/** Named by time and chance, so that a Redis that forgot them all never meets a former name again. */
function newEpoch(): string {
  return `${new Date().toISOString().replace(/[-:.]/g, '')}-${randomBytes(3).toString('hex')}`;
}

async function deleteKeys(redis: Redis, prefix: string): Promise<void> {
  for await (const keys of redis.scanStream({ match: `${prefix}*`, count: 1_000 }) as AsyncIterable<string[]>) {
    if (keys.length > 0) await redis.unlink(...keys);
  }
}
