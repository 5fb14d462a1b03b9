import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { CameraRead, Garage } from '../records/records.ts';
import { waitsForPerson } from './review/review-evidence.ts';
import {
  controlOf, day, decidedAfter, garageOf, hour, minute, readOf, second, settings, start, stayOf, TestGarage,
} from './test-garage.ts';

describe('a visit', () => {
  test('is open at once when a vehicle enters', () => {
    const { told } = new TestGarage().see(readOf('in', 0));
    assert.deepEqual(told.visits.map(stayOf), [{ status: 'open', enteredAt: 0, exitedAt: null, flags: [] }]);
    assert.equal(told.visits[0]!.operatorId, 'operator');
    assert.equal(told.visits[0]!.matchConfidence, 0);
  });

  test('is closed at once when it leaves', () => {
    const { told } = new TestGarage().see(readOf('in', 0), readOf('out', hour));
    assert.deepEqual(told.visits.map(stayOf), [{ status: 'closed', enteredAt: 0, exitedAt: hour, flags: [] }]);
    assert.equal(told.visits[0]!.revision, 2);
    assert.ok(told.visits[0]!.matchConfidence > 0.99);
    assert.deepEqual(told.irregularities, []);
  });

  test('runs from the last read at the entry to the first read at the exit', () => {
    const { told } = new TestGarage().see(
      readOf('in', 0), readOf('in', 10 * second), readOf('in', 35 * second),
      readOf('out', hour), readOf('out', hour + 20 * second),
    );
    assert.deepEqual(told.visits.map(stayOf), [{ status: 'closed', enteredAt: 35 * second, exitedAt: hour, flags: [] }]);
  });

  test('does not change when the exit camera reads the same passage again', () => {
    const garage = new TestGarage().see(readOf('in', 0), readOf('out', hour));
    const before = garage.told.all.length;
    garage.see(readOf('out', hour + 5 * second), readOf('out', hour + 25 * second)).advance(2 * hour);
    assert.equal(garage.told.all.length, before);
  });

  test('is told once more, not at every read, when a car stands before the entry camera', () => {
    const garage = new TestGarage().see(...[0, 5, 10, 15, 20].map((at) => readOf('in', at * second))).advance(hour);
    assert.deepEqual(garage.told.visits.map(stayOf), [{ status: 'open', enteredAt: 20 * second, exitedAt: null, flags: [] }]);
    assert.equal(garage.told.visits[0]!.revision, 2);
  });

  test('never lasts less than nothing when both cameras see the car at once', () => {
    const { told } = new TestGarage().see(readOf('in', 0), readOf('in', 20 * second), readOf('out', 10 * second));
    assert.deepEqual(told.visits.map(stayOf), [
      { status: 'closed', enteredAt: 10 * second, exitedAt: 10 * second, flags: ['drive_through'] },
    ]);
  });

  test('of one country is not closed by the same plate of another', () => {
    const { told } = new TestGarage().see(readOf('in', 0), readOf('out', hour, { country: 'SE' }));
    assert.deepEqual(told.visits.map(({ status }) => status), ['open']);
  });

  test('keeps the plate out of its name', () => {
    const { told } = new TestGarage().see(readOf('in', 0, { plate: 'PLATE' }));
    assert.match(told.visits[0]!.visitId, /^v[\w-]{16}$/);
  });
});

