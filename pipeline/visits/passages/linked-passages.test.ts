import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Stay } from '../state/stay.ts';
import { garageOf, readOf, second, TestGarage } from '../test-garage.ts';
import { clustersWith, joinedAlone, linkedTo, MOST_READINGS, regrouped, type Linked } from './linked-passages.ts';
import { passageOf, passageOfReads, type PassageRead } from './passages.ts';

const GAP_MS = 30 * second;

/** Vehicles of one row that pass a lane one behind the other, each read a few times, or misread as the next. */
const read = fc.record({ at: fc.integer({ min: 0, max: 60 }), plate: fc.constantFrom('AB12345', 'AB12346', 'AB12348'), isSure: fc.boolean() });

const readAt = ({ at, plate, isSure }: { at: number; plate: string; isSure: boolean }): PassageRead =>
  passageOf(readOf('in', at * second, { plate, confidence: isSure ? 0.98 : 0.6 }), { laneId: 'in', direction: 'IN' }, false).reads[0]!;

test('a read that joins one passage alone leaves the others as they are, and is the one more read of that', () => {
  let joins = 0;
  fc.assert(fc.property(fc.array(read, { minLength: 2, maxLength: 8 }), (seen) => {
    const [last, ...before] = seen.map(readAt);
    const linked = clustersWith(before[0]!, before.slice(1).map((each, i) => linkedOf([each], i)), GAP_MS).map(linkedOf);
    const clusters = clustersWith(last!, linked, GAP_MS);
    const joined = joinedAlone(last!, linked, clusters);
    const owned = linked.map(({ stay, passage }) => ({ passage, owners: [stay] }));
    const now = regrouped(owned, passageOfReads([last!], null, null), linked, clusters, null);
    const kept = owned.filter((each) => now.includes(each));
    const others = owned.filter(({ passage }) => passage !== joined?.passage);
    const isJoined = now.length === owned.length && kept.length === owned.length - 1 &&
      now.some(({ passage, owners }) => passage.reads.includes(last!) && passage.reads.length > 1 && owners.length === 1 &&
        owners[0]!.entry!.reads.every((each) => passage.reads.includes(each)));
    assert.equal(joined !== null, isJoined);
    if (joined === null) return;
    if (linked.length > 1) joins++;
    assert.deepEqual(kept, others);
  }), { numRuns: 2_000 });
  assert.ok(joins > 0);
});

function linkedOf(reads: readonly PassageRead[], slot: number): Linked {
  const passage = passageOfReads(reads, null, null);
  return { slot, stay: { visitId: String(slot), entry: passage, exit: null } as Stay, passage };
}

test('of a crowd of look-alikes at one lane no more plates are held against each other than cost little', () => {
  const garage = new TestGarage(garageOf());
  const { stays } = garage.rules.state;
  const index = garage.rules.state.garage('g1');
  const lane = index.lane('in');
  let most = 0;
  for (let i = 0; i < 400; i++) {
    const plate = `LC69X${String.fromCharCode(65 + ((i * 7) % 16), 65 + ((i * 5) % 17))}`;
    const [only] = passageOf(readOf('in', i * 50, { plate }), lane, false).reads;
    const linked = linkedTo(only!, index.readNear(only!, lane), stays, index, lane);
    const readings = new Set(linked.flatMap(({ passage }) => passage.reads.map((known) => known.plate)));
    most = Math.max(most, readings.size);
    garage.see(readOf('in', i * 50, { plate }));
  }
  assert.ok(most > MOST_READINGS / 2 && most <= MOST_READINGS, `${most} plates`);
});
