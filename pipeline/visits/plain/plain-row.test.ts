import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { RowMemory } from '../../engine/row-memory.ts';
import { decodeCameraRead } from '../../records/camera-read-decoder.ts';
import { encodeAvro, parseSchema, schemaText } from '../../records/codec.ts';
import type { CameraRead, Irregularity, Visit } from '../../records/records.ts';
import { HEADER_BYTES } from '../../records/framing.ts';
import { Slab, type KeyAndValue } from '../../records/slab.ts';
import { encodeIrregularity, encodeVisit } from '../../records/visit-encoder.ts';
import { mayHoldAnother } from '../confidence/pair-signs.ts';
import { haveSamePlates, isSameReading } from '../matching/evidence.ts';
import { voted } from '../matching/vote.ts';
import { firstRead, lastRead, type Passage, type PassageRead } from '../passages/passages.ts';
import type { Stay } from '../state/stay.ts';
import { stayCodec } from '../state/stay-codec.ts';
import { DRIVE_THROUGH } from '../stays/drive-through.ts';
import { noIrregularities, shortStay } from '../stays/irregularities.ts';
import { nameOf } from '../stays/names.ts';
import { passage, readingOf, share, stay, text, time } from '../test-stays.ts';
import { readOpenRow } from './plain-row.ts';
import { closedVisit, openVisit } from './plain-telling.ts';
import { AS_SURELY, ENTERED_AT, FIRST_AT, HAD_BEEN_HERE, LAST_AT, SPEAKS_ALIKE } from './growth-parts.ts';
import {
  grown, grownEvidence, grownReads, writeClosed, writeGrown, writeOpened, writeTold, writtenIrregularity, writtenRow, writtenVisit,
} from './plain-writing.ts';

