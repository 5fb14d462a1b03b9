import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Visit } from '../../records/records.ts';
import { packVisits, transferable, unpackVisits } from './packed-visits.ts';

const id = fc.constantFrom('a', 'b', 'c d', 'é');
const instant = fc.integer({ min: 0, max: 4_102_444_800_000 });
const orNull = <T>(each: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(each, { nil: null });
const visits: fc.Arbitrary<Visit> = fc.record({
  visitId: fc.string(), revision: fc.integer({ min: 1, max: 9 }), status: fc.constantFrom('open', 'closed', 'unclosed', 'review', 'withdrawn'),
  operatorId: id, garageId: id, plate: fc.string({ unit: 'grapheme' }), country: fc.constantFrom('NO', 'XX'), plateRead: fc.boolean(),
  entryReadId: orNull(fc.string()), exitReadId: orNull(fc.string()), firstSeenAt: instant, enteredAt: orNull(instant),
  exitedAt: orNull(instant), matchConfidence: fc.double({ min: 0, max: 1, noNaN: true }),
  flags: fc.constantFrom<readonly string[]>([], ['drive_through'], ['drive_through', 'plate_mismatch']), rulesVersion: fc.constantFrom(13, 14),
}, { noNullPrototype: true });

test('visits come out of a package as they went in, in their order, between threads too', () => {
  fc.assert(fc.property(fc.array(visits, { maxLength: 30 }), (many) => {
    const packed = packVisits(many);
    assert.deepEqual(unpackVisits(structuredClone(packed, { transfer: transferable(packed) })), many);
  }));
});