describe('a passage', () => {
  test('is made once of a read that is delivered twice', () => {
    const read = readOf('in', 0);
    const { told } = new TestGarage().see(read, { ...read, receivedAt: read.receivedAt + minute });
    assert.equal(told.all.length, 1);
    assert.deepEqual(told.ignoredReads, ['repeated_read']);
  });

  test('is made once of a readId that comes again with other content', () => {
    const read = readOf('in', 0);
    const { told } = new TestGarage().see(read, { ...read, plate: 'B', capturedAt: read.capturedAt + minute });
    assert.equal(told.visits.length, 1);
  });

  test('of another camera may have the same readId', () => {
    const { told } = new TestGarage().see(readOf('in', 0, { readId: '1' }), readOf('out', hour, { readId: '1' }));
    assert.deepEqual(told.visits.map(({ status }) => status), ['closed']);
  });

  test('is not made of a read without a plate', () => {
    const blank = readOf('in', second, { plate: '', cameraId: 'other-camera' });
    for (const reads of [[readOf('in', 0), blank], [blank, readOf('in', 0)]]) {
      const { told } = new TestGarage().see(...reads).advance(hour);
      assert.deepEqual(told.visits.map(stayOf), [{ status: 'open', enteredAt: 0, exitedAt: null, flags: [] }]);
      assert.deepEqual(told.irregularities, []);
    }
  });

  test('of a vehicle that stands and is read as something else in between is one, in whatever order the reads come in', () => {
    const [first, between, again] = [
      readOf('in', 0, { plate: 'EK12345' }), readOf('in', 6 * second, { plate: 'EK72845', confidence: 0.7 }), readOf('in', 12 * second, { plate: 'EK12345' }),
    ];
    const orders = [[first, between, again], [first, again, between], [between, first, again], [again, between, first]];
    for (const reads of orders) {
      const { told } = new TestGarage().see(...reads, readOf('out', hour, { plate: 'EK12345' })).advance(2 * hour);
      assert.deepEqual(told.visits.map(stayOf), [{ status: 'closed', enteredAt: 12 * second, exitedAt: hour, flags: [] }]);
      assert.deepEqual([told.visits[0]!.plate, told.irregularities], ['EK12345', []]);
    }
  });

  test('of a vehicle of which a read lacks the plate\'s both ends is one', () => {
    const [whole, middle] = [readOf('in', 0, { plate: 'EK12345' }), readOf('in', 2 * second, { plate: 'K1234', confidence: 0.7 })];
    for (const reads of [[whole, middle], [middle, whole]]) {
      const { told } = new TestGarage().see(...reads).advance(hour);
      assert.deepEqual(told.visits.map(({ plate, status }) => [plate, status]), [['EK12345', 'open']]);
    }
  });

  test('stays two where another is read twice beside the one that stands, by another camera or after it, is too unlike it, or read too surely', () => {
    const seen = (plate: string, at: number, changes = {}) => readOf('in', at * second, { plate, confidence: 0.7, ...changes });
    const [a, b] = ['EK12345', 'EK72845'];
    for (const reads of [
      [seen(a, 0), seen(b, 4), seen(a, 8), seen(b, 12)], [seen(a, 0), seen(b, 4), seen(b, 5), seen(a, 8)],
      [seen(a, 0), seen(b, 4, { cameraId: 'other-camera' }), seen(a, 8)], [seen(a, 0), seen(a, 4), seen(b, 8)],
      [seen(a, 0), seen(b, 15), seen(a, 31)], [seen(a, 0), seen('QXW86', 4), seen(a, 8)], [seen(a, 0), seen('EK12346', 4), seen(a, 8)], [seen(a, 0), seen(b, 4, { confidence: 0.71 }), seen(a, 8)],
      [seen(a, 0), seen(b, 4, { laneId: 'gate', direction: 'IN' }), seen(a, 8)],
    ]) {
      const { told } = new TestGarage().see(...reads).advance(hour);
      assert.deepEqual(told.visits.map(({ plate }) => plate).toSorted(), [...new Set(reads.map(({ plate }) => plate))].toSorted());
    }
  });

  test('keeps a bounded number of reads, the first and the last among them', () => {
    const reads = Array.from({ length: 200 }, (_, i) => readOf('in', i * second));
    const { told } = new TestGarage().see(...reads, readOf('out', hour));
    assert.deepEqual(told.visits.map(stayOf), [{ status: 'closed', enteredAt: 199 * second, exitedAt: hour, flags: [] }]);
  });

  test('whose camera contradicts its lane leaves if the vehicle is inside', () => {
    const garage = new TestGarage().see(readOf('in', 0), readOf('in', hour, { direction: 'OUT' })).advance(2 * hour);
    assert.deepEqual(garage.told.visits.map(stayOf), [
      { status: 'closed', enteredAt: 0, exitedAt: hour, flags: ['direction_unknown', 'wrong_direction'] },
    ]);
  });

  test('whose camera sees it leave by a lane in has left, however soon after it came in, unless it then leaves by a lane out', () => {
    const seen = (...reads: CameraRead[]) => new TestGarage().see(readOf('in', 0), readOf('in', 20 * minute, { direction: 'OUT' }), ...reads)
      .advance(3 * hour).told;
    assert.deepEqual(seen().visits.map(stayOf), [
      { status: 'closed', enteredAt: 0, exitedAt: 20 * minute, flags: ['direction_unknown', 'wrong_direction'] },
    ]);
    const { visits, irregularities } = seen(readOf('out', 2 * hour));
    assert.deepEqual(visits.map(stayOf), [{ status: 'closed', enteredAt: 0, exitedAt: 2 * hour, flags: [] }]);
    assert.deepEqual(irregularities.map(({ type }) => type), ['aaba']);
  });

  test('goes as the cameras say that tell a direction: one that tells none does not speak for its lane', () => {
    const seen = (...words: CameraRead['direction'][]) => new TestGarage().see(
      readOf('in', 0), ...words.map((direction, i) => readOf('in', hour + i * second, { direction, cameraId: `in-${i}` })),
    ).advance(3 * hour).told.visits.map(({ status }) => status);
    assert.deepEqual(seen('OUT', 'UNKNOWN'), ['closed']);
    assert.deepEqual(seen('OUT', 'OUT', 'IN'), ['closed']);
    for (const words of [['UNKNOWN', 'UNKNOWN'], ['IN', 'UNKNOWN'], ['OUT', 'IN']] as const) assert.deepEqual(seen(...words), ['unclosed', 'open']);
  });

  test('whose camera contradicts its lane goes as the lane does if the vehicle is outside', () => {
    const garage = new TestGarage().see(readOf('in', 0, { direction: 'OUT' })).advance(hour);
    assert.deepEqual(garage.told.visits.map(stayOf), [
      { status: 'open', enteredAt: 0, exitedAt: null, flags: ['direction_unknown'] },
    ]);
  });

  test('without a direction enters when the vehicle is outside, leaves when inside, told when pairing has looked at it', () => {
    const garage = new TestGarage().see(readOf('gate', 0)).advance(minute);
    assert.deepEqual(garage.told.visits, [], 'held: an earlier read could make an exit of it');
    garage.advance(decidedAfter);
    assert.deepEqual(garage.told.visits.map(({ status }) => status), ['open']);
    garage.see(readOf('gate', hour)).advance(hour);
    assert.deepEqual(garage.told.visits.map(({ status }) => status), ['open']);
    garage.advance(hour + decidedAfter);
    assert.deepEqual(garage.told.visits.map(stayOf), [
      { status: 'closed', enteredAt: 0, exitedAt: hour, flags: ['direction_unknown'] },
    ]);
  });
});

