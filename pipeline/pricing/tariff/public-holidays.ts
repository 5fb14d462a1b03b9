import { createRequire } from 'node:module';
import type Holidays from 'date-holidays';

/**
 * Whether a day (YYYY-MM-DD) is a public holiday of a country (ISO 3166-1 alpha-2); in Norway these are the church's
 * holidays, New Year's Day, 1 May and 17 May.
 */
export function isPublicHoliday(day: string, country: string): boolean {
  const key = `${country} ${day.slice(0, 4)}`;
  let days = daysOfYears.get(key);
  if (days === undefined) daysOfYears.set(key, (days = publicHolidays(country, Number(day.slice(0, 4)))));
  return days.has(day);
}

/** Whether the public holidays of a country are known. */
export function knowsHolidaysOf(country: string): boolean {
  return country === 'NO' || Object.hasOwn(new (library())().getCountries(), country);
}

const daysOfYears = new Map<string, ReadonlySet<string>>();

function publicHolidays(country: string, year: number): ReadonlySet<string> {
  const all = new (library())(country).getHolidays(year);
  return new Set(all.filter(({ type }) => type === 'public').map(({ date }) => date.slice(0, 10)));
}

/** Loaded when first asked for: it takes 0.2 s and 37 MB, and most processes that know garages never ask. */
function library(): typeof Holidays {
  const loaded = createRequire(import.meta.url)('date-holidays') as typeof Holidays & { default?: typeof Holidays };
  return loaded.default ?? loaded;
}
