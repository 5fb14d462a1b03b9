/**
 * Hikvision's numbers for countries, as its SDK lists them, to ISO 3166-1 alpha-2. Those left out mean a whole region.
 */
export const hikvisionCountries: Readonly<Record<string, string>> = {
  1: 'CZ', 2: 'FR', 3: 'DE', 4: 'ES', 5: 'IT', 6: 'NL', 7: 'PL', 8: 'SK', 9: 'BY', 10: 'MD', 11: 'RU', 12: 'UA',
  13: 'BE', 14: 'BG', 15: 'DK', 16: 'FI', 17: 'GB', 18: 'GR', 19: 'HR', 20: 'HU', 21: 'IL', 22: 'LU', 23: 'MK',
  24: 'NO', 25: 'PT', 26: 'RO', 27: 'RS', 28: 'AZ', 29: 'GE', 30: 'KZ', 31: 'LT', 32: 'TM', 33: 'UZ', 34: 'LV',
  35: 'EE', 36: 'AL', 37: 'AT', 38: 'BA', 39: 'IE', 40: 'IS', 41: 'VA', 42: 'MT', 43: 'SE', 44: 'CH', 45: 'CY',
  46: 'TR', 47: 'SI', 48: 'ME', 49: 'XK', 50: 'AD', 51: 'AM', 52: 'MC', 53: 'LI', 54: 'SM',
};