describe('irregular sequences', () => {
  test('no_front_plate: seen from behind alone a vehicle has no plate to charge; one front view is enough', () => {
    const lanes = withRearView();
    const seen = (plate: string, cameraId: string, at: number) => [
      readOf('in', at, { plate, cameraId, direction: 'IN' }), readOf('out', at + hour, { plate }),
    ];
    const { told } = new TestGarage(garageOf({ lanes })).see(
      readOf('in', 0, { cameraId: 'in-rear' }), ...seen('B', 'in-rear', hour),
    ).advance(3 * hour);
    const [onlyRear, frontAtExit] = told.visits;
    assert.deepEqual([onlyRear!.plateRead, onlyRear!.flags], [false, ['no_front_plate']]);
    assert.deepEqual([frontAtExit!.plateRead, frontAtExit!.flags], [true, ['no_front_plate']]);
  });

  test('no_front_plate: a vehicle seen from behind is told when its front is seen, or when the allowed lateness has passed', () => {
    const garage = new TestGarage(garageOf({ lanes: withRearView() }));
    garage.see(readOf('in', 0, { cameraId: 'in-rear' }), readOf('in', 10 * second, { plate: 'EK12345', cameraId: 'in-rear' }));
    assert.equal(garage.told.all.length, 0);
    garage.see(readOf('in', second));
    assert.deepEqual(garage.told.all.map((told) => [told.revision, 'plate' in told && told.plate]), [[1, 'A']]);
    garage.advance(10 * second + 2 * minute);
    const [, ...later] = garage.told.all;
    assert.deepEqual(later.map((told) => ('plate' in told ? told.plate : told.type)), ['EK12345', 'no_front_plate']);
  });

  test('no_front_plate: where all cameras of a lane look from behind, nothing is waited for', () => {
    const [entrance, ...others] = garageOf().lanes;
    const cameras = entrance!.cameras.map((camera) => ({ ...camera, view: 'rear' }));
    const garage = new TestGarage(garageOf({ lanes: [{ ...entrance!, cameras }, ...others] })).see(readOf('in', 0));
    assert.deepEqual(garage.told.visits.map(({ status, flags }) => [status, flags]), [['open', ['no_front_plate']]]);
  });

  test('plate_mismatch: an exit that reads one character otherwise closes the stay that it is likeliest to end', () => {
    const garage = new TestGarage().see(readOf('in', 0, { plate: 'EK12345' }), readOf('out', hour, { plate: 'EK1234S' }));
    garage.advance(2 * hour);
    assert.deepEqual(garage.told.visits.map(stayOf), [
      { status: 'closed', enteredAt: 0, exitedAt: hour, flags: ['plate_mismatch'] },
    ]);
  });

  test('similar_inside: an exit that two neighbours of a fleet may have made waits until one of them leaves', () => {
    const garage = new TestGarage().see(
      readOf('in', 0, { plate: 'EK12345' }), readOf('in', minute, { plate: 'EK12346' }), readOf('out', hour, { plate: 'EK1234' }),
    ).advance(2 * hour);
    const stray = () => garage.told.visits.find(({ exitedAt }) => exitedAt === start + hour)!;
    assert.deepEqual(stray().flags, ['exit_without_entry', 'similar_inside']);
    garage.see(readOf('out', 3 * hour, { plate: 'EK12346' })).advance(4 * hour);
    assert.deepEqual([stray().status, stray().enteredAt], ['closed', start]);
  });

  const similarInside = ({ told }: TestGarage) => told.irregularities
    .filter(({ type, status }) => type === 'similar_inside' && status === 'open').map(({ severity, action }) => [severity, action]);

  test('similar_inside: an exit read wrong while two of a fleet are within one character of it is told, however sure pairing is', () => {
    const garage = new TestGarage().see(
      readOf('in', 0, { plate: 'EK12345' }), readOf('in', minute, { plate: 'EK12346' }), readOf('out', hour, { plate: 'EK1234S' }),
    ).advance(2 * hour);
    assert.deepEqual(similarInside(garage), [['info', 'given to the likeliest of them']]);
    assert.deepEqual(garage.told.irregularities.filter(waitsForPerson), []);
  });

  test('similar_inside: an exit read as at the entry is no matter, though its neighbours are inside', () => {
    const garage = new TestGarage().see(
      readOf('in', 0, { plate: 'EK12345' }), readOf('in', minute, { plate: 'EK12346' }), readOf('out', hour, { plate: 'EK12345' }),
    ).advance(2 * hour);
    assert.deepEqual(similarInside(garage), []);
  });

  test('similar_inside: an exit that only one vehicle inside is like is no matter, whether it is given to that or not', () => {
    for (const plate of ['EK1234S', 'EK12Y48']) {
      const garage = new TestGarage().see(readOf('in', 0), readOf('in', minute, { plate: 'ZT90146' }), readOf('out', hour, { plate }));
      assert.deepEqual(similarInside(garage.advance(2 * hour)), [], plate);
    }
  });

  test('similar_inside: two readings that may be one vehicle\'s, which left unread once, are not two near-identical plates', () => {
    const garage = new TestGarage().see(
      readOf('in', 0, { plate: 'EK1234S' }), readOf('in', 5 * hour, { plate: 'EK12345' }), readOf('out', 9 * hour, { plate: 'EK1234J' }),
    ).advance(10 * hour);
    assert.deepEqual(similarInside(garage), []);
  });

  test('similar_inside: of neighbours that left before the exit none counts', () => {
    const garage = new TestGarage().see(
      readOf('in', 0, { plate: 'EK12345' }), readOf('in', minute, { plate: 'EK12346' }),
      readOf('out', 30 * minute, { plate: 'EK12346' }), readOf('out', hour, { plate: 'EK1234S' }),
    ).advance(2 * hour);
    assert.deepEqual(similarInside(garage), []);
  });

  test('aaba: a vehicle seen at an entry again within the hour is inside since its first entry', () => {
    const garage = new TestGarage().see(readOf('in', 0), readOf('in', 30 * minute), readOf('out', 2 * hour)).advance(3 * hour);
    assert.deepEqual(garage.told.visits.map(stayOf), [{ status: 'closed', enteredAt: 0, exitedAt: 2 * hour, flags: [] }]);
    assert.deepEqual(garage.told.irregularities.map(({ type }) => type), ['aaba']);
  });

  test('reversed: what a vehicle turned round from does not outlast its stay, if both leave the state at the same instant', () => {
    for (const readIds of [['a', 'b'], ['b', 'a'], ['c', 'd'], ['d', 'c']]) {
      const garage = new TestGarage().see(readOf('in', 0, { readId: readIds[0]! }));
      garage.see(readOf('out', minute, { readId: 'z' }), readOf('gate', minute, { readId: readIds[1]!, direction: 'IN' }));
      garage.advance(minute).advance(10 * minute).advance(60 * day);
      assert.deepEqual(garage.told.visits.map(({ status, exitReadId }) => ({ status, exitReadId })), [{ status: 'closed', exitReadId: 'z' }]);
    }
  });

  test('reversed: a vehicle that turned round and came in minutes later is inside since then', () => {
    const garage = new TestGarage().see(readOf('in', 0), readOf('in', 5 * minute)).advance(hour);
    assert.deepEqual(garage.told.visits.map(stayOf), [
      { status: 'open', enteredAt: 5 * minute, exitedAt: null, flags: ['reversed'] },
    ]);
  });

  test('aaba: who is seen minutes later at another lane in came in the first time, for who turned round comes by the same', () => {
    const garage = new TestGarage(garageOf({ lanes: [...garageOf().lanes, { ...garageOf().lanes[0]!, laneId: 'in2' }] }));
    garage.see(readOf('in', 0), readOf('in2', 5 * minute), readOf('out', 2 * hour)).advance(3 * hour);
    assert.deepEqual(garage.told.visits.map(stayOf), [{ status: 'closed', enteredAt: 0, exitedAt: 2 * hour, flags: [] }]);
    assert.deepEqual(garage.told.irregularities.map(({ type }) => type), ['aaba']);
  });

  test('reversed: who comes in within an hour had turned round before, if a camera told then that it went back', () => {
    const staysAfter = (last: 'IN' | 'OUT') => new TestGarage().see(
      readOf('in', 0, { direction: 'IN' }), readOf('in', 5 * second, { direction: 'IN' }), readOf('in', 11 * second, { direction: last }),
      readOf('in', 20 * minute, { direction: 'IN' }), readOf('out', 2 * hour, { direction: 'OUT' }),
    ).advance(3 * hour).told.visits.map(stayOf);
    assert.deepEqual(staysAfter('IN'), [{ status: 'closed', enteredAt: 11 * second, exitedAt: 2 * hour, flags: [] }]);
    assert.deepEqual(staysAfter('OUT'), [{ status: 'closed', enteredAt: 20 * minute, exitedAt: 2 * hour, flags: ['reversed'] }]);
  });

  test('reversed: who goes the other way through the same lane within seconds has not parked', () => {
    const garage = new TestGarage().see(
      readOf('gate', 0, { direction: 'IN' }), readOf('gate', 25 * second, { direction: 'OUT' }),
      readOf('gate', hour, { plate: 'ZT90146', direction: 'IN' }), readOf('gate', hour + 3 * minute, { plate: 'ZT90146', direction: 'OUT' }),
    ).advance(3 * hour);
    assert.deepEqual(garage.told.visits.map(stayOf), [
      { status: 'closed', enteredAt: hour, exitedAt: hour + 3 * minute, flags: ['drive_through'] },
    ]);
    assert.deepEqual(garage.told.irregularities.map(({ type }) => type), ['reversed', 'drive_through']);
  });

  test('one that leaves and another alike that comes in by the same lane seconds later are two, for who comes and goes at once is rare', () => {
    const gate = (at: number, plate: string, direction: 'IN' | 'OUT') => readOf('gate', at, { plate, direction });
    const garage = new TestGarage().see(
      gate(0, 'ET46650', 'IN'), gate(hour, 'ET46650', 'OUT'), gate(hour + 26 * second, 'EV46150', 'IN'), gate(9 * hour, 'EV46150', 'OUT'),
    ).advance(12 * hour);
    assert.deepEqual(garage.told.visits.map(stayOf), [
      { status: 'closed', enteredAt: 0, exitedAt: hour, flags: [] },
      { status: 'closed', enteredAt: hour + 26 * second, exitedAt: 9 * hour, flags: [] },
    ]);
  });

  test('reversed: a camera that sees a vehicle come and go has seen it turn; two that contradict each other have not, for 8 s', () => {
    const typesAt = (ms: number, cameraId: string) => new TestGarage().see(
      readOf('in', 0, { direction: 'IN' }), readOf('in', ms, { direction: 'OUT', cameraId }),
    ).advance(hour).told.irregularities.map(({ type }) => type);
    assert.deepEqual(typesAt(4 * second, 'in-camera'), ['reversed']);
    assert.deepEqual([typesAt(8 * second - 1, 'in-rear'), typesAt(8 * second, 'in-rear')], [[], ['reversed']]);
  });

  test('reversed, double_exit: seen at a lane by one camera and minutes later by another, a vehicle passed once, and a clock is off', () => {
    const seen = (...cameras: string[]) => {
      const { told } = new TestGarage().see(
        ...['in', 'out'].flatMap((laneId, i) => cameras.map((camera, j) =>
          readOf(laneId, i * 5 * hour + j * 66 * second, { cameraId: `${laneId}-${camera}` }))),
      ).advance(12 * hour);
      return [told.visits.map(({ flags }) => flags), told.irregularities.map(({ type }) => type)];
    };
    assert.deepEqual(seen('camera', 'rear'), [[[]], []]);
    assert.deepEqual(seen('camera', 'camera'), [[['reversed']], ['reversed', 'double_exit']]);
  });

  test('at a two-way lane whose second camera has a wrong clock, a vehicle comes in once and leaves once', () => {
    const garage = new TestGarage().see(...(['IN', 'OUT'] as const).flatMap((direction, i) => [
      readOf('gate', i * 5 * hour, { direction }), readOf('gate', i * 5 * hour + 66 * second, { direction, cameraId: 'gate-rear' }),
    ]), readOf('gate', 8 * hour, { direction: 'OUT' })).advance(12 * hour);
    const stays = garage.told.visits.map(stayOf).map(({ status, enteredAt, exitedAt }) => ({ status, enteredAt, exitedAt }));
    assert.deepEqual(stays, [
      { status: 'closed', enteredAt: 66 * second, exitedAt: 5 * hour }, { status: 'closed', enteredAt: null, exitedAt: 8 * hour },
    ]);
  });

  test('at a two-way lane one camera may be wrong about who leaves, two that agree are not', () => {
    const cameras: { cameraId: string; direction: 'IN' | 'OUT' }[] = [{ cameraId: 'gate-camera', direction: 'OUT' }, { cameraId: 'gate-rear', direction: 'OUT' }];
    const leavesTwice = (seenBy: number) => new TestGarage().see(
      ...cameras.slice(0, seenBy).map((camera, i) => readOf('gate', i * second, camera)), readOf('gate', 6 * hour, { direction: 'OUT' }),
    ).advance(12 * hour).told.visits.map(stayOf).map(({ enteredAt, exitedAt }) => [enteredAt, exitedAt]);
    assert.deepEqual(leavesTwice(1), [[0, 6 * hour]]);
    assert.deepEqual(leavesTwice(2), [[null, 0], [null, 6 * hour]]);
  });

  test('at a two-way lane a vehicle inside that comes in once more has left, as long as it is not seen leaving later', () => {
    const garage = new TestGarage().see(readOf('gate', 0, { direction: 'IN' }), readOf('gate', 90 * minute, { direction: 'IN' }));
    const told = () => garage.told.visits.map(stayOf).map(({ status, enteredAt, exitedAt }) => [status, enteredAt, exitedAt]);
    garage.advance(2 * hour);
    assert.deepEqual(told(), [['closed', 0, 90 * minute]]);
    garage.see(readOf('gate', 3 * hour, { direction: 'OUT' })).advance(4 * hour);
    assert.deepEqual(told(), [['unclosed', 0, null], ['closed', 90 * minute, 3 * hour]]);
  });

  test('at a two-way lane a vehicle that comes in once more next day had left unread', () => {
    const garage = new TestGarage().see(readOf('gate', 0, { direction: 'IN' }), readOf('gate', day, { direction: 'IN' })).advance(30 * hour);
    assert.deepEqual(garage.told.visits.map(stayOf).map(({ status, enteredAt, exitedAt }) => [status, enteredAt, exitedAt]), [
      ['unclosed', 0, null], ['open', day, null],
    ]);
  });

  test('double_exit: a vehicle seen at an exit again has left once', () => {
    const garage = new TestGarage().see(readOf('in', 0), readOf('out', hour), readOf('out', hour + 3 * minute)).advance(2 * hour);
    assert.deepEqual(garage.told.visits.map(stayOf), [{ status: 'closed', enteredAt: 0, exitedAt: hour, flags: [] }]);
    assert.deepEqual(garage.told.irregularities.map(({ type }) => type), ['double_exit']);
  });

  test('drive_through: in and out within minutes', () => {
    const { told } = new TestGarage().see(readOf('in', 0), readOf('out', 3 * minute));
    assert.deepEqual(told.visits.map(({ flags }) => flags), [['drive_through']]);
  });

  test('country_mismatch: one plate read with two countries is one vehicle', () => {
    const garage = new TestGarage().see(
      readOf('in', 0, { plate: 'EK12345' }), readOf('out', hour, { plate: 'EK12345', country: 'SE' }),
    ).advance(2 * hour);
    assert.deepEqual(garage.told.visits.map(({ flags }) => flags), [['country_mismatch']]);
  });

  test('lane_straddle: a vehicle read at two adjacent lanes at once is one', () => {
    const lanes = garageOf().lanes.map((lane) => ({ ...lane, adjacent: ['in', 'gate'] }));
    const { told } = new TestGarage(garageOf({ lanes })).see(readOf('in', 0), readOf('gate', 2 * second, { direction: 'IN' }));
    assert.deepEqual(told.visits.map(({ flags }) => flags), [['lane_straddle']]);
  });

  test('two vehicles that come by two lanes at once are two, though their plates are somewhat alike; one that stands at a lane is one', () => {
    const lanes = garageOf().lanes.map((lane) => ({ ...lane, adjacent: ['in', 'gate'] }));
    const seen = (laneId: string) => new TestGarage(garageOf({ lanes })).see(
      readOf('in', 0, { plate: 'LK18JFD', country: 'GB', direction: 'IN' }),
      readOf(laneId, 3 * second, { plate: 'LK18PFV', country: 'GB', direction: 'IN', confidence: 0.75 }),
    ).advance(hour).told.visits.length;
    assert.deepEqual([seen('gate'), seen('in')], [2, 1]);
  });

  test('trailer_plate: a rear plate like no front plate is hitched to the car seen with it, up to 4 s before', () => {
    const seenFor = (ms: number) => new TestGarage(garageOf({ lanes: withRearView() })).see(
      readOf('in', 0, { plate: 'EK12345' }), readOf('in', ms, { plate: 'JH4474', cameraId: 'in-rear' }),
    ).advance(hour).told.visits.map(({ plate, flags }) => [plate, flags]);
    for (const ms of [second, 4 * second - 1]) assert.deepEqual(seenFor(ms), [['EK12345', ['trailer_plate']]]);
    assert.deepEqual(seenFor(4 * second), [['EK12345', []], ['JH4474', ['no_front_plate']]]);
  });

  test('double_entry: an entry while inside opens a second visit; the first is unclosed by a missed_exit', () => {
    const garage = new TestGarage().see(readOf('in', 0), readOf('in', hour));
    assert.equal(garage.told.visits.length, 1, 'held: an exit in between may come late');
    garage.advance(hour + 2 * minute);
    const [first, second_] = garage.told.visits;
    assert.deepEqual(stayOf(first), {
      status: 'unclosed', enteredAt: 0, exitedAt: null, flags: ['double_entry', 'missed_exit'],
    });
    assert.deepEqual(stayOf(second_), { status: 'open', enteredAt: hour, exitedAt: null, flags: ['double_entry'] });
    const both = garage.told.irregularities;
    assert.deepEqual(both.map(({ type, severity }) => `${type} ${severity}`).sort(), [
      'double_entry warning', 'missed_exit warning',
    ]);
    const doubleEntry = both.find(({ type }) => type === 'double_entry')!;
    assert.deepEqual(doubleEntry.visitIds, [first!.visitId, second_!.visitId]);
    assert.deepEqual(doubleEntry.readIds, [second_!.entryReadId]);
    assert.deepEqual(both.find(({ type }) => type === 'missed_exit')!.visitIds, [first!.visitId]);
  });

  test('exit_without_entry: an exit while outside makes a closed visit without an entry', () => {
    const garage = new TestGarage().see(readOf('out', hour));
    assert.equal(garage.told.all.length, 0, 'held: the entry may come late');
    garage.advance(hour + decidedAfter);
    const [visit] = garage.told.visits;
    assert.deepEqual(stayOf(visit), { status: 'closed', enteredAt: null, exitedAt: hour, flags: ['exit_without_entry'] });
    assert.equal(visit!.matchConfidence, 0);
    assert.deepEqual(garage.told.irregularities.map(({ type, visitIds }) => [type, visitIds]), [
      ['exit_without_entry', [visit!.visitId]],
    ]);
  });

  test('missed_exit: a stay without an exit is unclosed after forgetAfter', () => {
    const garage = new TestGarage().see(readOf('in', 0)).advance(30 * day + 2 * minute - 1);
    assert.deepEqual(garage.told.visits.map(({ status }) => status), ['open']);
    garage.advance(30 * day + 2 * minute);
    assert.deepEqual(garage.told.visits.map(stayOf), [
      { status: 'unclosed', enteredAt: 0, exitedAt: null, flags: ['missed_exit'] },
    ]);
    assert.deepEqual(garage.told.irregularities.map(({ type, at }) => [type, at]), [
      ['missed_exit', start + 30 * day],
    ]);
  });

  test('missed_exit: an exit after forgetAfter closes nothing', () => {
    const garage = new TestGarage().see(readOf('in', 0), readOf('out', 31 * day)).advance(31 * day + hour);
    assert.deepEqual(garage.told.visits.map(({ flags }) => flags), [['missed_exit'], ['exit_without_entry']]);
  });

  test('late_arrival: a read within the horizon repairs, and is named', () => {
    const garage = new TestGarage().see(readOf('out', hour)).advance(3 * hour);
    const entry = readOf('in', 0);
    garage.see(entry);
    assert.deepEqual(garage.told.visits.map(stayOf), [{ status: 'closed', enteredAt: 0, exitedAt: hour, flags: [] }]);
    assert.deepEqual(garage.told.irregularities.map(({ type, readIds, severity }) => [type, readIds, severity]), [
      ['late_arrival', [entry.readId], 'info'],
    ]);
  });

  test('late_arrival: a read older than the horizon changes nothing else', () => {
    const garage = new TestGarage().see(readOf('in', 0)).advance(3 * day);
    garage.see(readOf('out', hour));
    assert.deepEqual(garage.told.visits.map(({ status }) => status), ['open']);
    assert.deepEqual(garage.told.irregularities.map(({ type }) => type), ['late_arrival']);
  });

  test('late_arrival: a late read that is delivered again gives no second', () => {
    const garage = new TestGarage().see(readOf('in', 0)).advance(3 * day);
    const older = readOf('out', hour);
    const late = readOf('out', 2 * day);
    garage.see(older, older, late, late);
    assert.equal(garage.told.irregularities.filter(({ type }) => type === 'late_arrival').length, 2);
    assert.deepEqual(garage.told.ignoredReads, ['repeated_read', 'repeated_read']);
  });
});

