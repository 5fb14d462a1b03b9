import { profiles } from '../fleet/faults.ts';
import { generateFleet } from '../fleet/generate.ts';
import type { Fleet } from '../fleet/generate.ts';
import type { Shape } from './shape.ts';

/**
 * What a gateway (the box that sends what the cameras of its garages read) has to send, prepared before the load
 * begins, so that k6 has the time to send it: the reads of one simulated day, each as JSON, in the order of delivery.
 * With another date in it the same day comes again as the next one, so a load may last as long as it likes.
 */
export interface PreparedDay {
  readonly reads: readonly string[];
}

/** Gateways are numbered from 1, as k6 numbers its virtual users. */
export interface Gateway {
  /** Begins the ids of all garages of the run. */
  readonly run: string;
  readonly number: number;
  readonly shape: Shape;
}

/** Stands for the date in a prepared read: in its readId and in its capturedAt. */
const DATE = '2001-02-03';
/** Local time of the simulated days: Norway's in winter, whatever the date. */
const OFFSET = '+01:00';
const OFFSET_MS = 3_600_000;

/** The gateway's garages, for a day on which nothing is re-delivered: the scenarios do that themselves. */
export function gatewayFleet({ run, number, shape }: Gateway): Fleet {
  const garages = Math.floor((shape.garages + number - 1) / shape.gateways);
  return generateFleet({
    seed: `load-${number}`, garages, vehicles: Math.ceil(shape.vehicles / shape.gateways), days: 1, from: DATE,
    faults: { ...profiles.demo, redelivered: 0 }, idPrefix: `${run}-${number}`,
    firstVehicle: number * VEHICLES_APART,
  });
}

/** Room for the vehicles of a gateway in the register of plates, strangers among them. */
const VEHICLES_APART = 20_000;

/** Cars that stay over night are left out, for on the next date they would come once more without having left. */
export function prepareDay(gateway: Gateway): PreparedDay {
  const texts = new Map<string, string>();
  for (const event of gatewayFleet(gateway).events()) {
    if (event.kind === 'truth') {
      if (event.line.kind === 'stay' && event.line.exitedAt === null) {
        for (const readId of event.line.entryReadIds) texts.delete(readId);
      }
      continue;
    }
    const local = new Date(Date.parse(event.read.capturedAt) + OFFSET_MS).toISOString();
    const capturedAt = `${DATE}${local.slice(DATE.length, -1)}${OFFSET}`;
    texts.set(event.read.readId, JSON.stringify({ ...event.read, readId: UNNUMBERED, capturedAt }));
  }
  const { run, number } = gateway;
  const reads = [...texts.values()].map((text, index) =>
    text.replace(UNNUMBERED, readId(run, { gateway: number, date: DATE, index })));
  return { reads };
}

const UNNUMBERED = '?';

/** Where a read stands among all that a run sends. */
export interface ReadPlace {
  readonly gateway: number;
  readonly date: string;
  /** In the prepared day, from 0. */
  readonly index: number;
}

export function readId(run: string, { gateway, date, index }: ReadPlace): string {
  return `${run}-${gateway}-${index}@${date}`;
}

/** Null for a read of another run. */
export function placeOf(run: string, id: string): ReadPlace | null {
  if (!id.startsWith(`${run}-`)) return null;
  const match = /^(\d+)-(\d+)@(\d{4}-\d\d-\d\d)$/.exec(id.slice(run.length + 1));
  return match === null ? null : { gateway: Number(match[1]), index: Number(match[2]), date: match[3]! };
}

/** Reads of one gateway that follow each other on one date. */
export interface Stretch {
  readonly date: string;
  readonly from: number;
  readonly count: number;
}

/** The reads of a stretch, as items of a JSON array. */
export function itemsOf({ reads }: PreparedDay, { date, from, count }: Stretch): string {
  return reads.slice(from, from + count).join(',').replaceAll(DATE, date);
}

/** Gives out a gateway's reads, day after day. */
export interface Supply {
  /** The next ones: a stretch, or several when a day ends in between. */
  take(count: number): readonly Stretch[];
}

/** The first simulated day: far enough back for a year of load, for nothing may be captured in the future. */
const FIRST_DAY = Date.UTC(2001, 0, 1);
const DAY_MS = 86_400_000;

export function openSupply({ reads }: PreparedDay): Supply {
  let day = FIRST_DAY;
  let next = 0;
  return {
    take(count) {
      const stretches: Stretch[] = [];
      for (let left = count; left > 0; ) {
        const taken = Math.min(left, reads.length - next);
        stretches.push({ date: new Date(day).toISOString().slice(0, 10), from: next, count: taken });
        left -= taken;
        next += taken;
        if (next === reads.length) {
          next = 0;
          day += DAY_MS;
        }
      }
      return stretches;
    },
  };
}
