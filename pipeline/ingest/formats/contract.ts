import type { UncheckedRead } from '../check-read.ts';
import type { ReadFormat } from './format.ts';

/** Bomfri's own JSON: one read as an object, or an array of them. Fields that it does not know are left aside. */
export const contractFormat: ReadFormat = {
  source: 'http',
  items(body) {
    if (Array.isArray(body)) return body;
    return typeof body === 'object' && body !== null ? [body] : null;
  },
  read(item) {
    return typeof item === 'object' && item !== null && !Array.isArray(item) ? (item as UncheckedRead) : null;
  },
};