/** A row's value somewhere in memory, behind its name, and where it begins. */
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
const openOf = (entries: fc.Arbitrary<Passage>, ids: fc.Arbitrary<string>): fc.Arbitrary<Stay> => fc.record({
  visitId: ids, garageId: ids, country: ids, plate: ids, dueAt: time, entry: entries, lastHereAt: fc.option(time), revision: fc.nat(),
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

/** One garage after the other may be of another operator. */
const operatorOf = (anything: number): string => ['operator', 'another', 'Åre', 'operator'][Math.trunc(Math.abs(anything)) % 4]!;
/** As an id or a plate may be; now and then as none is. */
const id = fc.oneof(
  { weight: 40, arbitrary: fc.string({ maxLength: 20 }) }, { weight: 10, arbitrary: fc.string({ unit: 'binary', maxLength: 8 }) },
  { weight: 1, arbitrary: text },
);
const word = fc.constantFrom('IN', 'OUT', 'UNKNOWN');
const worth = fc.oneof(share, fc.nat(1000).map((thousandths) => thousandths / 1000));
const readBy = (ids: fc.Arbitrary<string>, otherPlates: fc.Arbitrary<string>, mostOthers: number): fc.Arbitrary<PassageRead> => fc.record({
  plate: ids, country: ids, confidence: worth, isRear: fc.constant(false), said: worth, readId: ids, cameraId: ids, laneId: ids,
  candidates: fc.array(fc.record({ plate: otherPlates, confidence: worth }, { noNullPrototype: true }), { maxLength: mostOthers }),
  at: time, word, laneDirection: word,
}, { noNullPrototype: true }).map((read) => (read.at % 2 === 0 ? { ...read, said: read.confidence } : read)) as fc.Arbitrary<PassageRead>;
const plainRead = readBy(id, id, 6);

function passedBy(direction: 'IN' | 'OUT', ...reads: PassageRead[]): Passage {
  const [first] = reads;
  return { laneId: first!.laneId, direction, evidence: first!, reads, decision: null, ruling: null };
}

/** It came as texts; it was decoded last, and its texts are there as bytes; or another was decoded since. */
const way = fc.constantFrom('as texts', 'decoded last', 'decoded before another');
const cameraReads = parseSchema(schemaText('CameraRead'));

/** The read as it came. */
function cameAs(how: string, garageId: string, { readId, cameraId, laneId, plate, country, word: direction, at }: PassageRead): CameraRead {
  const read: CameraRead = {
    readId, garageId, cameraId, laneId, direction, plate, country, confidence: 1, candidates: [], capturedAt: at, receivedAt: at,
    source: '', timing: '',
  };
  if (how === 'as texts') return read;
  const decoded = decoding(read);
  assert.deepEqual(decoded, read);
  if (how !== 'decoded last') decoding({ ...read, readId: 'another', plate: 'OTHER' });
  return decoded!;
}

function decoding(read: CameraRead): CameraRead | null {
  const slab = new Slab(1);
  encodeAvro(cameraReads, read, slab);
  return decodeCameraRead(slab.bytes, 0, slab.end);
}

function assertIsTold(visit: Visit): void {
  assertIs(visit, encodeVisit, writtenVisit);
}

/** The Avro body is that of the record, and the key its garage. */
function assertIs<T extends { garageId: string }>(record: T, encode: (record: T, slab: Slab) => void, written: KeyAndValue): void {
  const expected = new Slab(1);
  encode(record, expected);
  const { key, value } = partsOf(written);
  assert.deepEqual([key, value.subarray(HEADER_BYTES)], [Buffer.from(record.garageId), expected.bytes.subarray(0, expected.end)]);
}

function partsOf({ bytes, valueAt, end }: KeyAndValue): { key: Buffer; value: Buffer } {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, end);
  return { key: all.subarray(0, valueAt), value: all.subarray(valueAt) };
}

const open = openOf(undecided, text);
const entries = fc.array(plainRead, { minLength: 1, maxLength: 3 }).map((reads) => passedBy('IN', ...reads));

test('a stay that begins in its bytes, and its visit, are what the codecs would have written', () => {
  let plain = 0;
  fc.assert(fc.property(plainRead, id, way, fc.option(time), time, (read, garageId, how, lastHereAt, dueAt) => {
    const entry = passedBy('IN', read);
    const { plate, country, readId, cameraId, at } = read;
    const garage = { garageId, operatorId: operatorOf(at) };
    const isWritten = writeOpened(garage, cameAs(how, garageId, read), read, lastHereAt, dueAt);
    if (!isWritten) return assert.ok(isOfMuch(garage, read));
    plain += 1;
    const visitId = nameOf(`${garageId} ${cameraId} ${readId} ${at} 0`);
    const { key, value } = partsOf(writtenRow);
    assert.equal(key.toString('latin1'), visitId);
    const expected = rowOf({
      visitId, garageId, country, plate, entry, exit: null, why: null, turnedId: null, followsId: null, lastHereAt, dueAt,
      irregularities: noIrregularities,
      visit: {
        revision: 1, status: 'open', plate, country, entryReadId: readId, exitReadId: null, flags: [], matchConfidence: 0,
        firstSeenAt: at, enteredAt: at, exitedAt: null,
      },
    });
    assert.deepEqual(value, expected.bytes.subarray(expected.start));
    assertIsTold(openVisit(garage, visitId, 1, read, at, read));
  }), { numRuns: 500 });
  assert.ok(plain > 100, 'some are plain');
});

test('an open stay that is closed in its bytes, and its visit, are what the codecs would have written', () => {
  let plain = 0;
  const known = fc.tuple(fc.oneof(openOf(entries, id), open), plainRead, share, fc.boolean(), time);
  const names = fc.string({ minLength: 1, maxLength: 20 });
  fc.assert(fc.property(known, way, names, ([before, any, matchConfidence, isShort, dueAt], how, name) => {
    const visitId = Buffer.from(name).toString();
    const { garageId, country, plate } = before;
    const leftBy = { ...any, country, plate };
    const exit = passedBy('OUT', leftBy);
    const { rows, rested } = atRest(before, visitId);
    const row = readOpenRow(rows, rested, before);
    if (row === null) return assert.ok(Buffer.byteLength(visitId) + rows.lengthOf(rested) > 2048);
    const { entry, visit, lastHereAt } = before;
    const { direction, evidence } = entry!;
    const { revision, firstSeenAt } = visit!;
    const { readId, laneId, at, word, laneDirection } = lastRead(entry!);
    const { enteredBy } = row;
    assert.deepEqual(
      [row.direction, row.plate, row.entryHoldsAnother, row.lastHereAt, row.revision, row.firstSeenAt],
      [direction, evidence.plate, mayHoldAnother(entry!), lastHereAt, revision, firstSeenAt],
    );
    assert.deepEqual(
      [enteredBy.readId, enteredBy.at, enteredBy.word, enteredBy.laneDirection], [readId, at, word, laneDirection],
    );
    for (const other of [laneId, `${laneId}1`, laneId.slice(1), `${laneId.slice(0, -1)}x`, any.laneId]) {
      assert.equal(row.isByLane(other), other === laneId);
    }
    const garage = { garageId, operatorId: operatorOf(dueAt) };
    const irregularity = shortStay({ ...garage, visitId, followsId: null }, lastRead(entry!), exit);
    const hasEscapes = isShort && JSON.stringify(irregularity).includes('\\');
    const read = cameAs(how, garageId, leftBy);
    if (!writeClosed(garage, read, leftBy, matchConfidence, isShort, dueAt)) return assert.ok(isOfMuch(garage, leftBy) || hasEscapes);
    assert.ok(!hasEscapes, 'JSON has them as they are');
    plain += 1;
    const { key, value } = partsOf(writtenRow);
    assert.equal(String(key), visitId);
    const flags = isShort ? [DRIVE_THROUGH] : [];
    const expected = rowOf({
      ...before, exit, dueAt, irregularities: isShort ? [irregularity] : noIrregularities,
      visit: {
        ...visit!, revision: revision + 1, status: 'closed', matchConfidence, flags, entryReadId: lastRead(entry!).readId,
        enteredAt: lastRead(entry!).at, exitReadId: leftBy.readId, exitedAt: leftBy.at,
      },
    });
    assert.deepEqual(value, expected.bytes.subarray(expected.start));
    assertIsTold(closedVisit(garage, visitId, before, row, exit, matchConfidence, flags));
    if (isShort) assertIs(irregularity, encodeIrregularity, writtenIrregularity);
  }), { numRuns: 500 });
  assert.ok(plain > 100, 'some are plain');
});

test('a stay whose passage grew in its bytes is what the codec would have written', () => {
  let plain = 0;
  let odd = 0;
  const ascii = fc.string({ minLength: 1, maxLength: 10 });
  const others = fc.constantFrom('A', 'AB', 'AC', 'B', 'BA', 'C', 'ABCDEFGHI', 'ABCDEFGHJ');
  const any = fc.oneof({ weight: 9, arbitrary: readBy(ascii, others, 5) }, plainRead);
  const alikes = fc.tuple(any, fc.array(any, { minLength: 1, maxLength: 6 }), fc.nat(9), fc.constantFrom(...kinds))
    .map(([first, others, odd, kind]) => {
      const reads = inOrder([first, ...others].map((read) => ({ ...first, ...ofItsOwn(read), candidates: someOf(first, read) })));
      // Now and then one of them is another, or they came in another order.
      return kind === 'alike' ? reads : reads.map((read, i) => (i === odd ? { ...read, ...unlike(read, kind) } : read));
    });
  const oddity = fc.oneof({ weight: 9, arbitrary: fc.constant(null) }, fc.constantFrom(...oddities));
  const irregular = fc.constantFrom('none', 'none', 'none', 'short', 'short', 'resolved', 'otherwise', 'twice');
  const known = openOf(fc.oneof({ weight: 9, arbitrary: entries }, undecided), id);
  const row = fc.tuple(known, alikes, fc.boolean(), fc.boolean(), time, oddity, irregular);
  fc.assert(fc.property(row, way, ([any, reads, hasLeft, isToldOfFirst, dueAt, oddity, irregular], how) => {
    const { country, plate } = reads[0]!;
    const read = reads.at(-1)!;
    const known = reads.slice(0, -1);
    const passage = { ...passedBy(hasLeft ? 'OUT' : 'IN', ...known), evidence: voted(known) };
    const entry = hasLeft ? { ...any.entry!, direction: 'IN' as const } : passage;
    const exit = hasLeft ? passage : null;
    const enteredBy = !hasLeft && isToldOfFirst ? firstRead(entry) : lastRead(entry);
    const names = { garageId: any.garageId, operatorId: operatorOf(dueAt), visitId: any.visitId, followsId: null };
    const short = shortStay(names, enteredBy, passage);
    const before: Stay = {
      ...any, country, plate, entry, exit, irregularities: irregularitiesOf(irregular, short),
      visit: {
        ...any.visit!, country, plate, status: hasLeft ? 'closed' : 'open',
        flags: irregular === 'none' ? [] : irregular === 'otherwise' ? ['other'] : [DRIVE_THROUGH],
        firstSeenAt: firstRead(entry).at, entryReadId: enteredBy.readId, enteredAt: enteredBy.at,
        exitReadId: exit === null ? null : firstRead(exit).readId, exitedAt: exit === null ? null : firstRead(exit).at,
      },
      ...(oddity === null ? {} : oddity),
    };
    const { rows, rested } = atRest(before);
    const garage = { garageId: before.garageId, operatorId: operatorOf(dueAt) };
    const isPlain = writeGrown(rows, rested, garage, cameAs(how, before.garageId, read), read, hasLeft, dueAt);
    const isRegular = irregular === 'none' || (irregular === 'short' && hasLeft);
    const areAlike = isRegular && known.every((each) => isAlike(each, read)) && lastRead(passage).at < read.at;
    if (!isPlain) {
      const isLong = rows.startOf(rested) + rows.lengthOf(rested) > 2000;
      const isWide = reads.some((each) => [...Object.values(each), ...each.candidates.map((other) => other.plate)].some(isNotAscii));
      assert.ok(!areAlike || oddity !== null || isLong || isWide || /[{\\]/.test(JSON.stringify(short).slice(1)) ||
        reads.some((each) => isOfMuch(garage, each)));
      odd += 1;
      return;
    }
    assert.ok(areAlike && oddity === null);
    plain += 1;
    const evidence = voted(reads);
    const grew: Passage = { ...passage, evidence, reads };
    const { key, value } = partsOf(writtenRow);
    assert.equal(key.toString(), before.visitId);
    const expected = rowOf(hasLeft ? { ...before, exit: grew, dueAt } : { ...before, entry: grew, dueAt });
    assert.deepEqual(value, expected.bytes.subarray(expected.start));
    assert.deepEqual(
      [grown[FIRST_AT], grown[LAST_AT], grown[HAD_BEEN_HERE], grown[SPEAKS_ALIKE], grown[AS_SURELY]],
      [
        firstRead(passage).at, lastRead(passage).at, Number(before.lastHereAt !== null), Number(haveSamePlates(passage.evidence, evidence)),
        Number(isSameReading(passage.evidence, evidence)),
      ],
    );
    if (hasLeft) assert.equal(grown[ENTERED_AT], lastRead(entry).at);
    assert.deepEqual(grownEvidence(read, true), readingOf(passage.evidence));
    assert.deepEqual(grownEvidence(read, false), readingOf(evidence));
    assert.deepEqual(grownReads(read), known);
  }), { numRuns: 1_000 });
  assert.ok(plain > 200, `${plain} are plain`);
  assert.ok(odd > 100, `${odd} are not`);
});

test('an open stay whose entry grew is told in its bytes as the codecs would have told it', () => {
  let plain = 0;
  const several = fc.array(plainRead, { minLength: 1, maxLength: 4 }).map((reads) => passedBy('IN', ...reads));
  fc.assert(fc.property(openOf(fc.oneof({ weight: 5, arbitrary: several }, undecided), id), fc.nat(), (before, dueAfterMs) => {
    const { visitId, garageId, country, plate, entry, visit } = before;
    const { rows, rested } = atRest(before);
    const garage = { garageId, operatorId: operatorOf(dueAfterMs) };
    const first = firstRead(entry!);
    const last = lastRead(entry!);
    const isToldSo = visit!.enteredAt === last.at && visit!.entryReadId === last.readId;
    if (!writeTold(rows, rested, garage, dueAfterMs)) {
      const texts = [garageId, country, plate, last.readId];
      const isOfMuch = rows.startOf(rested) + rows.lengthOf(rested) > 2000 || texts.some((any) => any.length > 200 || isNotAscii(any));
      return assert.ok(isToldSo || entry!.direction !== 'IN' || isOfMuch);
    }
    assert.ok(!isToldSo && entry!.direction === 'IN');
    plain += 1;
    const { key, value } = partsOf(writtenRow);
    assert.equal(key.toString(), visitId);
    const { revision } = visit!;
    const expected = rowOf({
      ...before, dueAt: last.at + dueAfterMs, visit: { ...visit!, revision: revision + 1, entryReadId: last.readId, enteredAt: last.at },
    });
    assert.deepEqual(value, expected.bytes.subarray(expected.start));
    assertIsTold(openVisit(garage, visitId, revision + 1, before, first.at, last));
    assert.deepEqual([grown[FIRST_AT], grown[LAST_AT]], [first.at, last.at]);
  }), { numRuns: 500 });
  assert.ok(plain > 100, `${plain} are plain`);
});

/** A stay's row, behind its name. */
function atRest(value: Stay, name = value.visitId): { rows: RowMemory; rested: number } {
  const rows = new RowMemory();
  const slab = rows.begin(name);
  slab.appendByte(stayCodec.formatVersion);
  stayCodec.encodeTo(value, slab);
  return { rows, rested: rows.end(0) };
}

const kinds = ['alike', 'alike', 'alike', 'plate', 'country', 'lane', 'word', 'rear', 'earlier'] as const;
const oddities: readonly Partial<Stay>[] = [
  { why: 'reversed' }, { turnedId: 'turned' }, { followsId: 'followed' }, { visit: null }, { country: 'XX' }, { plate: 'OTHER' },
];

function irregularitiesOf(kind: string, short: Irregularity): readonly Irregularity[] {
  switch (kind) {
    case 'none': return noIrregularities;
    case 'resolved': return [{ ...short, status: 'resolved' }];
    case 'otherwise': return [{ ...short, type: 'double_exit' }];
    case 'twice': return [short, { ...short, type: 'double_exit' }];
    default: return [short];
  }
}

/** What reads that are alike have of their own. */
function ofItsOwn({ readId, cameraId, at, confidence, said }: PassageRead): Partial<PassageRead> {
  return { readId, cameraId, at, confidence, said };
}

/** Mostly cameras have the same second thoughts of a plate. */
function someOf({ candidates }: PassageRead, read: PassageRead): PassageRead['candidates'] {
  return read.at % 3 === 0 ? candidates : read.at % 3 === 1 ? read.candidates : [...candidates.slice(1), ...read.candidates].slice(0, 5);
}

function inOrder(reads: readonly PassageRead[]): PassageRead[] {
  return [...reads].sort((one, other) => one.at - other.at).map((read, i) => ({ ...read, at: read.at + i }));
}

function unlike({ plate, country, laneId, word, at }: PassageRead, kind: (typeof kinds)[number]): Partial<PassageRead> {
  switch (kind) {
    case 'plate': return { plate: `${plate}1` };
    case 'country': return { country: `${country}1` };
    case 'lane': return { laneId: `${laneId}1` };
    case 'word': return { word: word === 'IN' ? 'OUT' : 'IN' };
    case 'rear': return { isRear: true };
    case 'earlier': return { at: at - 100_000 };
    default: return {};
  }
}

function isAlike(one: PassageRead, other: PassageRead): boolean {
  return one.plate !== '' && one.plate === other.plate && one.country === other.country && one.laneId === other.laneId && one.word === other.word &&
    one.laneDirection === other.laneDirection && !one.isRear && !other.isRear;
}

const isNotAscii = (value: unknown): boolean => typeof value === 'string' && /[^\x00-\x7f]/.test(value);

/** What may be left to the codec: more candidates than are kept, or more letters than any read has. */
function isOfMuch({ garageId }: { garageId: string }, { country, plate, laneId, cameraId, readId, candidates }: PassageRead): boolean {
  const lengths = [garageId, country, plate, laneId, cameraId, readId, ...candidates.map((candidate) => candidate.plate)];
  return candidates.length > 5 || lengths.some((any) => any.length > 200) || lengths.join('').length > 200;
}

test('a stay that is not plain is left to the codec', () => {
  fc.assert(fc.property(stay, (any) => {
    const { entry, exit, visit, why, turnedId, followsId, irregularities } = any;
    const isOdd = why !== null || turnedId !== null || followsId !== null || entry === null ||
      visit === null || [entry, exit].some((passage) => passage?.decision != null || passage?.ruling != null);
    const { rows, rested } = atRest(any);
    if (isOdd || irregularities.length > 0 || exit !== null || visit.status !== 'open') assert.equal(readOpenRow(rows, rested, any), null);
  }));
});
