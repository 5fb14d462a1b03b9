import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { CameraRead } from '../../records/records.ts';
import { NOT_KNOWN } from '../state/judged-exits.ts';
import { visitIdOf } from '../stays/names.ts';
import { minute, readOf, second, TestGarage } from '../test-garage.ts';

/**
 * A vehicle leaves and is read several times at the exit, more or less surely and with other candidates. Meanwhile others of plates near its
 * own come and leave, and reads of them that were made before come in.
 */
const PLATE = 'NF75583';
const OTHERS = ['NF75588', 'NF75688', 'NF76683', 'EF75683'];
const leftAt = 30 * minute;

const seen = fc.record({
  confidence: fc.constantFrom(0.95, 0.7, 0.4), candidates: fc.subarray([...OTHERS, 'NF75593', 'NF75S83'], { maxLength: 2 }),
});
/** Seconds after its first read at the exit that a read is made, and comes in. */
const moment = fc.tuple(fc.integer({ min: 1, max: 9 }), seen);
const other = fc.record({
  plate: fc.constantFrom(...OTHERS), laneId: fc.constantFrom('in', 'in', 'out'), readAt: fc.integer({ min: -180, max: 20 }),
  again: fc.constantFrom(0, 0, 5), comesAt: fc.integer({ min: 0, max: 20 }), isThere: fc.constantFrom(null, 5, 20),
  isRead: fc.constantFrom(false, false, true), seen,
});

const reads = fc.record({
  entered: seen, exit: fc.array(moment, { minLength: 1, maxLength: 4 }), others: fc.array(other, { minLength: 1, maxLength: 3 }),
}).map(({ entered, exit, others }) => {
  const arrivals: { comesAt: number; read: CameraRead }[] = [];
  const add = (plate: string, laneId: string, at: number, { confidence, candidates }: typeof entered, comesAt = at): void => {
    const read = readOf(laneId, at, {
      readId: `r${arrivals.length}`, plate, confidence, candidates: candidates.map((candidate) => ({ plate: candidate, confidence: 0.2 })),
    });
    arrivals.push({ comesAt, read });
  };
  add(PLATE, 'in', 10 * minute, entered);
  add(PLATE, 'out', leftAt, entered);
  let at = leftAt;
  for (const [after, as] of exit) add(PLATE, 'out', (at += after * second), as);
  for (const { plate, laneId, readAt, again, comesAt, isThere, isRead, seen: as } of others) {
    if (isThere !== null) add(plate, 'in', isThere * minute, as);
    if (!isRead) continue;
    const from = leftAt + readAt * second;
    const comes = Math.max(from, leftAt + comesAt * second);
    add(plate, laneId, from, as, comes);
    if (again > 0) add(plate, laneId, from + again * second, entered, comes + again * second);
  }
  return arrivals.sort((one, next) => one.comesAt - next.comesAt).map(({ read }) => read);
});

test('what was found of those inside when an exit was read makes no other answer of its further reads than to look for them anew', () => {
  let known = 0;
  fc.assert(fc.property(reads, (came) => {
    known += seenAlike(came);
  }), { numRuns: 500 });
  assert.ok(known > 300, `of ${known} reads only it was known`);
});

test('whoever came in before an exit, and may have made it by what is read of it since, is weighed when the exit grows', () => {
  const other = (at: number, ...candidates: string[]): CameraRead => readOf('in', leftAt + at, {
    plate: 'NF75538', confidence: 0.4, candidates: candidates.map((plate) => ({ plate, confidence: 0.2 })),
  });
  const exit = (at: number, confidence: number): CameraRead => readOf('out', leftAt + at, { plate: PLATE, confidence });
  const came = [readOf('in', 10 * minute, { plate: PLATE }), other(-6 * second), exit(0, 0.97), other(second, 'NF75S83'), exit(3 * second, 0.4)];
  seenAlike(came);
  const garage = new TestGarage();
  for (const read of came) garage.see(read);
  assert.notEqual(garage.rules.state.stays.get(visitIdOf(came[0]!))!.exit!.decision, null);
});

/** Whether a garage that remembers says what one does that looks for all anew. @returns of how many reads something was known */
function seenAlike(came: readonly CameraRead[]): number {
  const anew = new TestGarage();
  const remembering = new TestGarage();
  let known = 0;
  for (const read of came) {
    if (isKnown(remembering, read)) known++;
    anew.rules.state.garage('g1').judged.forget();
    anew.see(read);
    remembering.see(read);
    assert.deepEqual(remembering.told.all, anew.told.all);
    assert.deepEqual(staysIn(remembering), staysIn(anew));
  }
  return known;
}

/** Whether anything is known of the exit that the read may go on with. */
function isKnown({ rules: { state } }: TestGarage, { country, plate, laneId }: CameraRead): boolean {
  const garage = state.garage('g1');
  return laneId === 'out' && garage.slotsOf(country, plate).some((slot) => garage.judged.insideAt(slot, garage.leftAt(slot)) !== NOT_KNOWN);
}

const staysIn = ({ rules: { state } }: TestGarage): unknown[] => [...state.stays.entries()];
