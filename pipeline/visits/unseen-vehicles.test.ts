import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { day, hour, minute, readOf, second, start, stayOf, TestGarage } from './test-garage.ts';

const kinds = ({ told }: TestGarage) => told.irregularities.map(({ type, status }) => `${type} ${status}`);
const scrap = { plate: 'EXIT', country: 'XX', confidence: 0.3 };

describe('plate_unreadable', () => {
  test('is a vehicle seen without a plate, told when the allowed lateness has passed; it makes no visit', () => {
    const garage = new TestGarage().see(readOf('in', 0, { plate: '' }));
    assert.equal(garage.told.all.length, 0);
    garage.advance(2 * minute + 3 * second);
    assert.deepEqual(kinds(garage), ['plate_unreadable open']);
    assert.deepEqual(garage.told.visits, []);
  });

  test('is told once of a read that is delivered twice, after a restart too', () => {
    const read = readOf('in', 0, { plate: '' });
    const garage = new TestGarage().see(read).restart().see(read).advance(hour).restart().advance(3 * day);
    assert.equal(garage.told.all.length, 1);
    assert.deepEqual(garage.told.ignoredReads, ['repeated_read']);
  });

  test('moves the garage clock no further when its read is delivered again', () => {
    const unseen = readOf('gate', 10 * minute + 4 * second, { plate: '' });
    const garage = new TestGarage().see(readOf('in', 0), readOf('in', 10 * minute, { plate: 'B' }), unseen);
    const clock = () => garage.rules.state.clocks.get('g1')!.clock - start;
    assert.equal(clock(), 10 * minute, 'two cameras agree on so much');
    garage.see(unseen);
    assert.equal(clock(), 10 * minute);
  });

  test('is withdrawn when another camera of the lane turns out to have read the plate', () => {
    const garage = new TestGarage().see(readOf('in', 0, { plate: '' })).advance(hour)
      .see(readOf('in', second, { cameraId: 'other-camera' }));
    assert.deepEqual(kinds(garage).filter((kind) => !kind.startsWith('late_arrival')), []);
    assert.equal(garage.advance(2 * hour).told.visits.length, 1);
  });
});

describe('tailgating', () => {
  const blank = readOf('in', 2 * second, { plate: '' });

  test('is a vehicle without a plate just behind one that the same camera read, in either order', () => {
    for (const reads of [[readOf('in', 0), blank], [blank, readOf('in', 0)]]) {
      const garage = new TestGarage().see(...reads).advance(hour);
      assert.deepEqual(kinds(garage), ['tailgating open']);
      assert.deepEqual(garage.told.irregularities[0]!.readIds, [blank.readId]);
      assert.deepEqual(garage.told.visits.map(stayOf), [{ status: 'open', enteredAt: 0, exitedAt: null, flags: [] }]);
    }
  });

  test('stays what it was when the vehicle in front has long left', () => {
    const garage = new TestGarage().see(readOf('in', 0), blank).advance(5 * minute).restart().see(readOf('out', hour));
    assert.deepEqual(kinds(garage.advance(5 * day)), ['tailgating open']);
  });

  test('is none three seconds behind, nor when the camera saw the vehicle in front twice', () => {
    const behind = (at: number) => new TestGarage().see(readOf('in', 0), readOf('in', at, { plate: '' })).advance(hour);
    assert.deepEqual(kinds(behind(3 * second)), ['plate_unreadable open']);
    assert.deepEqual(kinds(behind(300)), []);
  });
});

describe('ghost_read', () => {
  test('is a read like no plate that no exit follows; it makes no visit', () => {
    const garage = new TestGarage().see(readOf('in', 0, scrap));
    assert.equal(garage.told.all.length, 0);
    assert.deepEqual(kinds(garage.advance(hour).restart().advance(5 * day)), ['ghost_read open']);
    assert.deepEqual(garage.told.visits, []);
  });

  test('at an exit is one too, when no vehicle inside could have made it', () => {
    const garage = new TestGarage().see(readOf('in', 0), readOf('out', hour, scrap)).advance(2 * hour);
    assert.deepEqual(kinds(garage), ['ghost_read open']);
    assert.deepEqual(garage.told.visits.map(({ status }) => status), ['open']);
  });

  test('is withdrawn when a vehicle with that plate leaves', () => {
    const garage = new TestGarage().see(readOf('in', 0, scrap)).advance(hour)
      .see(readOf('out', 2 * hour, { plate: 'EXIT', country: 'XX' })).advance(3 * hour);
    assert.deepEqual(kinds(garage), []);
    assert.deepEqual(garage.told.visits.map(({ status }) => status), ['closed']);
  });

  test('is none when the camera was sure, knew the country, had second thoughts, or read what has the form of a plate', () => {
    const candidates = [{ plate: 'EXIT1', confidence: 0.2 }];
    for (const changes of [{ confidence: 0.8 }, { country: 'NO' }, { candidates }, { plate: 'AB12345' }]) {
      const garage = new TestGarage().see(readOf('in', 0, { ...scrap, ...changes })).advance(hour);
      assert.deepEqual(kinds(garage), []);
      assert.equal(garage.told.visits.length, 1);
    }
  });
});