describe('a late read within the horizon', () => {
  test('withdraws a missed exit that never was one', () => {
    const garage = new TestGarage().see(readOf('in', 0), readOf('in', 2 * hour)).advance(3 * hour);
    garage.see(readOf('out', hour));
    assert.deepEqual(garage.told.visits.map(stayOf), [
      { status: 'closed', enteredAt: 0, exitedAt: hour, flags: [] },
      { status: 'open', enteredAt: 2 * hour, exitedAt: null, flags: [] },
    ]);
    assert.deepEqual(garage.told.irregularities.map(({ type }) => type), ['late_arrival']);
  });

  test('that joins two passages withdraws the visit that never was', () => {
    const garage = new TestGarage().see(readOf('out', 0), readOf('out', 40 * second)).advance(hour);
    assert.deepEqual(garage.told.irregularities.map(({ type }) => type), ['exit_without_entry', 'double_exit']);
    garage.see(readOf('out', 20 * second));
    assert.deepEqual(garage.told.visits.map(stayOf), [
      { status: 'closed', enteredAt: null, exitedAt: 0, flags: ['exit_without_entry'] },
    ]);
    assert.deepEqual(garage.told.irregularities.map(({ type }) => type), ['exit_without_entry', 'late_arrival']);
  });

  test('keeps the name of the visit that it repairs', () => {
    const garage = new TestGarage().see(
      readOf('in', hour), readOf('in', hour - 20 * second), readOf('out', 2 * hour),
    );
    assert.equal(garage.told.visits.length, 1);
    assert.equal(garage.told.visits[0]!.firstSeenAt, start + hour);
  });

  test('moves the beginning of a stay whose vehicle entered twice', () => {
    const garage = new TestGarage().see(readOf('in', 0), readOf('out', 2 * hour)).advance(3 * hour).see(readOf('in', hour));
    assert.deepEqual(garage.told.visits.map(stayOf), [
      { status: 'unclosed', enteredAt: 0, exitedAt: null, flags: ['double_entry', 'missed_exit'] },
      { status: 'closed', enteredAt: hour, exitedAt: 2 * hour, flags: ['double_entry'] },
    ]);
  });
});

