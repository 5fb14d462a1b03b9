/**
 * The instant in ms since the epoch, or null when the text is no time of RFC 3339 with an offset. Sub-millisecond
 * digits are cut off, a leap second is the next second's start. Read character by character: a pattern's match is a
 * dozen texts, and no other field of a read costs as much.
 */
export function parseInstant(text: string): number | null {
  const year = digits(text, 0, 4);
  const month = digits(text, 5, 2);
  const day = digits(text, 8, 2);
  const hour = digits(text, 11, 2);
  const minute = digits(text, 14, 2);
  const second = digits(text, 17, 2);
  const between = text.charAt(10);
  const areSeparate = text.charAt(4) === '-'
    && text.charAt(7) === '-'
    && (between === 'T' || between === 't' || between === ' ')
    && text.charAt(13) === ':' && text.charAt(16) === ':';
  // Date.UTC takes the years 0 to 99 for 1900 to 1999. What is no number is in no range.
  const isDate = year >= 100 && month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month);
  const isTime = hour >= 0 && hour <= 23 && minute >= 0 && minute <= 59 && second >= 0 && second <= 60;
  if (!areSeparate || !isDate || !isTime) return null;

  let at = SECONDS_END;
  let millisecond = 0;
  if (text.charAt(at) === '.') {
    const from = at + 1;
    for (at = from; isDigit(text, at); at++) {
      if (at < from + 3) millisecond += digits(text, at, 1) * 10 ** (from + 2 - at);
    }
    if (at === from) return null;
  }
  const offsetMs = offsetFrom(text, at);
  return offsetMs === null ? null : Date.UTC(year, month - 1, day, hour, minute, second, millisecond) - offsetMs;
}

/** The offset that is the rest of the text; null: that is none. */
function offsetFrom(text: string, at: number): number | null {
  const sign = text.charAt(at);
  if (sign === 'Z' || sign === 'z') return text.length === at + 1 ? 0 : null;
  const hours = digits(text, at + 1, 2);
  const minutes = digits(text, at + 4, 2);
  const isOffset = text.length === at + 6 && text.charAt(at + 3) === ':' && hours <= 23 && minutes <= 59;
  if (!isOffset || (sign !== '+' && sign !== '-')) return null;
  const ms = (hours * 60 + minutes) * 60_000;
  return sign === '+' ? ms : -ms;
}

/** The number that so many digits are; NaN: not all of them are digits. */
function digits(text: string, from: number, count: number): number {
  let number = 0;
  for (let at = from; at < from + count; at++) {
    number = isDigit(text, at) ? 10 * number + text.charCodeAt(at) - ZERO : NaN;
  }
  return number;
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= ZERO && code <= NINE;
}

const ZERO = 48;
const NINE = 57;
/** Where the time of day in seconds ends. */
const SECONDS_END = 19;

function daysIn(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}
