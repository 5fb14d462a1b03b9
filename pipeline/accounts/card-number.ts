/**
 * Whether a text holds what looks like a payment card's number: 12 to 19 digits, alone or in a
 * longer run, with or without separators, whose last is the check digit of ISO/IEC 7812-1 (Luhn). Such a text must
 * never be stored or logged.
 */
export function holdsCardNumber(text: string): boolean {
  for (const [run] of text.normalize('NFKC').matchAll(RUN)) {
    const digits = run.replace(/\D/g, '');
    for (let begin = 0; begin + LEAST <= digits.length; begin += 1) {
      for (let length = LEAST; length <= MOST && begin + length <= digits.length; length += 1) {
        if (isNumber(digits, begin, length)) return true;
      }
    }
  }
  return false;
}

/**
 * The same for anything of JSON: values, whole numbers and names, however deep. A phone number in `+` form may by
 * chance pass the check, so in a field named phone only one of 14 digits or more counts: hardly any phone has as many.
 */
export function anyHoldsCardNumber(value: unknown, name = ''): boolean {
  if (typeof value === 'string') {
    return name === 'phone' && SHORT_PHONE.test(value) ? false : holdsCardNumber(value);
  }
  if (typeof value === 'number') return Number.isFinite(value) && holdsCardNumber(BigInt(Math.trunc(value)).toString());
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, item]) => holdsCardNumber(key) || anyHoldsCardNumber(item, key));
}

/** Digits with up to three separators between each: 4111-1111, 4111 - 1111. */
const RUN = /\d(?:[\s.,:;/\\_\-\u2010-\u2015\u2212\u00b7|]{0,3}\d){11,}/g;
const SHORT_PHONE = /^\+(?:[\s\-]?\d){1,13}$/;
const LEAST = 12;
const MOST = 19;

function isNumber(digits: string, begin: number, length: number): boolean {
  let sum = 0;
  for (let place = 0; place < length; place += 1) {
    const digit = Number(digits[begin + length - 1 - place]);
    const doubled = place % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  // All zeros pass the check and are nobody's card.
  return sum > 0 && sum % 10 === 0;
}