describe('what is past', () => {
  test('leaves the state a horizon after its last event, clocks alone remain after forgetAfter too', () => {
    const garage = new TestGarage(null).see(readOf('in', 0), readOf('out', hour), readOf('in', 2 * hour, { plate: 'B' }));
    const { stays, clocks, lateReads } = garage.rules.state;
    assert.equal(stays.size, 2);
    garage.advance(hour + settings.horizonMs + 6 * minute);
    assert.equal(stays.size, 1);
    garage.advance(33 * day);
    assert.deepEqual([stays.size, lateReads.size, clocks.size], [0, 0, 1]);
  });

  test('a double entry is still known when the visit before has left the state', () => {
    const garage = new TestGarage().see(readOf('in', 0), readOf('in', hour)).advance(4 * day);
    garage.see(readOf('out', 4 * day)).advance(5 * day);
    assert.deepEqual(garage.told.visits.map(stayOf), [
      { status: 'unclosed', enteredAt: 0, exitedAt: null, flags: ['double_entry', 'missed_exit'] },
      { status: 'closed', enteredAt: hour, exitedAt: 4 * day, flags: ['double_entry'] },
    ]);
    assert.deepEqual(garage.told.irregularities.map(({ type }) => type).sort(), ['double_entry', 'missed_exit']);
  });
});

