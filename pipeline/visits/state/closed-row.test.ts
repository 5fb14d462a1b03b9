import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { RowMemory } from '../../engine/row-memory.ts';
import { IntervalCounts } from '../cameras/interval-counts.ts';
import { judgedReads } from '../learned/confidence-worth.ts';
import { firstRead, lastRead, type Passage } from '../passages/passages.ts';
import { idHashOf } from './id-hashes.ts';
import { passage, share, stay, text, time } from '../test-stays.ts';
import { closedRow } from './closed-row.ts';
import { GarageMemory } from './garage-memory.ts';
import { LaneTrace } from './lane-trace.ts';
import { NO_PLATE } from './plate-stays.ts';
import { StayColumns } from './stay-columns.ts';
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

/** Slots of two stays. */
const OWN = 0;
const OTHER = 1;

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
    const { plate, entry, exit, visit } = any;
    const rested = rest(any);
    if (!closedRow.read(rested, 0)) return assert.ok(!isOfLittle(any, rested), 'left to the codec');
    read += 1;
    assert.deepEqual(
      [closedRow.enteredAt, closedRow.status, closedRow.matchConfidence, closedRow.isOfOwnPlate],
      [lastRead(entry!).at, 'closed', visit!.matchConfidence, visit!.plate === plate],
    );
    assert.deepEqual(closedRow.judgedReads(), [judgedReads(entry!, plate), judgedReads(exit!, plate)]);
    const times = Array.from({ length: closedRow.reads }, (_, i) => closedRow.at(i));
    assert.deepEqual(times, [...entry!.reads, ...exit!.reads].map(({ at }) => at));
  }), { numRuns: 500 });
  assert.ok(read > 50, 'some are read');
});

test('a stay is forgotten with all that was derived of it, and nothing else is', () => {
  let read = 0;
  fc.assert(fc.property(closed, (any) => {
    const { garageId, country, plate } = any;
    const columns = new StayColumns();
    const own = new GarageMemory(columns.memory);
    const traces = new Map<string, LaneTrace>();
    const counts = new Map<string, IntervalCounts>();
    const reads = [...any.entry!.reads, ...any.exit!.reads];
    for (const { laneId, cameraId } of reads) {
      if (!traces.has(laneId)) {
        traces.set(laneId, new LaneTrace(columns.memory));
        own.addLane(idHashOf(garageId, laneId), traces.get(laneId)!.place);
      }
      if (counts.has(cameraId)) continue;
      counts.set(cameraId, new IntervalCounts(columns.memory, counts.size));
      own.addCamera(idHashOf(garageId, cameraId), counts.get(cameraId)!.place);
    }
    // Another has the same reads, but for their ids.
    for (const slot of [OTHER, OWN]) {
      columns.plates.add(1, country, slot === OWN ? plate : `${plate}-`, slot);
      for (const { readId, laneId, cameraId, at } of reads) {
        columns.reads.add(idHashOf(garageId, cameraId), slot === OWN ? readId : `${readId}-`);
        traces.get(laneId)!.add(at, slot, plate);
        counts.get(cameraId)!.add(at);
      }
    }
    if (!closedRow.read(rest(any), 0)) return;
    read += 1;
    columns.plates.forgetOdd(closedRow.forget(own, OWN));
    assert.equal(columns.plates.find(1, country, plate), NO_PLATE);
    assert.notEqual(columns.plates.find(1, country, `${plate}-`), NO_PLATE);
    const cameraIds = [...counts.keys()];
    for (const [i, { readId, cameraId }] of reads.entries()) {
      const camera = idHashOf(garageId, cameraId);
      const isOthers = reads.some((other) => other.cameraId === cameraId && `${other.readId}-` === readId);
      assert.equal(columns.reads.mayHave(camera, readId), isOthers);
      assert.ok(columns.reads.mayHave(camera, `${readId}-`));
      assert.equal(cameraIds[closedRow.camera(i)], cameraId);
    }
    for (const [laneId, trace] of traces) {
      const left: number[] = [];
      trace.between(-Infinity, Infinity, (_at, slot) => left.push(slot));
      assert.deepEqual(left, reads.filter((each) => each.laneId === laneId).map(() => OTHER));
    }
    for (const [cameraId, each] of counts) assert.equal(each.since(0), reads.filter((one) => one.cameraId === cameraId).length);
  }), { numRuns: 200 });
  assert.ok(read > 20, 'some are read');
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
