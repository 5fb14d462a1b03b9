import type { Redis } from 'ioredis';
import { defaultSettings } from '../garages/garages-file.ts';
import type { Garage } from '../records/records.ts';
import type { ReviewItem } from '../visits/review/review-evidence.ts';
import {
  AT_FIELD, controlKey, garageHash, waitingKey, waitingTextsKey, type ControlOutcome, type WaitingText,
} from './entry.ts';
import { keyPrefix, presentEpoch } from './epoch.ts';

/**
 * What waits for a person, and what became of what persons said, from Redis. Every method throws while Redis is away.
 */
export interface ReviewQueue {
  /** The oldest first, behind `after`. What is older than the horizon, which no action reaches, is left out. */
  waiting(
    garageId: string, limit: number, after: QueuePlace | null,
  ): Promise<{ items: ReviewItem[]; next: QueuePlace | null }>;
  /** Null: the visit does not wait. */
  item(garageId: string, visitId: string): Promise<ReviewItem | null>;
  /** Null: no such control record of that garage is known, or not yet. */
  outcome(garageId: string, controlId: string): Promise<ControlOutcome | null>;
}

/** Where a page ended. */
export interface QueuePlace {
  readonly at: number;
  readonly member: string;
}

interface Row extends QueuePlace {
  readonly text: WaitingText;
}

/** Why a visit may wait: parts of its members' names. */
const TYPES = ['exit_without_entry', 'review', 'similar_inside'];

export function openReviewQueue(redis: Redis, garages: { get(garageId: string): Garage | undefined }): ReviewQueue {
  const prefixNow = async (): Promise<string> => keyPrefix(await presentEpoch(redis));

  return {
    async waiting(garageId, limit, after) {
      const prefix = await prefixNow();
      const newest = Number((await redis.hget(prefix + garageHash(garageId), AT_FIELD)) ?? 0);
      const { horizonMs } = garages.get(garageId)?.settings ?? defaultSettings;
      const from = Math.max(newest - horizonMs, after?.at ?? 0);
      const items: ReviewItem[] = [];
      let last: Row | null = null;
      for (let skip = 0; ; skip += ROWS_ASKED) {
        const { rows, isEnd } = await rowsFrom(prefix, garageId, from, skip);
        for (const row of rows) {
          // Of one instant they stand in the order of their names.
          if (after !== null && row.at === after.at && row.member <= after.member) continue;
          const isOfLast = items.at(-1)?.visitId === row.text.visitId;
          if (!isOfLast && items.length === limit) return { items, next: last };
          if (isOfLast) items.push(joined(items.pop()!, itemOf(garageId, row)));
          else items.push(itemOf(garageId, row));
          last = row;
        }
        if (isEnd) return { items, next: null };
      }
    },

    async item(garageId, visitId) {
      const prefix = await prefixNow();
      const members = TYPES.map((type) => `${visitId} ${type}`);
      const texts = await redis.hmget(prefix + waitingTextsKey(garageId), ...members);
      let item: ReviewItem | null = null;
      for (const [i, text] of texts.entries()) {
        if (text === null) continue;
        const at = Number((await redis.zscore(prefix + waitingKey(garageId), members[i]!)) ?? 0);
        const one = itemOf(garageId, { at, member: members[i]!, text: JSON.parse(text) as WaitingText });
        item = item === null ? one : joined(item, one);
      }
      return item;
    },

    async outcome(garageId, controlId) {
      const remembered = await redis.get((await prefixNow()) + controlKey(controlId));
      if (remembered === null) return null;
      const outcome = JSON.parse((JSON.parse(remembered) as { text: string }).text) as ControlOutcome;
      return outcome.garageId === garageId ? outcome : null;
    },
  };

  async function rowsFrom(
    prefix: string, garageId: string, from: number, skip: number,
  ): Promise<{ rows: Row[]; isEnd: boolean }> {
    const pairs = await redis.zrangebyscore(
      prefix + waitingKey(garageId), from, '+inf', 'WITHSCORES', 'LIMIT', skip, ROWS_ASKED,
    );
    const places = Array.from({ length: pairs.length / 2 }, (_, i) => ({
      member: pairs[2 * i]!,
      at: Number(pairs[2 * i + 1]),
    }));
    if (places.length === 0) return { rows: [], isEnd: true };
    const texts = await redis.hmget(prefix + waitingTextsKey(garageId), ...places.map(({ member }) => member));
    // One that was settled between the two questions has no text.
    const rows = places.flatMap((place, i) =>
      (texts[i] == null ? [] : [{ ...place, text: JSON.parse(texts[i]) as WaitingText }]));
    return { rows, isEnd: places.length < ROWS_ASKED };
  }
}

const ROWS_ASKED = 200;

function itemOf(garageId: string, { at, text: { visitId, type, irregularityId } }: Row): ReviewItem {
  return { garageId, visitId, at, types: [type], irregularityIds: irregularityId === null ? [] : [irregularityId] };
}

function joined(one: ReviewItem, other: ReviewItem): ReviewItem {
  return {
    ...one, types: [...one.types, ...other.types].sort(),
    irregularityIds: [...one.irregularityIds, ...other.irregularityIds].sort(),
  };
}