describe('what leaves the state', () => {
  test('does so in the order of time, also when a car is read at the entry still while the exit reads it', () => {
    const garage = new TestGarage().see(
      readOf('in', 0), readOf('in', hour), readOf('out', hour + 10 * second), readOf('in', hour + 20 * second),
    );
    garage.advance(33 * day);
    assert.deepEqual(garage.told.visits.map(({ flags }) => flags), [
      ['double_entry', 'missed_exit'], ['double_entry', 'drive_through'],
    ]);
  });
});

const movesOf = ({ told }: TestGarage) => told.clockMoves.filter(({ from, to }) => from !== to);

describe('the quiet', () => {
  test('tells what is held when nothing comes in for passage gap and allowed lateness, at the instant when it is due', () => {
    const garage = new TestGarage().see(readOf('out', hour));
    assert.equal(garage.waitQuietly(decidedAfter - 1), false);
    assert.equal(garage.waitQuietly(10 * second), true);
    assert.equal(garage.told.visits.length, 1);
    assert.deepEqual(movesOf(garage), [
      { garageId: 'g1', from: start + hour, to: start + hour + decidedAfter, cause: 'tick', readsOffset: 1, controlId: null },
    ]);
  });

  test('moves no clock when nothing is due', () => {
    const garage = new TestGarage().see(readOf('in', 0));
    assert.equal(garage.waitQuietly(day), false);
    assert.deepEqual(movesOf(garage), []);
  });

  test('counts from the last read, and anew after a restore', () => {
    const garage = new TestGarage().see(readOf('out', hour));
    assert.equal(garage.waitQuietly(minute), false);
    garage.see(readOf('in', hour, { plate: 'B' }));
    assert.equal(garage.waitQuietly(minute + second), false);
    garage.restart();
    assert.equal(garage.waitQuietly(decidedAfter - 1), false, 'this call is the first after the restore');
    assert.equal(garage.waitQuietly(decidedAfter), true);
  });

  test('that has found nothing due for long is told what comes in since, and is due sooner', () => {
    const garage = new TestGarage().see(readOf('in', 0));
    assert.equal(garage.waitQuietly(minute), false);
    garage.see(readOf('out', minute, { plate: 'B' }));
    assert.equal(garage.waitQuietly(decidedAfter), true);
  });

  test('of one garage is not put off by what comes in at another', () => {
    const garage = new TestGarage().see(readOf('out', hour));
    assert.equal(garage.waitQuietly(minute), false);
    garage.see(readOf('in', hour, { garageId: 'g2' }));
    assert.equal(garage.waitQuietly(decidedAfter - minute), true);
    assert.deepEqual(movesOf(garage).map(({ garageId }) => garageId), ['g1']);
  });

  test('moves nothing while the garage is held, until it is released', () => {
    const garage = new TestGarage().see(readOf('out', hour));
    garage.rules.control(controlOf('hold'), null, garage.monotonicMs, garage.told);
    assert.equal(garage.waitQuietly(14 * minute), false);
    garage.rules.control(controlOf('release'), null, garage.monotonicMs, garage.told);
    assert.equal(garage.waitQuietly(decidedAfter), true);
  });

  test('lets a garage go whose holder was killed, a quarter of an hour after the last read or word', () => {
    const garage = new TestGarage();
    const hold = (): void => garage.rules.control(controlOf('hold'), null, garage.monotonicMs, garage.told);
    hold();
    assert.equal(garage.waitQuietly(10 * minute), false);
    hold();
    assert.equal(garage.waitQuietly(10 * minute), false);
    garage.see(readOf('out', hour));
    assert.equal(garage.waitQuietly(15 * minute - 1), false);
    assert.equal(garage.told.visits.length, 0);
    assert.equal(garage.waitQuietly(1), true);
    assert.deepEqual(garage.told.clockMoves.at(-1), {
      garageId: 'g1', from: start + hour, to: start + hour, cause: 'release', readsOffset: 1, controlId: null,
    });
    assert.equal(garage.waitQuietly(decidedAfter), true);
    assert.equal(garage.told.visits.length, 1);
  });

  test('gives whoever holds a garage the time again after a restart', () => {
    const garage = new TestGarage().see(readOf('out', hour));
    garage.rules.control(controlOf('hold'), null, garage.monotonicMs, garage.told);
    garage.restart();
    assert.equal(garage.waitQuietly(day), false, 'the first after the restart');
    assert.equal(garage.waitQuietly(14 * minute), false);
    assert.equal(garage.waitQuietly(minute), true);
  });
});

