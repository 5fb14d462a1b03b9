import type { Language } from '../document-view.ts';

/** How a language writes amounts, days and times. */
export interface Formats {
  /** 3500 of NOK: "35,00". */
  money(minor: number): string;
  /** A YYYY-MM-DD. */
  day(day: string): string;
  /** From one instant to another (UTC ms) by the clock of a zone; the day of the second only where it is another. */
  span(from: number | null, to: number | null, zone: string): string;
  /** 2500: "25 %". */
  rate(basisPoints: number): string;
}

export function formatsOf(language: Language): Formats {
  const locale = language === 'nb' ? 'nb-NO' : 'en-GB';
  const amounts = new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const rates = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 });
  const dayForm: Intl.DateTimeFormatOptions = language === 'nb'
    ? { day: '2-digit', month: '2-digit', year: 'numeric' }
    : { day: 'numeric', month: 'short', year: 'numeric' };
  const days = new Intl.DateTimeFormat(locale, { ...dayForm, timeZone: 'UTC' });
  return {
    money: (minor) => amounts.format(minor / 100),
    day: (day) => days.format(Date.parse(day)),
    span(from, to, zone) {
      const dayOf = new Intl.DateTimeFormat(locale, { ...dayForm, timeZone: zone });
      const timeOf = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', timeZone: zone });
      const whole = (at: number | null): string => (at === null ? '?' : `${dayOf.format(at)} ${timeOf.format(at)}`);
      const isOneDay = from !== null && to !== null && dayOf.format(from) === dayOf.format(to);
      return `${whole(from)} – ${isOneDay ? timeOf.format(to) : whole(to)}`;
    },
    rate: (basisPoints) => `${rates.format(basisPoints / 100)}\u00a0%`,
  };
}

/** As people write it: four and two digits, then the rest. */
export function bankAccountText(digits: string): string {
  return digits.replace(/^(\d{4})(\d{2})(\d{5})$/, '$1\u00a0$2\u00a0$3');
}

/** In groups of three. */
export function organisationText(digits: string): string {
  return digits.replace(/^(\d{3})(\d{3})(\d{3})$/, '$1\u00a0$2\u00a0$3');
}
