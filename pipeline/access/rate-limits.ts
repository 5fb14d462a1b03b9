import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance } from 'fastify';
import type { SharedCounts } from './shared-counts.ts';

/** Long enough for a camera to send what it kept during an absence, short enough to wait for. */
export const LIMIT_WINDOW_MS = 10_000;

/** Answers more requests of a key than it may send with 429 and Retry-After. Its routes are behind `requireKeys`. */
export async function limitRates(app: FastifyInstance, counts: SharedCounts): Promise<void> {
  await app.register(rateLimit, {
    timeWindow: LIMIT_WINDOW_MS,
    max: ({ caller }) => (caller.requestsPerSecond * LIMIT_WINDOW_MS) / 1_000,
    keyGenerator: ({ caller }) => caller.keyId,
    enableDraftSpec: true,
    store: storeOf(counts),
    errorResponseBuilder: () => Object.assign(new Error('more requests than the key may send'), { statusCode: 429 }),
  });
}

type Store = NonNullable<Parameters<typeof rateLimit>[1]['store']>;

/** One store for all routes: the limit is the key's, not the address's. */
function storeOf(counts: SharedCounts): Store {
  return class {
    incr(keyId: string, done: (error: Error | null, result?: { current: number; ttl: number }) => void): void {
      done(null, counts.add(keyId));
    }

    child(): this {
      return this;
    }
  };
}
