import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Irregularity } from '../../records/records.ts';
import { Slab } from '../../records/slab.ts';
import { judgedReads } from '../learned/confidence-worth.ts';
import { firstRead, lastRead, type Passage } from '../passages/passages.ts';
import { readIdHashOf } from '../passages/read-hashes.ts';
import type { Stay } from '../state/stay.ts';
import { stayCodec } from '../state/stay-codec.ts';
import { noIrregularities } from '../stays/irregularities.ts';
import { irregularity, passage, readingOf, share, stay, text, time } from '../test-stays.ts';
import { judgedReadsOfClosedRow, readClosedRow, readOpenRow, readsOfClosedRow, writeClosedRow, writeOpenRow } from './plain-row.ts';

/** A row's value somewhere in memory, and where it begins. */
function rowOf(value: Stay): { bytes: Buffer; start: number } {
  const slab = new Slab(1);
  slab.append(Buffer.from('before'));
  const start = slab.end;
  slab.appendByte(stayCodec.formatVersion);
  stayCodec.encodeTo(value, slab);
  const bytes = Buffer.from(slab.bytes.subarray(0, slab.end));
  return { bytes, start };
}

const undecided = passage.map((any) => ({ ...any, decision: null, ruling: null }) as Passage);
const open = fc.record({
  visitId: text, garageId: text, country: text, plate: text, dueAt: time, entry: undecided, lastHereAt: fc.option(time), revision: fc.nat(),
  isSeenSooner: fc.boolean(),
}).map(({ revision, isSeenSooner, ...known }): Stay => {
  const { entry, country, plate } = known;
  const first = firstRead(entry);
  return {
    ...known, exit: null, why: null, turnedId: null, followsId: null, irregularities: noIrregularities,
    visit: {
      revision, status: 'open', plate, country, entryReadId: first.readId, exitReadId: null, flags: [], matchConfidence: 0,
      firstSeenAt: first.at, enteredAt: isSeenSooner ? lastRead(entry).at : first.at, exitedAt: null,
    },
  };
});

test('a stay that begins in its bytes is what the codec would have written', () => {
  const single = undecided.map((any) => ({ ...any, reads: [any.reads[0]!], evidence: any.reads[0]! }));
  fc.assert(fc.property(single, text, fc.option(time), time, (entry, garageId, lastHereAt, dueAt) => {
    const { plate, country, readId, at } = firstRead(entry);
    const written = new Slab(1);
    writeOpenRow(garageId, entry, lastHereAt, dueAt, written);
    const expected = rowOf({
      visitId: 'v', garageId, country, plate, entry, exit: null, why: null, turnedId: null, followsId: null, lastHereAt, dueAt,
      irregularities: noIrregularities,
      visit: {
        revision: 1, status: 'open', plate, country, entryReadId: readId, exitReadId: null, flags: [], matchConfidence: 0,
        firstSeenAt: at, enteredAt: at, exitedAt: null,
      },
    });
    assert.ok(written.bytes.subarray(0, written.end).equals(expected.bytes.subarray(expected.start)));
  }));
});

test('an open stay that is closed in its bytes is what the codec would have written', () => {
  const flagged = fc.array(text, { maxLength: 2 });
  fc.assert(fc.property(open, undecided, share, flagged, fc.option(irregularity), time, (before, exit, matchConfidence, flags, told, dueAt) => {
    const { bytes, start } = rowOf(before);
    const row = readOpenRow(bytes, start, before)!;
    const { entry, visit, lastHereAt } = before;
    const { direction, evidence, reads } = entry!;
    const { revision, firstSeenAt } = visit!;
    assert.deepEqual(
      [row.direction, readingOf(row.evidence), row.reads, row.lastHereAt, row.revision, row.firstSeenAt],
      [direction, readingOf(evidence), reads.map(({ cameraId, isRear, said, ...known }) => known), lastHereAt, revision, firstSeenAt],
    );
    const closed = new Slab(1);
    writeClosedRow(bytes, start, row, exit, { matchConfidence, flags, irregularity: told as Irregularity, dueAt }, before, closed);
    const expected = rowOf({
      ...before, exit, dueAt, irregularities: told === null ? noIrregularities : [told as Irregularity],
      visit: {
        ...visit!, revision: revision + 1, status: 'closed', matchConfidence, flags, entryReadId: lastRead(entry!).readId,
        enteredAt: lastRead(entry!).at, exitReadId: firstRead(exit).readId, exitedAt: firstRead(exit).at,
      },
    });
    assert.ok(closed.bytes.subarray(0, closed.end).equals(expected.bytes.subarray(expected.start)));
  }));
});

test('a closed stay tells its reads, and how sure its visit is, from its bytes', () => {
  fc.assert(fc.property(open, undecided, share, fc.option(text), (before, exit, matchConfidence, otherPlate) => {
    const plate = otherPlate ?? before.plate;
    const { bytes, start } = rowOf({ ...before, exit, visit: { ...before.visit!, status: 'closed', plate, matchConfidence } });
    const told: unknown[] = [];
    const closed = { enteredAt: lastRead(before.entry!).at, status: 'closed', matchConfidence, isOfOwnPlate: plate === before.plate };
    assert.deepEqual(readClosedRow(bytes, start), closed);
    assert.deepEqual(judgedReadsOfClosedRow(), [judgedReads(before.entry!, before.plate), judgedReads(exit, before.plate)]);
    readsOfClosedRow((...read) => told.push(read));
    assert.deepEqual(told, [...before.entry!.reads, ...exit.reads].map(({ laneId, cameraId, at, readId }) =>
      [laneId, cameraId, at, readIdHashOf(readId)]));
  }));
});

test('a stay that is not plain is left to the codec', () => {
  fc.assert(fc.property(stay, (any) => {
    const { entry, exit, visit, why, turnedId, followsId, irregularities } = any;
    const isOdd = why !== null || turnedId !== null || followsId !== null || entry === null ||
      visit === null || [entry, exit].some((passage) => passage?.decision != null || passage?.ruling != null);
    const { bytes, start } = rowOf(any);
    if (isOdd || irregularities.length > 0 || exit !== null || visit.status !== 'open') assert.equal(readOpenRow(bytes, start, any), null);
    if (!isOdd && exit !== null) return;
    assert.equal(readClosedRow(bytes, start), null);
  }));
});
