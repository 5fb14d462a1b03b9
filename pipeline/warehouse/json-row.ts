/**
 * Values as they stand in a row of ClickHouse's JSONCompactEachRow. Written by hand: JSON.stringify of a row is what
 * would take most of an insert's time.
 */

/** A string that needs no escaping is put between quotes as it is. */
export function text(value: string): string {
  return NEEDS_ESCAPING.test(value) ? JSON.stringify(value) : `"${value}"`;
}

export function textOrNull(value: string | null): string {
  return value === null ? 'null' : text(value);
}

export function texts(values: readonly string[]): string {
  switch (values.length) {
    case 0: return '[]';
    case 1: return `[${text(values[0]!)}]`;
    default: return `[${values.map(text).join(',')}]`;
  }
}

/** For DateTime64(3), which takes whole numbers as milliseconds since 1970. @throws {UnfitValueError} */
export function instant(epochMs: number): string {
  if (!isWithinColumns(epochMs)) throw new UnfitValueError('a time is not between 1970 and 2100');
  return String(epochMs);
}

export function instantOrNull(epochMs: number | null): string {
  return epochMs === null ? 'null' : instant(epochMs);
}

/** For Date. @throws {UnfitValueError} */
export function day(value: string): string {
  if (!DAY.test(value) || !isWithinColumns(Date.parse(value))) {
    throw new UnfitValueError('a day is not YYYY-MM-DD between 1970 and 2100');
  }
  return `"${value}"`;
}

/** A number that JSON can write. @throws {UnfitValueError} */
export function finite(value: number): string {
  if (!Number.isFinite(value)) throw new UnfitValueError('a number is not finite');
  return String(value);
}

/** The column can't hold it: ClickHouse would refuse it, and the whole range with it, again and again. */
export class UnfitValueError extends Error {
  override name = 'UnfitValueError';
}

/** Within what both DateTime64 and Date hold; never true of NaN. */
function isWithinColumns(epochMs: number): boolean {
  return epochMs >= 0 && epochMs <= LATEST_MS;
}

/** What JSON escapes within strings. */
const NEEDS_ESCAPING = /["\\\u0000-\u001f]/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const LATEST_MS = Date.UTC(2100, 0, 1);
