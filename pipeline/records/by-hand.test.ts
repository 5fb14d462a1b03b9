import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeCameraRead } from './camera-read-decoder.ts';
import { encodeAvro, parseSchema, schemaText } from './codec.ts';
import type { CameraRead, Irregularity, Visit } from './records.ts';
import { Slab } from './slab.ts';
import { encodeIrregularity, encodeVisit } from './visit-encoder.ts';

/** What is encoded and decoded by hand, held against avsc. */

const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.string({ minLength: 100, maxLength: 300 }), fc.constantFrom('g1', 'c1'));
const moment = fc.oneof(fc.integer({ min: 0, max: Date.UTC(9999, 11, 31) }), fc.integer({ min: -70, max: 70 }), fc.integer({ min: -(2 ** 47), max: 2 ** 47 }));
const share = fc.float({ min: 0, max: 1, noNaN: true });
const readType = parseSchema(schemaText('CameraRead'));
const visitType = parseSchema(schemaText('Visit'));

const read: fc.Arbitrary<CameraRead> = fc.record({
  readId: text, garageId: text, cameraId: text, laneId: text, direction: fc.constantFrom('IN', 'OUT', 'UNKNOWN'),
  plate: text, country: text, confidence: share,
  candidates: fc.array(fc.record({ plate: text, confidence: share }), { maxLength: 70 }),
  capturedAt: moment, receivedAt: moment, source: text, timing: fc.constantFrom('', 'backfill', 'clock_off'),
});

const visit: fc.Arbitrary<Visit> = fc.record({
  visitId: text, revision: fc.integer(), status: fc.constantFrom('open', 'closed'), operatorId: text,
  garageId: text, plate: text, country: text, plateRead: fc.boolean(), entryReadId: fc.option(text), exitReadId: fc.option(text),
  firstSeenAt: moment, enteredAt: fc.option(moment), exitedAt: fc.option(moment), matchConfidence: share,
  flags: fc.array(text, { maxLength: 70 }), rulesVersion: fc.integer(),
});

const texts = fc.array(text, { maxLength: 70 });
const irregularity: fc.Arbitrary<Irregularity> = fc.record({
  irregularityId: text, revision: fc.integer(), status: fc.constantFrom('open', 'resolved', 'withdrawn'), type: text, operatorId: text,
  garageId: text, at: moment, cameraId: fc.option(text), readIds: texts, visitIds: texts, severity: fc.constantFrom('info', 'warning', 'error'),
  action: text,
});

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
const HEADER = Buffer.from([9, 9]);

test('a read that avsc wrote is decoded as avsc decodes it', () => {
  fc.assert(fc.property(read, (before) => {
    const body = readType.toBuffer(before);
    const decoded = decodeCameraRead(Buffer.concat([HEADER, body, HEADER]), HEADER.length, HEADER.length + body.length);
    assert.notEqual(decoded, null, 'not left to avsc');
    assert.deepEqual(plain(decoded), plain(readType.fromBuffer(body)));
  }));
});

test('reads of several fetches by turns, and one anew now and then, are each decoded as they are', () => {
  const reads = fc.array(fc.tuple(read, fc.constantFrom('the next', 'the next', 'of another fetch', 'once more')), { minLength: 1, maxLength: 200 });
  fc.assert(fc.property(fc.tuple(reads, reads), (both) => {
    const fetches = both.map((each) => {
      const bodies = each.map(([before]) => readType.toBuffer(before));
      let end = 0;
      return { bytes: Buffer.concat(bodies), places: bodies.map(({ length }) => [end, (end += length)] as const), next: 0 };
    });
    let turn = 0;
    for (const [, step] of both[0]) {
      if (step === 'of another fetch') turn = 1 - turn;
      const fetch = fetches[turn]!;
      if (step === 'once more' && fetch.next > 0) fetch.next -= 1;
      if (fetch.next === fetch.places.length) continue;
      const [start, end] = fetch.places[fetch.next++]!;
      assert.deepEqual(plain(decodeCameraRead(fetch.bytes, start, end)), plain(readType.fromBuffer(fetch.bytes.subarray(start, end))));
    }
  }), { numRuns: 40 });
});

test('a read that is cut short, longer than it should be, or not one at all is left to avsc', () => {
  fc.assert(fc.property(read, fc.nat(), fc.uint8Array(), (before, cut, junk) => {
    const body = readType.toBuffer(before);
    assert.equal(decodeCameraRead(Buffer.concat([body, Buffer.of(0)]), 0, body.length + 1), null);
    const shorter = cut % body.length;
    assert.equal(decodeCameraRead(body, 0, shorter), null, 'others follow');
    assert.equal(decodeCameraRead(body.subarray(0, shorter), 0, shorter), null);
    const decoded = decodeCameraRead(Buffer.from(junk), 0, junk.length);
    if (decoded !== null) assert.deepEqual(plain(decoded), plain(readType.fromBuffer(Buffer.from(junk))));
  }));
});

test('a text is shared only with the very same text', () => {
  fc.assert(fc.property(read, read, (one, other) => {
    for (const before of [one, other, one]) {
      const body = readType.toBuffer(before);
      assert.deepEqual(plain(decodeCameraRead(body, 0, body.length)), plain(readType.fromBuffer(body)));
    }
  }));
});

test('more lanes than are remembered all keep their own names', () => {
  const before: CameraRead = {
    readId: 'r1', garageId: 'g1', cameraId: 'c1', laneId: '', direction: 'IN', plate: 'AB12345', country: 'NO', confidence: 0.5, candidates: [],
    capturedAt: 0, receivedAt: 0, source: '', timing: '',
  };
  for (let round = 0; round < 2; round++) {
    for (let number = 0; number < 150_000; number++) {
      const laneId = `lane-${number}`;
      const body = readType.toBuffer({ ...before, laneId });
      if (decodeCameraRead(body, 0, body.length)?.laneId !== laneId) assert.fail(`lane ${number} has another's name`);
    }
  }
});

test('visits and irregularities are encoded as avsc encodes them', () => {
  const isAlike = <T>(value: T, encode: (value: T, slab: Slab) => void, type: typeof visitType): void => {
    const byHand = new Slab(1);
    const byAvsc = new Slab(1);
    encode(value, byHand);
    encodeAvro(type, value, byAvsc);
    assert.deepEqual(byHand.bytes.subarray(0, byHand.end), byAvsc.bytes.subarray(0, byAvsc.end));
  };
  fc.assert(fc.property(visit, (value) => isAlike(value, encodeVisit, visitType)));
  const irregularityType = parseSchema(schemaText('Irregularity'));
  fc.assert(fc.property(irregularity, (value) => isAlike(value, encodeIrregularity, irregularityType)));
});
