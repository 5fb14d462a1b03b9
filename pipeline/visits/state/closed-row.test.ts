import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { RowMemory } from '../../engine/row-memory.ts';
import { judgedReads } from '../learned/confidence-worth.ts';
import { firstRead, lastRead, type Passage } from '../passages/passages.ts';
import { idHashOf, readIdHashOf } from '../passages/read-hashes.ts';
import { passage, share, stay, text, time } from '../test-stays.ts';
import { closedRow } from './closed-row.ts';
import type { Stay } from './stay.ts';
import { stayCodec } from './stay-codec.ts';

/** At rest, as a table has it. */
function rest(value: Stay): Rested {
  const rows = new RowMemory();
  const slab = rows.begin(value.visitId);
  slab.appendByte(stayCodec.formatVersion);
  stayCodec.encodeTo(value, slab);
  const row = rows.end(0);
  return { rowAt: () => row, rows };
}

type Rested = Parameters<typeof closedRow.read>[0];

/** Half of them with ids as garages have them. */
const undecided = fc.tuple(passage, fc.boolean()).map(([any, isUsual]): Passage => {
  const whole = { ...any, decision: null, ruling: null } as Passage;
  if (!isUsual) return whole;
  const reads = whole.reads.slice(0, 3).map((read) => (
    { ...read, readId: usual(read.readId), cameraId: usual(read.cameraId), laneId: usual(read.laneId), candidates: read.candidates.slice(0, 3) }
  ));
  return { ...whole, laneId: reads.at(-1)!.laneId, reads, evidence: reads.length === 1 ? reads[0]! : { ...whole.evidence, candidates: [] } };
});

function usual(id: string): string {
  return id.slice(0, 40).replaceAll(/[^\0-\x7f]/g, '-');
}

const closed: fc.Arbitrary<Stay> = fc.record({
  visitId: text, garageId: text.map(usual), country: text, plate: text, dueAt: time, entry: undecided, exit: undecided,
  lastHereAt: fc.option(time), otherPlate: fc.option(text), matchConfidence: share, revision: fc.nat(),
}).map(({ otherPlate, matchConfidence, revision, ...known }): Stay => {
  const { entry, exit, country, plate } = known;
  return {
    ...known, why: null, turnedId: null, followsId: null, irregularities: [],
    visit: {
      revision, status: 'closed', plate: otherPlate ?? plate, country, entryReadId: lastRead(entry).readId, exitReadId: firstRead(exit).readId,
      flags: [], matchConfidence, firstSeenAt: firstRead(entry).at, enteredAt: lastRead(entry).at, exitedAt: firstRead(exit).at,
    },
  };
});

/** What a row is read of. */
function isOfLittle({ entry, exit }: Stay, { rowAt, rows }: Rested): boolean {
  return rows.lengthOf(rowAt(0)) <= 4096 && [entry!, exit!].every(({ laneId, reads }) => usual(laneId) === laneId && reads.length <= 3 &&
    reads.every((read) => [read.readId, read.cameraId, read.laneId].every((id) => usual(id) === id)));
}

test('a closed stay tells its reads, and how sure its visit is, from its bytes', () => {
  let read = 0;
  fc.assert(fc.property(closed, (any) => {
    const { garageId, plate, entry, exit, visit } = any;
    const rested = rest(any);
    if (!closedRow.read(rested, 0)) return assert.ok(!isOfLittle(any, rested), 'left to the codec');
    read += 1;
    assert.deepEqual(
      [closedRow.enteredAt, closedRow.status, closedRow.matchConfidence, closedRow.isOfOwnPlate],
      [lastRead(entry!).at, 'closed', visit!.matchConfidence, visit!.plate === plate],
    );
    assert.deepEqual(closedRow.judgedReads(), [judgedReads(entry!, plate), judgedReads(exit!, plate)]);
    const told = Array.from({ length: closedRow.reads }, (_, i) => (
      [closedRow.at(i), ...closedRow.hashes(i)]
    ));
    assert.deepEqual(told, [...entry!.reads, ...exit!.reads].map(({ at, readId, cameraId, laneId }) => (
      [at, readIdHashOf(readId), idHashOf(garageId, cameraId), idHashOf(garageId, laneId)]
    )));
  }), { numRuns: 500 });
  assert.ok(read > 50, 'some are read');
});

test('a stay that is not plainly closed is left to the codec', () => {
  fc.assert(fc.property(stay, (any) => {
    const { entry, exit, visit, why, turnedId, followsId } = any;
    const isOdd = why !== null || turnedId !== null || followsId !== null || entry === null || exit === null ||
      visit === null || [entry, exit].some((either) => either.decision !== null || either.ruling !== null);
    if (isOdd) assert.ok(!closedRow.read(rest(any), 0));
  }));
});

test('a stay of more reads than most, or of more bytes, is left to the codec', () => {
  const any = fc.sample(closed, { numRuns: 100, seed: 1 }).find((each) => closedRow.read(rest(each), 0))!;
  const entry = { ...any.entry!, reads: new Array(100).fill(any.entry!.reads[0]) };
  assert.ok(!closedRow.read(rest({ ...any, entry }), 0));
  assert.ok(!closedRow.read(rest({ ...any, plate: 'A'.repeat(5000) }), 0));
});
