const LONGEST_PLATE = 16;

const PLAIN = /^[A-Z0-9]{0,16}$/;
const SEPARATORS = /[\s.\-\u2010-\u2015\u2212\u00b7\u2022]+/g;
const LETTERS_AND_DIGITS = /^[\p{L}\p{Nd}]*$/u;

export type PlateFault = 'too long' | 'not letters and digits';

/**
 * A plate in the one way it is written everywhere: upper-case letters (of any alphabet) and digits, without
 * spaces, dots and hyphens; empty for a vehicle without a plate. A fault when it is no plate.
 */
export function normalisePlate(text: string): { plate: string } | { fault: PlateFault } {
  if (PLAIN.test(text)) return { plate: text };
  // Nothing that long is a plate with separators; the rest need not be looked at.
  if (text.length > 4 * LONGEST_PLATE) return { fault: 'too long' };
  const plate = text.normalize('NFKC').replace(SEPARATORS, '').toUpperCase();
  if (!LETTERS_AND_DIGITS.test(plate)) return { fault: 'not letters and digits' };
  return [...plate].length > LONGEST_PLATE ? { fault: 'too long' } : { plate };
}
