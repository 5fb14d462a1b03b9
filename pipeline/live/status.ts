import type { Redis } from 'ioredis';
import type { Garage } from '../records/records.ts';
import { BEYOND_OPEN_FIELD, chargesHash, DAY_FIELD, garageDayHash, garageHash, IRREGULARITY_FIELD } from './entry.ts';
import { keyPrefix, presentEpoch } from './epoch.ts';

export interface GarageStatus {
  readonly garageId: string;
  readonly name: string;
  readonly operatorId: string;
  readonly timezone: string;
  /** Null when unknown. */
  readonly capacity: number | null;
  /** Vehicles that are likely inside. */
  readonly inside: number;
  readonly openVisits: number;
  /** The newest day, in the garage's zone, that it has told of; null before anything. */
  readonly day: string | null;
  readonly closedOnDay: number;
  /** Closed visits since the start of the topic. */
  readonly closed: number;
  readonly unclosed: number;
  readonly review: number;
  /** Open irregularities by type. */
  readonly irregularities: Readonly<Record<string, number>>;
}

export interface Totals {
  readonly garages: number;
  readonly inside: number;
  readonly capacity: number;
  readonly closedOnDay: number;
  readonly closed: number;
  readonly irregularities: number;
}

/** As `entry.ts` lists it. */
export interface ListedIrregularity {
  readonly garageId: string;
  readonly [field: string]: unknown;
}

export interface ChargesOfDay {
  readonly billingDay: string;
  readonly status: string;
  readonly currency: string;
  readonly count: number;
  readonly grossMinor: number;
}

/** What Redis tells, read whole each time. Every method throws while Redis is away. */
export interface LiveStatus {
  /** Configured garages by name, then those seen without being configured. */
  garages(): Promise<GarageStatus[]>;
  /** Newest first, as JSON objects. */
  irregularities(limit: number): Promise<ListedIrregularity[]>;
  /** Newest day first. */
  charges(): Promise<ChargesOfDay[]>;
}

/** @param configured the garages that are known, by garageId */
export function openStatus(redis: Redis, configured: { entries(): Iterable<[string, Garage]> }): LiveStatus {
  const prefixNow = async (): Promise<string> => keyPrefix(await presentEpoch(redis));
  return {
    async garages() {
      const prefix = await prefixNow();
      const known = new Map(configured.entries());
      const ids = [...new Set([...known.keys(), ...(await redis.smembers(`${prefix}garages`))])];
      const hashes = await Promise.all(ids.map((id) => redis.hgetall(prefix + garageHash(id))));
      const closedOnDay = await Promise.all(ids.map((id, i) => {
        const day = hashes[i]![DAY_FIELD];
        return day === undefined ? null : redis.hget(prefix + garageDayHash(id, day), 'closed');
      }));
      return ids
        .map((id, i) => garageStatus(id, known.get(id), hashes[i]!, Number(closedOnDay[i] ?? 0)))
        .sort((a, b) => Number(known.has(b.garageId)) - Number(known.has(a.garageId)) || byName(a, b));
    },
    async irregularities(limit) {
      const prefix = await prefixNow();
      const ids = await redis.zrevrange(`${prefix}irregularities`, 0, limit - 1);
      if (ids.length === 0) return [];
      const texts = await redis.hmget(`${prefix}irregularity-texts`, ...ids);
      return texts.filter((text) => text !== null).map((text) => JSON.parse(text) as ListedIrregularity);
    },
    async charges() {
      return chargesByDay(await redis.hgetall((await prefixNow()) + chargesHash));
    },
  };
}

const byName = (a: GarageStatus, b: GarageStatus): number => a.name.localeCompare(b.name, 'en', { numeric: true });

export function totalsOf(garages: readonly GarageStatus[]): Totals {
  const sum = (of: (garage: GarageStatus) => number): number =>
    garages.reduce((total, garage) => total + of(garage), 0);
  return {
    garages: garages.length,
    inside: sum((garage) => garage.inside),
    capacity: sum((garage) => garage.capacity ?? 0),
    closedOnDay: sum((garage) => garage.closedOnDay),
    closed: sum((garage) => garage.closed),
    irregularities: sum((garage) => Object.values(garage.irregularities).reduce((a, b) => a + b, 0)),
  };
}

function garageStatus(
  garageId: string,
  garage: Garage | undefined,
  hash: Record<string, string>,
  closedOnDay: number,
): GarageStatus {
  const count = (field: string): number => Number(hash[field] ?? 0);
  const irregularities: Record<string, number> = {};
  for (const [field, value] of Object.entries(hash)) {
    if (!field.startsWith(IRREGULARITY_FIELD) || value === '0') continue;
    irregularities[field.slice(IRREGULARITY_FIELD.length)] = Number(value);
  }
  return {
    garageId, name: garage?.name || garageId,
    operatorId: garage?.operatorId ?? 'default', timezone: garage?.timezone ?? 'UTC',
    capacity: garage?.capacity || null, inside: Math.max(0, count('open') + count(BEYOND_OPEN_FIELD)),
    openVisits: count('open'), day: hash[DAY_FIELD] ?? null, closedOnDay,
    closed: count('closed'), unclosed: count('unclosed'), review: count('review'), irregularities,
  };
}

function chargesByDay(hash: Record<string, string>): ChargesOfDay[] {
  const rows = new Map<string, { count: number; grossMinor: number }>();
  for (const [field, value] of Object.entries(hash)) {
    const cut = field.lastIndexOf(':');
    const row = rows.get(field.slice(0, cut)) ?? { count: 0, grossMinor: 0 };
    row[field.slice(cut + 1) as 'count' | 'grossMinor'] = Number(value);
    rows.set(field.slice(0, cut), row);
  }
  return [...rows]
    .filter(([, { count }]) => count !== 0)
    .sort(([a], [b]) => (a < b ? 1 : -1))
    .map(([of, sums]) => {
      const [billingDay, status, currency] = of.split(':') as [string, string, string];
      return { billingDay, status, currency, ...sums };
    });
}
