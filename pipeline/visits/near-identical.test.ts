import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { decidedAfter, garageOf, hour, minute, readOf, second, start, TestGarage } from './test-garage.ts';

/** Vehicles that are read almost alike, or one vehicle that is read differently: who left? */

const entered = (plate: string, at: number) => readOf('in', at, { plate });
const left = (plate: string, at: number) => readOf('out', at, { plate });
const pairs = ({ told }: TestGarage) => told.visits.map(({ enteredAt, exitedAt, status }) =>
  [enteredAt === null ? null : enteredAt - start, exitedAt === null ? null : exitedAt - start, status]);

test('an exit is held until passage gap and allowed lateness have passed while a near-identical plate is inside', () => {
  const garage = new TestGarage().see(entered('NF75583', 0), entered('NF7S583', hour), left('NF75583', 4 * hour));
  garage.advance(4 * hour + decidedAfter - 1);
  assert.equal(garage.told.visits.filter(({ status }) => status === 'closed').length, 0);
  garage.advance(4 * hour + decidedAfter);
  assert.equal(garage.told.visits.filter(({ status }) => status === 'closed').length, 1);
});

test('an exit of the very plate is told at once when no other is like it', () => {
  const garage = new TestGarage().see(entered('NF75583', 0), entered('ZX98701', hour), left('NF75583', 4 * hour));
  assert.deepEqual(pairs(garage)[0], [0, 4 * hour, 'closed']);
});

test('an exit that was taken at once is decided on when a look-alike that was inside comes in only then', () => {
  const own = entered('NF75583', 0);
  const alike = entered('NF7S583', hour);
  const exit = left('NF75583', hour + 10 * second);
  const settled = (...reads: ReturnType<typeof readOf>[]) => {
    const { told } = new TestGarage().see(...reads).advance(5 * hour);
    return told.visits.map(({ entryReadId, exitReadId, status, matchConfidence }) => [entryReadId, exitReadId, status, matchConfidence]);
  };
  assert.deepEqual(settled(own, exit, alike), settled(own, alike, exit));
});

test('an exit that was left unpaired and whose entry comes late says nothing any more of what it was weighed against', () => {
  const settings = {
    passageGapMs: 10 * second, allowedLatenessMs: minute, horizonMs: 4 * minute, forgetAfterMs: 5 * minute, overstayAfterMs: 2 * minute,
  };
  const unsure = { plate: 'EXIT', country: 'XX', confidence: 0.3 };
  const ghosts = [readOf('in', 61 * second, unsure), readOf('in', 73 * second, unsure)];
  const entry = readOf('in', 253 * second, unsure);
  const exits = [readOf('out', 349 * second, unsure), readOf('out', 357 * second, { ...unsure, direction: 'OUT' })];
  const others = [left('AB12345', 409 * second), entered('AB12345', 417 * second)];
  const flags = (...reads: ReturnType<typeof readOf>[]) => {
    const { told } = new TestGarage(garageOf({ settings })).see(...reads).advance(19 * minute);
    return told.visits.find(({ entryReadId }) => entryReadId === entry.readId)!.flags;
  };
  assert.deepEqual(flags(...ghosts, ...exits, ...others, entry), flags(...ghosts, entry, ...exits, ...others));
});

test('a look-alike that comes in after an exit makes no doubt of it, though it is read before the exit comes in', () => {
  const own = entered('NF75583', 0);
  const alike = entered('NF7S583', 4 * hour + 5 * second);
  const garage = new TestGarage().see(own, alike, left('NF75583', 4 * hour));
  assert.deepEqual(pairs(garage)[0], [0, 4 * hour, 'closed']);
});

test('a vehicle whose exit was missed and that comes in again misread has one stay, from when it came in again', () => {
  const garage = new TestGarage().see(
    entered('NF75583', 0), entered('NF7S583', 20 * hour), left('NF75583', 22 * hour),
  ).advance(23 * hour);
  assert.deepEqual(pairs(garage), [[0, null, 'open'], [20 * hour, 22 * hour, 'closed']]);
});

test('two vehicles with look-alike plates leave each by its own', () => {
  for (const exits of [['NF75583', 'NF7S583'], ['NF7S583', 'NF75583']]) {
    const garage = new TestGarage().see(
      entered('NF75583', 0), entered('NF7S583', minute), left(exits[0]!, 3 * hour), left(exits[1]!, 3 * hour + 30 * second),
    ).advance(4 * hour);
    assert.ok(pairs(garage).every(([enteredAt, exitedAt, status]) =>
      enteredAt !== null && exitedAt !== null && status === 'closed'));
    assert.equal(garage.told.visits.length, 2);
  }
});

describe('a rear view', () => {
  const cameras = (lane: string) => ['front', 'rear'].map((view) =>
    ({ cameraId: view === 'front' ? `${lane}-camera` : `${lane}-rear`, view, serial: '', directions: {} }));
  const withRear = garageOf({
    lanes: (['in', 'out'] as const).map((direction) =>
      ({ laneId: direction, direction, adjacent: [], cameras: cameras(direction) })),
  });

  test('that reads another plate than the front view, like it, shows whose exit it was', () => {
    // It leaves misread, comes in unread, and leaves again.
    const garage = new TestGarage(withRear).see(
      entered('RX33577', 0), left('MX33577', 4 * hour),
      readOf('out', 4 * hour + second, { cameraId: 'out-rear', plate: 'RX33577' }),
      left('RX33577', 6 * hour),
    ).advance(7 * hour);
    assert.deepEqual(pairs(garage), [[0, 4 * hour, 'closed'], [null, 6 * hour, 'closed']]);
  });

  test('of a trailer, or of the next vehicle, does not name the visit: its entry and its exit are reads of the vehicle', () => {
    const trailer = readOf('in', 2 * second, { cameraId: 'in-rear', plate: 'JA1234' });
    const car = entered('RX33577', 0);
    const garage = new TestGarage(withRear).see(car, trailer, left('RX33577', 2 * hour)).advance(3 * hour);
    const [visit] = garage.told.visits;
    assert.deepEqual([visit!.entryReadId, visit!.enteredAt], [car.readId, start]);
    assert.ok(visit!.flags.includes('trailer_plate'));
  });
});

test('a camera that says out at an entry lane is wrong when the vehicle then leaves: it came in, its exit before was missed', () => {
  const garage = new TestGarage().see(
    entered('RX33577', 0), readOf('in', 20 * hour, { plate: 'RX33577', direction: 'OUT' }), left('RX33577', 24 * hour),
  ).advance(25 * hour);
  assert.deepEqual(pairs(garage), [[0, null, 'unclosed'], [20 * hour, 24 * hour, 'closed']]);
});
