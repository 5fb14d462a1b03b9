import assert from 'node:assert/strict';
import { test } from 'node:test';
import avsc from 'avsc';
import { RejectedError } from '../../engine/stage.ts';
import type { Visit } from '../../records/records.ts';
import { controlOf, day, garageOf, hour, minute, readOf, second, settings, start, TestGarage } from '../test-garage.ts';

/** A garage with an open irregularity of that type. */
const occasions: Record<string, () => TestGarage> = {
  exit_without_entry: () => new TestGarage().see(readOf('out', 0)).advance(hour),
  plate_unreadable: () => new TestGarage().see(readOf('in', 0, { plate: '' })).advance(hour),
  tailgating: () => new TestGarage().see(readOf('in', 0), readOf('in', 2 * second, { plate: '' })).advance(hour),
  ghost_read: () => new TestGarage().see(readOf('in', 0, { plate: 'EXIT', country: 'XX', confidence: 0.3 })).advance(hour),
  overstay: () => new TestGarage(garageOf({ settings: { ...settings, overstayAfterMs: hour } })).see(readOf('in', 0)).advance(2 * hour),
  // Taken in, and set aside as older than the horizon.
  late_arrival: () => new TestGarage().advance(hour).see(readOf('in', 0)),
  'late_arrival ': () => new TestGarage().advance(3 * day).see(readOf('in', 0)),
  recount: () => {
    const garage = new TestGarage().see(readOf('in', 0));
    garage.rules.control(controlOf('recount', { controlId: 'count', to: start + minute, count: 0 }), null, 0, garage.told);
    return garage.advance(hour);
  },
};

const foundIn = ({ told }: TestGarage, type: string) => told.irregularities.find((found) => found.type === type)!;

function dismiss(garage: TestGarage, irregularityId: string, controlId: string): TestGarage {
  garage.rules.control(controlOf('review_dismiss', { controlId, irregularityId, issuedBy: 'attendant' }), null, 0, garage.told);
  return garage;
}

for (const [name, occasion] of Object.entries(occasions)) {
  const type = name.trim();
  test(`a dismissed ${type} is resolved once, and stays so through restarts`, () => {
    const garage = occasion();
    const { irregularityId, revision } = foundIn(garage, type);
    dismiss(garage.restart(), irregularityId, 'once').restart();
    const resolved = foundIn(garage, type);
    assert.deepEqual([resolved.status, resolved.revision, resolved.action], ['resolved', revision + 1, 'dismissed by attendant']);
    const told = garage.told.all.length;
    dismiss(garage, irregularityId, 'once');
    dismiss(garage.restart(), irregularityId, 'again');
    assert.equal(garage.told.all.length, told);
  });
}

/** An irregularity as the stage that knows all garages would raise it, with a stay here. */
const twoPlacesOf = ({ visitId }: Visit): string => `two_places-${visitId}-${'x'.repeat(16)}`;

test('the word on a plate in two places goes on, once, with the stay as it was told last', () => {
  const garage = new TestGarage().see(readOf('in', 0), readOf('out', hour)).advance(2 * hour);
  const [visit] = garage.told.visits;
  const irregularityId = twoPlacesOf(visit!);
  const told = garage.told.all.length;
  dismiss(garage, irregularityId, 'c2');
  dismiss(garage.restart(), irregularityId, 'c2');
  const { country, plate, operatorId, garageId, visitId, revision, status, enteredAt, exitedAt, matchConfidence } = visit!;
  assert.deepEqual(garage.told.sightings, [{
    country, plate, operatorId, garageId, visitId, revision, status, enteredAt, exitedAt, matchConfidence,
    dismissal: { irregularityId, controlId: 'c2', issuedAt: start, issuedBy: 'attendant', reason: '' },
  }]);
  assert.equal(garage.told.all.length, told, 'nothing is told of the visit by it');
  assert.equal(garage.told.clockMoves.filter(({ controlId }) => controlId === 'c2').length, 1);
});

test('the word on a plate in two places is refused of a stay that is not here, or is older than the horizon', () => {
  const garage = new TestGarage().see(readOf('in', 0), readOf('out', hour)).advance(2 * hour);
  const irregularityId = twoPlacesOf(garage.told.visits[0]!);
  assert.throws(() => dismiss(garage, 'two_places-elsewhere-0123456789abcdef', 'c2'), RejectedError);
  assert.throws(() => dismiss(garage, 'two_places-', 'c3'), RejectedError);
  garage.advance(4 * day);
  assert.throws(() => dismiss(garage, irregularityId, 'c4'), RejectedError);
  assert.deepEqual(garage.told.sightings, []);
});

test('a dismissed vehicle without a plate stays dismissed when a late read has it judged again', () => {
  const garage = occasions.plate_unreadable!();
  dismiss(garage, foundIn(garage, 'plate_unreadable').irregularityId, 'c2');
  garage.see(readOf('in', 2 * minute, { plate: 'B' }), readOf('in', -2 * second, { plate: 'C', cameraId: 'other' })).advance(2 * hour);
  assert.equal(foundIn(garage, 'plate_unreadable').status, 'resolved');
});

test('a late read that comes again after its passage has left the state is told of once', () => {
  const read = readOf('in', 0);
  const garage = new TestGarage().advance(hour).see(read, readOf('out', minute)).advance(2 * day + 30 * minute).see(read);
  assert.equal(garage.told.irregularities.filter(({ readIds }) => readIds[0] === read.readId && readIds.length === 1).length, 1);
});

test('what a horizon has passed over can not be dismissed any more', () => {
  const garage = occasions.late_arrival!();
  const { irregularityId } = foundIn(garage, 'late_arrival');
  garage.advance(5 * day);
  assert.throws(() => dismiss(garage, irregularityId, 'c2'), RejectedError);
});

test('a read set aside by the release before is still known, and is told of no second time', () => {
  const read = readOf('in', 0);
  const garage = new TestGarage().advance(3 * day);
  const before = avsc.Type.forSchema({
    type: 'record', name: 'LateRead', fields: [{ name: 'garageId', type: 'string' }, { name: 'dueAt', type: 'long' }],
  });
  const value = Buffer.concat([Buffer.of(1), before.toBuffer({ garageId: 'g1', dueAt: start + 4 * day })]);
  garage.state.restore(Buffer.concat([Buffer.of(4), Buffer.from(`g1 in-camera ${read.readId}`)]), value);
  garage.see(read);
  assert.deepEqual([garage.told.ignoredReads, garage.told.all], [['repeated_read'], []]);
});
