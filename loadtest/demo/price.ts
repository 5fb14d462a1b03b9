import type { TariffEntry } from '../fleet/garage-fleet.ts';

/**
 * What a stay costs, in minor units, VAT included: written a second time and on purpose apart from the pricing stage,
 * so that the two can be held against each other. Free when the free minutes are not exceeded, else a price for each
 * started period from the entry on; the periods that start on one calendar day of the garage cost at most the cap.
 *
 * @param zone IANA zone of the garage
 */
export function price(tariff: TariffEntry, zone: string, enteredAt: number, exitedAt: number): number {
  const stayed = exitedAt - enteredAt;
  if (stayed <= tariff.freeMinutes * MINUTE_MS) return 0;
  const perDay = new Map<string, number>();
  const dayOf = dayFormat(zone);
  for (let start = enteredAt; start < exitedAt; start += tariff.incrementMinutes * MINUTE_MS) {
    const day = dayOf.format(start);
    perDay.set(day, (perDay.get(day) ?? 0) + tariff.incrementMinor);
  }
  const most = tariff.dailyCapMinor ?? Infinity;
  return [...perDay.values()].reduce((total, ofDay) => total + Math.min(ofDay, most), 0);
}

const MINUTE_MS = 60_000;

const formats = new Map<string, Intl.DateTimeFormat>();

function dayFormat(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' });
    formats.set(zone, format);
  }
  return format;
}
