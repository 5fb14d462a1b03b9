import { once } from 'node:events';
import { Redis } from 'ioredis';
import type { Logger } from 'pino';

const RECONNECT_MOST_MS = 2_000;
const COMMAND_LIMIT_MS = 5_000;

/**
 * A connection that finds back by itself. A command fails at once while it is away, rather than wait unseen:
 * whoever gave it knows what to do then.
 */
export function openRedis(url: string, logger: Logger): Redis {
  const redis = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: COMMAND_LIMIT_MS,
    retryStrategy: (attempt) => Math.min(100 * attempt, RECONNECT_MOST_MS),
  });
  let there = true;
  redis.on('ready', () => {
    if (!there) logger.info('Redis is back');
    there = true;
  });
  redis.on('error', (error: Error) => {
    if (there) logger.warn({ err: error }, 'Redis is away');
    there = false;
  });
  return redis;
}

/** Waits for the connection. @throws {Error} it has not come before `signal` aborts */
export async function untilThere(redis: Redis, signal: AbortSignal): Promise<void> {
  if (redis.status === 'ready') return;
  await once(redis, 'ready', { signal }).catch(() => {
    const { host, port } = redis.options;
    throw new Error(`Redis does not answer at ${host}:${port}`);
  });
}
