import { iso31661Alpha2ToAlpha3, iso31661Alpha3ToAlpha2 } from 'iso-3166';

export const UNKNOWN_COUNTRY = 'XX';

/** Alpha-2 of a country as vendors write it: NO, nor, us-ca (with its region), eu-no (with its continent). */
export function countryOf(text: string): string {
  const [first, second = ''] = text.toUpperCase().split('-');
  const code = first === 'EU' ? second : first!;
  if (Object.hasOwn(iso31661Alpha2ToAlpha3, code)) return code;
  if (Object.hasOwn(iso31661Alpha3ToAlpha2, code)) return iso31661Alpha3ToAlpha2[code]!;
  return Object.hasOwn(otherCodes, code) ? otherCodes[code]! : UNKNOWN_COUNTRY;
}

/** Not in ISO 3166, but on plates. */
const otherCodes: Readonly<Record<string, string>> = { UK: 'GB', RKS: 'XK', XKX: 'XK', XK: 'XK' };
