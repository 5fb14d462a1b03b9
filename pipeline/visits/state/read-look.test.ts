import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { IntervalCounts } from '../cameras/interval-counts.ts';
import { readIdHashOf } from './id-hashes.ts';
import { LaneTrace } from './lane-trace.ts';
import { countryWord } from './packed-plate.ts';
import { NO_PLATE, PlateStays } from './plate-stays.ts';
import { look, lookedNear, lookedPlate, UNKNOWN } from './read-look.ts';
import { ReadHashes } from './read-hashes.ts';
import { SlotsDue } from './slots-due.ts';
import { TaskMemory } from './task-memory.ts';

const [withinMs, anyWithinMs, besideWithinMs] = [20, 3, 8];
/** Few, so that they meet; one is too long for a record, one of a letter that no byte can say. */
const plate = fc.constantFrom('AB12345', 'AB12346', 'B12345', 'ZX98701', 'A'.repeat(16), 'ЖК777');
const read = fc.record({ lane: fc.nat(2), at: fc.nat(60), plate, readId: fc.nat(9).map(String), camera: fc.nat(1) });
const step = fc.oneof(
  fc.record({ kind: fc.constant('comes' as const), read }),
  fc.record({ kind: fc.constant('leaves' as const), which: fc.nat() }),
  fc.record({ kind: fc.constant('looked' as const), read }),
);

interface Known {
  readonly slot: number;
  readonly lane: number;
  readonly at: number;
  readonly plate: string;
  readonly readId: string;
  readonly camera: number;
}

test('what a look at a read found holds as long as it is told, and is what is known', () => {
  fc.assert(fc.property(fc.array(step, { minLength: 20, maxLength: 200, size: 'max' }), (steps) => {
    const memory = new TaskMemory();
    const plates = new PlateStays(memory);
    const reads = new ReadHashes(memory);
    const counts = new IntervalCounts(memory);
    const due = new SlotsDue(memory, 0);
    const lanes = [new LaneTrace(memory), new LaneTrace(memory), new LaneTrace(memory)];
    // The second lies beside the first.
    lanes[0]!.lieBeside([lanes[1]!]);
    const known: Known[] = [];
    let looked: Omit<Known, 'slot'> | null = null;
    const check = (): void => {
      if (looked === null) return;
      const { lane, at, plate: sought } = looked;
      const number = lookedPlate(memory, 0, countryWord('NO'), sought);
      if (number !== UNKNOWN) {
        const stay = known.find((one) => one.plate === sought);
        assert.equal(number, stay === undefined ? NO_PLATE : plates.plateOf(stay.slot));
      }
      const near = lookedNear(sought, lanes[lane]!.place, at);
      if (near === null) return;
      const sorted = [...near].sort((a, b) => a - b);
      assert.deepEqual(sorted, [...lanes[lane]!.near(at, withinMs, anyWithinMs, sought, besideWithinMs)].sort((a, b) => a - b));
      const here = known.filter((one) => one.lane === lane && Math.abs(one.at - at) < withinMs && one.plate === sought);
      const beside = known.filter((one) => lane === 0 && one.lane === 1 && Math.abs(one.at - at) < besideWithinMs && one.plate === sought);
      for (const { slot } of [...here, ...beside]) assert.ok(near.includes(slot));
    };
    for (const [slot, each] of steps.entries()) {
      if (each.kind === 'looked') {
        looked = each.read;
        const { lane, at, plate: sought, readId, camera } = each.read;
        const mayBeKnown = look(
          memory, due.place, camera, counts.place, readIdHashOf(readId), 0, countryWord('NO'), sought, lanes[lane]!.place, at, withinMs,
          anyWithinMs, besideWithinMs,
        );
        assert.equal(mayBeKnown, known.some((one) => one.readId === readId && one.camera === camera));
        assert.notEqual(lookedNear(sought, lanes[lane]!.place, at), null);
        assert.equal(lookedNear(sought, lanes[lane]!.place, at + 1), null);
        assert.equal(lookedPlate(memory, 1, countryWord('NO'), sought), UNKNOWN);
      } else if (each.kind === 'comes') {
        plates.add(0, 'NO', each.read.plate, slot);
        reads.add(each.read.camera, each.read.readId);
        lanes[each.read.lane]!.add(each.read.at, slot, each.read.plate);
        known.push({ ...each.read, slot });
      } else if (known.length > 0) {
        const [gone] = known.splice(each.which % known.length, 1);
        plates.remove(gone!.slot, false);
        reads.delete(gone!.camera, readIdHashOf(gone!.readId));
        if (gone!.slot % 2 === 0) lanes[gone!.lane]!.removeAny(gone!.at, gone!.slot);
        else lanes[gone!.lane]!.remove(gone!.at, gone!.slot, gone!.plate);
      }
      check();
    }
  }), { numRuns: 300 });
});

test('the look holds on where another stay leaves that was not near', () => {
  const memory = new TaskMemory();
  const lane = new LaneTrace(memory);
  const plates = new PlateStays(memory);
  plates.add(0, 'NO', 'ZX98701', 1);
  plates.add(0, 'NO', 'AB12345', 2);
  lane.add(0, 1, 'ZX98701');
  lane.add(100, 2, 'AB12345');
  const [due, counts] = [new SlotsDue(memory, 0), new IntervalCounts(memory)];
  look(
    memory, due.place, 1, counts.place, 1, 0, countryWord('NO'), 'AB12345', lane.place, 110, withinMs, anyWithinMs, besideWithinMs,
  );
  plates.remove(1, false);
  lane.removeAny(0, 1);
  assert.deepEqual(lookedNear('AB12345', lane.place, 110), [2]);
  lane.removeAny(100, 2);
  assert.equal(lookedNear('AB12345', lane.place, 110), null);
});
