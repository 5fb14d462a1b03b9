import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseInstant } from './time.ts';

const twoDigits = (n: number): string => String(n).padStart(2, '0');

test('an instant written with any offset is that instant', () => {
  const instants = fc.date({ min: new Date('1971-01-01'), max: new Date('2199-12-31'), noInvalidDate: true });
  fc.assert(fc.property(instants, fc.integer({ min: -23 * 60 - 59, max: 23 * 60 + 59 }), (date, offsetMinutes) => {
    const local = new Date(date.getTime() + offsetMinutes * 60_000).toISOString().slice(0, -1);
    const size = Math.abs(offsetMinutes);
    const offset = `${offsetMinutes < 0 ? '-' : '+'}${twoDigits(Math.floor(size / 60))}:${twoDigits(size % 60)}`;
    assert.equal(parseInstant(local + offset), date.getTime());
    assert.equal(parseInstant(date.toISOString()), date.getTime());
  }));
});

for (const [text, same] of [
  ['2026-05-17t08:30:00z', '2026-05-17T08:30:00.000Z'],
  ['2026-05-17 08:30:00+02:00', '2026-05-17T06:30:00.000Z'],
  ['2026-05-17T08:30:00.1Z', '2026-05-17T08:30:00.100Z'],
  ['2026-05-17T08:30:00.123999Z', '2026-05-17T08:30:00.123Z'],
  ['2016-12-31T23:59:60Z', '2017-01-01T00:00:00.000Z'],
  ['2028-02-29T00:00:00-00:00', '2028-02-29T00:00:00.000Z'],
] as const) {
  test(`${text} is ${same}`, () => assert.equal(new Date(parseInstant(text)!).toISOString(), same));
}

for (const text of [
  '', '2026-05-17', '2026-05-17T08:30:00', '2026-05-17T08:30Z', '2026-05-17T08:30:00+0200', '2026-05-17T08:30:00.Z',
  '2026-13-01T00:00:00Z', '2026-00-01T00:00:00Z', '2026-02-29T00:00:00Z', '2026-04-31T00:00:00Z', '2026-01-00T00:00:00Z',
  '2026-01-01T24:00:00Z', '2026-01-01T00:60:00Z', '2026-01-01T00:00:61Z', '2026-01-01T00:00:00+24:00',
  '2026-01-01T00:00:00+02:60', '0001-01-01T00:00:00Z', '1779006600000', ' 2026-05-17T08:30:00Z', '2026-05-17T08:30:00Z\n',
]) {
  test(`${JSON.stringify(text)} is no time with an offset`, () => assert.equal(parseInstant(text), null));
}
