import { readFileSync } from 'node:fs';
import type { Redis } from 'ioredis';
import { EPOCH_KEY, keyPrefix } from './epoch.ts';
import type { Entry } from './entry.ts';

/** Another epoch has begun: what is counted now belongs to it. */
export class EpochEndedError extends Error {
  override name = 'EpochEndedError';
}

/** So many stay listed; older ones are in the warehouse. */
export const LISTED_IRREGULARITIES = 1_000;

/** Nobody settles more; those that have waited longest are let go first. */
const WAITING_OF_GARAGE = 10_000;

/** A script holds Redis up while it runs, so it gets a few milliseconds' work at a time. */
const ENTRIES_A_CALL = 500;

/** @throws {EpochEndedError} and then nothing more is taken in */
export type TakeIn = (epoch: string, entries: readonly Entry[]) => Promise<void>;

/** Takes entries into Redis; repeating any of them changes nothing. */
export function openTakeIn(redis: Redis): TakeIn {
  const lua = readFileSync(new URL('take-in.lua', import.meta.url), 'utf8');
  redis.defineCommand('takeIn', { numberOfKeys: 1, lua });
  const takeIn = (redis as unknown as { takeIn(...words: (string | number)[]): Promise<unknown> }).takeIn.bind(redis);
  return async (epoch, entries) => {
    for (let from = 0; from < entries.length; from += ENTRIES_A_CALL) {
      const texts = entries.slice(from, from + ENTRIES_A_CALL).map((entry) => JSON.stringify(entry));
      try {
        await takeIn(EPOCH_KEY, epoch, keyPrefix(epoch), LISTED_IRREGULARITIES, WAITING_OF_GARAGE, ...texts);
      } catch (error) {
        if (error instanceof Error && error.message.includes('EPOCHENDED')) {
          throw new EpochEndedError(`epoch ${epoch} has ended`);
        }
        throw error;
      }
    }
  };
}
