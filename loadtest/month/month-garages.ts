import { instantOn } from '../../pipeline/pricing/calendar.ts';

/**
 * The garages of a scripted month, in the form of a garages file. Their tariffs are those that README.md tells in
 * words; `recount/` counts them from the words alone.
 */
export interface MonthGarage {
  readonly garageId: string;
  readonly operatorId: string;
  readonly timezone: string;
  readonly lanes: readonly object[];
  readonly tariffs: readonly MonthTariff[];
}

export interface MonthTariff {
  /** The name by which the words tell of it. */
  readonly tariffVersion: string;
  /** RFC 3339. */
  readonly validFrom: string;
}

export const ZONE = 'Europe/Oslo';
const hourly = { type: 'incrementingRate', incrementPeriod: 60 };
const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri'];
const ALWAYS = '2010-01-01T00:00:00Z';

/** Which garage is which: their places in the list. */
export const AIRPORT = 0;
export const SQUARE = 1;
export const STREET = 2;
export const HOUSE = 3;
export const CENTRE = 4;
export const MARKET = 5;

/** @param priceRise day (YYYY-MM-DD) from whose midnight the square costs more */
export function monthGarages(prefix: string, priceRise: string): MonthGarage[] {
  const garage = (name: string, operatorId: string, ...tariffs: MonthTariff[]): MonthGarage => {
    const garageId = `${prefix}-${name}`;
    return {
      garageId, operatorId: `${prefix}-${operatorId}`, timezone: ZONE, tariffs,
      lanes: (['in', 'out'] as const).map((direction) => ({
        laneId: direction,
        direction,
        cameras: [`${direction}-1`],
      })),
    };
  };
  return [
    garage('airport', 'north', {
      tariffVersion: 'airport', validFrom: ALWAYS, freeMinutes: 10,
      rateLineCollections: [{ rateLines: [{ type: 'incrementingRate', incrementPeriod: 30, valueMinor: 3_500 }] }],
      maxValues: [{ period: 'rolling24h', valueMinor: 21_000 }, { period: 'rolling7d', valueMinor: 99_000 }],
    } as MonthTariff),
    garage('square', 'town', square('square', ALWAYS, 3_200), square('square-dearer', midnight(priceRise), 3_450)),
    garage('street', 'town', {
      tariffVersion: 'street', validFrom: ALWAYS,
      rateLineCollections: [{ rateLines: [{ ...hourly, valueMinor: 3_200 }] }],
      maxValues: [{ period: 'rolling24h', valueMinor: 6_600 }],
      permitTerms: [{ kind: 'electric', discountBasisPoints: 5_000 }],
    } as MonthTariff),
    garage('house', 'west', {
      tariffVersion: 'house', validFrom: ALWAYS, freeMinutes: 15,
      rateLineCollections: [{ rateLines: [{ ...hourly, valueMinor: 4_000 }] }],
      permitTerms: [
        {
          kind: 'night_contract',
          validity: [{ days: WEEKDAYS, from: '16:00', to: '08:00' }, { days: ['sat', 'sun'] }],
        },
      ],
    } as MonthTariff),
    garage('centre', 'north', {
      tariffVersion: 'centre', validFrom: ALWAYS, freeMinutes: 120, freeMinutesFromEntry: false,
      rateLineCollections: [{ rateLines: [{ type: 'incrementingRate', incrementPeriod: 15, valueMinor: 1_000 }] }],
      maxValues: [
        { period: 'day', valueMinor: 15_000 }, { period: 'week', valueMinor: 40_000, capScope: 'plate' },
      ],
    } as MonthTariff),
    garage('market', 'west', {
      tariffVersion: 'market', validFrom: ALWAYS, freeMinutes: 30, freeMinutesReentry: 60,
      rateLineCollections: [
        hours('weekdays', WEEKDAYS, '08:00', '18:00', 3_013),
        hours('saturdays', ['sat'], '10:00', '16:00', 2_000),
        hours('holidays', ['holiday'], '12:00', '16:00', 1_000),
      ],
    } as MonthTariff),
  ];
}

function square(tariffVersion: string, validFrom: string, byDayMinor: number): MonthTariff {
  return {
    tariffVersion, validFrom,
    rateLineCollections: [
      { name: 'day', validity: [{ from: '07:00', to: '18:00' }], rateLines: [{ ...hourly, valueMinor: byDayMinor }] },
      {
        name: 'night',
        validity: [{ from: '18:00', to: '07:00' }],
        rateLines: [{ ...hourly, valueMinor: byDayMinor / 2 }],
      },
    ],
  } as MonthTariff;
}

function hours(name: string, days: readonly string[], from: string, to: string, valueMinor: number): object {
  return { name, validity: [{ days, from, to }], rateLines: [{ ...hourly, valueMinor }] };
}

function midnight(day: string): string {
  return new Date(instantOn(day, '00:00', ZONE)).toISOString();
}
