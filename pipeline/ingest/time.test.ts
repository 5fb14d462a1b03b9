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
  '2026-13-01T00:00:00Z', '2026-00-01T00:00:00Z',
  '2026-02-29T00:00:00Z', '2026-04-31T00:00:00Z', '2026-01-00T00:00:00Z',
  '2026-01-01T24:00:00Z', '2026-01-01T00:60:00Z', '2026-01-01T00:00:61Z', '2026-01-01T00:00:00+24:00',
  '2026-01-01T00:00:00+02:60', '0001-01-01T00:00:00Z',
  '1779006600000', ' 2026-05-17T08:30:00Z', '2026-05-17T08:30:00Z\n',
]) {
  test(`${JSON.stringify(text)} is no time with an offset`, () => assert.equal(parseInstant(text), null));
}

test('no text is a time but by the grammar of RFC 3339', () => {
  const grammar = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)$/;
  const good = fc.constantFrom(
    '2026-05-17T08:30:00Z',
    '2026-05-17 08:30:00.125+02:00',
    '2026-05-17t18:30:09.1234567-11:30',
  );
  const part = fc.constantFrom('', '0', '7', '-', '+', ':', '.', 'T', 't', ' ', 'Z', 'z', '/', '\u0660', '\n');
  const spoilt = fc.tuple(good, fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 2 }), part), { maxLength: 3 }))
    .map(([text, changes]) => changes.reduce<string>((now, [place, cut, put]) => {
      const at = place % (now.length + 1);
      return now.slice(0, at) + put + now.slice(at + cut);
    }, text));
  fc.assert(fc.property(spoilt, (text) => {
    if (!grammar.test(text)) assert.equal(parseInstant(text), null);
    else if (parseInstant(text) !== null) assert.equal(parseInstant(text), instantBy(text));
  }), { numRuns: 2_000 });
});

/** As JavaScript reads it, which knows no other digits than three after the point. */
function instantBy(text: string): number {
  const plain = text.toUpperCase().replace(' ', 'T').replace(/(\.\d{1,3})\d*/, '$1');
  return Date.parse(plain.replace(/:60(?=[.Z+-])/, ':59')) + (plain.slice(17, 19) === '60' ? 1_000 : 0);
}