describe('control records', () => {
  test('a clock advance is written down with the reads that it followed', () => {
    const garage = new TestGarage().see(readOf('in', 0), readOf('out', minute)).advance(day);
    assert.deepEqual(movesOf(garage), [
      { garageId: 'g1', from: start + minute, to: start + day, cause: 'clock_advance', readsOffset: 2, controlId: 'c1' },
    ]);
    garage.advance(hour);
    assert.equal(movesOf(garage).length, 1, 'the clock never goes back');
  });

  test('are written down where they were taken in, also when they move no clock; one that comes again is not', () => {
    const garage = new TestGarage(null).see(readOf('in', 0));
    const recount = controlOf('recount', { controlId: 'count', to: start, count: 1 });
    for (const control of [recount, controlOf('hold', { controlId: 'hold' }), recount]) {
      garage.rules.control(control, null, 0, garage.told);
    }
    assert.deepEqual(garage.told.clockMoves.map(({ cause, controlId, from, to, readsOffset }) => [cause, controlId, to - from, readsOffset]), [
      ['recount', 'count', 0, 1], ['hold', 'hold', 0, 1],
    ]);
  });

  test('a configuration holds from its record on, after a restart too', () => {
    const garage = new TestGarage(null);
    garage.see(readOf('in', 0, { direction: 'IN' }));
    assert.equal(garage.told.visits[0]!.operatorId, 'default');
    garage.rules.control(controlOf('configuration', { version: 7 }), garageOf(), 0, garage.told);
    garage.restart().see(readOf('out', hour));
    assert.equal(garage.told.visits[0]!.operatorId, 'operator');
    assert.equal(garage.told.visits[0]!.status, 'closed', 'the direction of its lane is known now');
  });

  for (const isRestarted of [false, true]) {
    test(`a visit that is withdrawn then is told as the new operator's${isRestarted ? ', after a restart too' : ''}`, () => {
      const garage = new TestGarage().see(readOf('in', 0), readOf('out', hour, { plate: 'ZX98701' })).advance(2 * hour);
      const [open, stray] = garage.told.visits;
      garage.rules.control(controlOf('configuration', { version: 7 }), garageOf({ operatorId: 'another' }), 0, garage.told);
      if (isRestarted) garage.restart();
      const merged = controlOf('review_merge', { controlId: 'merged', visitId: stray!.visitId, otherVisitId: open!.visitId });
      garage.rules.control(merged, null, 0, garage.told);
      const told = garage.told.all.filter((one) => 'visitId' in one).slice(-2);
      assert.deepEqual(told.map(({ status, operatorId }) => [status, operatorId]), [['withdrawn', 'another'], ['closed', 'another']]);
    });
  }
});

/** The entrance has a second camera, which sees vehicles from behind. */
function withRearView(): Garage['lanes'] {
  const [entrance, ...others] = garageOf().lanes;
  const [front] = entrance!.cameras;
  return [{ ...entrance!, cameras: [front!, { ...front!, cameraId: 'in-rear', view: 'rear' }] }, ...others];
}
