import { parseTariff } from '../../garages/tariff-fields.ts';
import type { Tariff } from '../../records/records.ts';
import { priceStay, type PricedStay, type Stay } from './price-stay.ts';
import { rateTableOf } from './rate-table.ts';

/** For tests: tariffs in the form of a garages file, and stays priced by them in Norway. */

export const OSLO = 'Europe/Oslo';

export function tariffOf(fields: object): Tariff {
  return parseTariff({ tariffVersion: 't1', ...fields }, 'tariff');
}

/** @param from RFC 3339, as `to` */
export function stayOf(from: string, to: string): Stay {
  return { enteredAt: Date.parse(from), exitedAt: Date.parse(to) };
}

export function priced(tariff: Tariff, stay: Stay, permitKind: string | null = null): PricedStay {
  const table = rateTableOf(tariff, OSLO);
  return priceStay(table, { ...stay, terms: permitKind === null ? null : table.termsOf(permitKind) });
}

/** The price in minor units. */
export function price(tariff: Tariff, from: string, to: string, permitKind: string | null = null): number {
  return priced(tariff, stayOf(from, to), permitKind).grossMinor;
}

export const hourly = { type: 'incrementingRate', incrementPeriod: 60 };
export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri'];

/**
 * Airport: up to 10 minutes free, else from entry 35 kr a started half hour, 210 kr in any 24
 * hours, 990 kr in any week.
 */
export const harstadP4 = tariffOf({
  freeMinutes: 10,
  rateLineCollections: [{ rateLines: [{ type: 'incrementingRate', incrementPeriod: 30, valueMinor: 3_500 }] }],
  maxValues: [{ period: 'rolling24h', valueMinor: 21_000 }, { period: 'rolling7d', valueMinor: 99_000 }],
});

/** Town square: 32 kr an hour by day, 16 kr by night. */
export const ostreTorg = tariffOf({
  rateLineCollections: [
    { name: 'day', validity: [{ from: '07:00', to: '18:00' }], rateLines: [{ ...hourly, valueMinor: 3_200 }] },
    { name: 'night', validity: [{ from: '18:00', to: '07:00' }], rateLines: [{ ...hourly, valueMinor: 1_600 }] },
  ],
});

/** Town street: 32 kr an hour, 66 kr in any 24 hours, half of it for electric cars. */
export const vestre = tariffOf({
  rateLineCollections: [{ rateLines: [{ ...hourly, valueMinor: 3_200 }] }],
  maxValues: [{ period: 'rolling24h', valueMinor: 6_600 }],
  permitTerms: [{ kind: 'electric', discountBasisPoints: 5_000 }],
});

/** House of a company: free if out within 15 minutes; contracts for nights and weekends. */
export const gcRieber = tariffOf({
  freeMinutes: 15,
  rateLineCollections: [{ rateLines: [{ ...hourly, valueMinor: 4_000 }] }],
  permitTerms: [
    { kind: 'night_contract', validity: [{ days: weekdays, from: '16:00', to: '08:00' }, { days: ['sat', 'sun'] }] },
  ],
});
