import type { MaxValue, PermitTerms, RateLine, RateLineCollection, Tariff } from '../../records/records.ts';
import { openHours, type HoursCalendar, type Stretch } from './hours.ts';

/** A tariff made ready for pricing stays in a garage of that zone. Times are in ms. */
export interface RateTable {
  readonly tariff: Tariff;
  /** IANA */
  readonly zone: string;
  readonly freeMs: number;
  readonly collections: readonly TimedCollection[];
  /** Which collection counts at an instant. */
  readonly collectionAt: (at: number) => Stretch;
  readonly maxValues: readonly MaxValue[];
  /** Whether what a vehicle's earlier visits were charged counts. */
  readonly hasPlateCaps: boolean;
  /** What a permit of a kind is worth. */
  termsOf(kind: string): TimedTerms;
}

export interface TimedCollection {
  readonly name: string;
  readonly lines: readonly TimedLine[];
  /** Infinity: no cap. */
  readonly maxMinor: number;
}

export interface TimedLine {
  readonly type: RateLine['type'];
  /** Paid time up to which it counts; Infinity: no end. */
  readonly endMs: number;
  readonly incrementMs: number;
  readonly minor: number;
}

export interface TimedTerms {
  readonly kind: string;
  readonly discountBasisPoints: number;
  /** Index 0 while the terms hold, -1 while not. */
  readonly heldAt: (at: number) => Stretch;
}

/** The rate table of a tariff in a zone; made once for each tariff object. */
export function rateTableOf(tariff: Tariff, zone: string): RateTable {
  const known = tables.get(tariff);
  if (known?.zone === zone) return known;
  const table = makeTable(tariff, zone);
  tables.set(tariff, table);
  return table;
}

const tables = new WeakMap<Tariff, RateTable>();
const MINUTE_MS = 60_000;

function makeTable(tariff: Tariff, zone: string): RateTable {
  const collections = tariff.rateLineCollections.length > 0 ? tariff.rateLineCollections : [shortForm(tariff)];
  const calendar: HoursCalendar = { zone, holidayCountry: namesHoliday(tariff) ? tariff.holidayCountry : null };
  const terms = new Map(tariff.permitTerms.map((given) => [given.kind, timedTerms(given, calendar)]));
  const maxValues =
    tariff.rateLineCollections.length > 0 ? tariff.maxValues : [...shortFormCap(tariff), ...tariff.maxValues];
  return {
    tariff,
    zone,
    freeMs: tariff.freeMinutes * MINUTE_MS,
    collections: collections.map(timedCollection),
    collectionAt: openHours(collections.map(({ validity }) => validity), calendar),
    maxValues,
    hasPlateCaps: maxValues.some(({ capScope }) => capScope === 'plate'),
    termsOf: (kind) => terms.get(kind) ?? timedTerms({ kind, discountBasisPoints: 10_000, validity: [] }, calendar),
  };
}

function shortForm({ incrementMinutes, incrementMinor }: Tariff): RateLineCollection {
  const line: RateLine = {
    type: 'incrementingRate',
    durationStart: 0,
    durationEnd: null,
    incrementPeriod: incrementMinutes,
    valueMinor: incrementMinor,
  };
  return { name: '', validity: [], rateLines: [line], maxValueMinor: null };
}

function shortFormCap({ dailyCapMinor }: Tariff): MaxValue[] {
  return dailyCapMinor === null
    ? []
    : [{ period: 'day', valueMinor: dailyCapMinor, capScope: 'visit', resetTime: '00:00' }];
}

function namesHoliday({ rateLineCollections, permitTerms }: Tariff): boolean {
  return [...rateLineCollections, ...permitTerms].some(({ validity }) =>
    validity.some(({ days }) => days.includes('holiday')),
  );
}

function timedCollection({ name, rateLines, maxValueMinor }: RateLineCollection): TimedCollection {
  return {
    name,
    lines: rateLines.map(({ type, durationEnd, incrementPeriod, valueMinor }) => ({
      type,
      endMs: durationEnd === null ? Infinity : durationEnd * MINUTE_MS,
      incrementMs: incrementPeriod * MINUTE_MS,
      minor: valueMinor,
    })),
    maxMinor: maxValueMinor ?? Infinity,
  };
}

function timedTerms({ kind, discountBasisPoints, validity }: PermitTerms, calendar: HoursCalendar): TimedTerms {
  return { kind, discountBasisPoints, heldAt: openHours([validity], calendar) };
}
