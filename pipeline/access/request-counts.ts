import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import { Counter, Gauge } from 'prom-client';
import type { Registry } from 'prom-client';
import { LIMIT_WINDOW_MS } from './rate-limits.ts';
import { openSharedCounts } from './shared-counts.ts';
import type { SharedCounts } from './shared-counts.ts';

/**
 * The requests of each key, counted over all processes; a metric and the log tell when it is over this one alone.
 * Another metric tells which keys are in use.
 */
export function openRequestCounts(redis: Redis, metrics: Registry, logger: Logger): SharedCounts {
  const gauge = new Gauge({
    name: 'bomfri_rate_limits_shared', registers: [metrics],
    help: '1 while the processes count the requests of a key together in Redis, 0 while each counts for itself.',
  });
  const requests = new Counter({
    name: 'bomfri_key_requests_total', help: 'Requests with a valid API key, by its id.',
    labelNames: ['key'], registers: [metrics],
  });
  const counts = openSharedCounts({
    redis, windowMs: LIMIT_WINDOW_MS,
    onShared(shared) {
      gauge.set(Number(shared));
      if (shared) logger.info('rate limits are counted together with the other processes');
      else logger.warn('Redis is away: rate limits are counted in this process alone');
    },
  });
  return {
    ...counts,
    add(keyId) {
      requests.inc({ key: keyId });
      return counts.add(keyId);
    },
  };
}
