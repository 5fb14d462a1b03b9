import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { RejectedError } from '../../engine/stage.ts';
import type { CameraRead, Control, ReviewAction, Visit } from '../../records/records.ts';
import { controlOf, day, hour, minute, readOf, start, TestGarage } from '../test-garage.ts';

const entered = (plate: string, at: number): CameraRead => readOf('in', at, { plate, direction: 'IN' });
const left = (plate: string, at: number): CameraRead => readOf('out', at, { plate, direction: 'OUT' });

let issued = 0;

function say(garage: TestGarage, type: ReviewAction, about: Partial<Control>, controlId = `c${issued++}`): TestGarage {
  const control = controlOf(type, { controlId, issuedBy: 'attendant', ...about });
  garage.state.mark();
  garage.rules.control(control, null, garage.monotonicMs, garage.told);
  return garage;
}

const rejectedFor = (reason: string) => (error: unknown): boolean =>
  error instanceof RejectedError && error.reason === reason;

const summary = ({ told }: TestGarage) => told.visits.map(({ status, plate, enteredAt, exitedAt, matchConfidence }) => ({
  status, plate,
  enteredAt: enteredAt === null ? null : enteredAt - start,
  exitedAt: exitedAt === null ? null : exitedAt - start,
  isSure: matchConfidence === 1,
}));

const only = ({ told }: TestGarage): Visit => {
  assert.equal(told.visits.length, 1);
  return told.visits[0]!;
};

/** One stay of so long that it may well be two. */
const inReview = (): TestGarage => {
  const garage = new TestGarage().see(entered('AB12345', 0), left('AB12345', 25 * day)).advance(25 * day + hour);
  assert.equal(only(garage).status, 'review');
  return garage;
};

/** In by one reading, out by another that is like it. */
const pairedByLikeness = (): TestGarage => {
  const garage = new TestGarage().see(entered('AB12345', 0), left('A812345', hour)).advance(2 * hour);
  assert.ok(only(garage).flags.includes('plate_mismatch'));
  return garage;
};

describe('a visit that a person confirms', () => {
  test('is closed for sure, whatever its length', () => {
    const garage = inReview();
    say(garage, 'review_confirm', { visitId: only(garage).visitId });
    assert.deepEqual(summary(garage), [
      { status: 'closed', plate: 'AB12345', enteredAt: 0, exitedAt: 25 * day, isSure: true },
    ]);
  });

  test('stays so after a restart and further reads of its exit', () => {
    const garage = pairedByLikeness();
    say(garage, 'review_confirm', { visitId: only(garage).visitId });
    garage.restart().see(left('A812345', hour + 5000)).advance(4 * hour);
    const { status, matchConfidence } = only(garage);
    assert.deepEqual([status, matchConfidence], ['closed', 1]);
  });

  test('stays so whatever comes late: its plate at the entry once more in between, at the exit, or another plate for its entry', () => {
    const late: CameraRead[][] = [
      [entered('AB12345', 30 * minute)], [left('AB12345', 40 * minute)],
      [entered('AB12346', 5000), entered('AB12346', 8000), entered('AB12346', 11_000)],
    ];
    for (const reads of late) {
      const garage = new TestGarage().see(entered('AB12345', 0), left('AB12345', hour)).advance(2 * hour);
      const { visitId } = only(garage);
      say(garage, 'review_confirm', { visitId });
      garage.see(...reads).restart().advance(4 * hour);
      const { status, exitedAt, matchConfidence } = garage.told.visits.find((visit) => visit.visitId === visitId)!;
      assert.deepEqual([status, exitedAt, matchConfidence], ['closed', start + hour, 1]);
    }
  });

  test('waits for nobody any more, though others could have made its exit', () => {
    const garage = new TestGarage().see(entered('EK12345', 0), entered('EK12346', 50 * minute), left('EK1234S', hour)).advance(2 * hour);
    const similar = () => garage.told.irregularities.filter(({ type, status }) => type === 'similar_inside' && status === 'open');
    const [visit] = garage.told.visits;
    assert.deepEqual([visit!.status, similar().length], ['closed', 1]);
    say(garage, 'review_confirm', { visitId: visit!.visitId }).restart().advance(5 * hour);
    assert.deepEqual([similar(), garage.told.visits[0]!.matchConfidence], [[], 1]);
  });

  test('must have an entry and an exit', () => {
    const garage = new TestGarage().see(entered('AB12345', 0));
    assert.throws(() => say(garage, 'review_confirm', { visitId: only(garage).visitId }), rejectedFor('not_paired'));
  });
});

describe('a visit that a person splits', () => {
  test('was two of one vehicle: the first lacks its exit, the second its entry', () => {
    const garage = inReview();
    say(garage, 'review_split', { visitId: only(garage).visitId }).restart().advance(25 * day + 2 * hour);
    assert.deepEqual(summary(garage), [
      { status: 'unclosed', plate: 'AB12345', enteredAt: 0, exitedAt: null, isSure: false },
      { status: 'closed', plate: 'AB12345', enteredAt: null, exitedAt: 25 * day, isSure: false },
    ]);
  });

  test('was two vehicles: the first is inside still, and never gets that exit again', () => {
    const garage = pairedByLikeness();
    say(garage, 'review_split', { visitId: only(garage).visitId }).restart();
    const afterwards = [
      { status: 'open', plate: 'AB12345', enteredAt: 0, exitedAt: null, isSure: false },
      { status: 'closed', plate: 'A812345', enteredAt: null, exitedAt: hour, isSure: false },
    ];
    assert.deepEqual(summary(garage), afterwards);
    // A late entry has exits without one looked at again.
    garage.see(entered('A812399', minute)).advance(3 * hour);
    assert.deepEqual(summary(garage).filter(({ plate }) => plate !== 'A812399'), afterwards);
    // Held meanwhile: the exit before could have been this vehicle's.
    garage.see(left('AB12345', 5 * hour)).advance(6 * hour);
    assert.ok(summary(garage).some(({ plate, exitedAt }) => plate === 'AB12345' && exitedAt === 5 * hour));
  });
});

describe('visits that a person merges', () => {
  const apart = (): TestGarage => {
    const garage = new TestGarage().see(entered('AB12345', 0), left('ZX98701', hour)).advance(2 * hour);
    assert.deepEqual(garage.told.visits.map(({ status }) => status), ['open', 'closed']);
    return garage;
  };

  test('become one: the exit is that of the vehicle inside', () => {
    const garage = apart();
    const [open, stray] = garage.told.visits;
    say(garage, 'review_merge', { visitId: stray!.visitId, otherVisitId: open!.visitId }).restart().advance(3 * hour);
    const { visitId, status, enteredAt, exitedAt, matchConfidence } = only(garage);
    assert.deepEqual(
      [visitId, status, enteredAt, exitedAt, matchConfidence], [open!.visitId, 'closed', start, start + hour, 1],
    );
    assert.ok(!garage.told.irregularities.some(({ type }) => type === 'exit_without_entry'));
  });

  test('can be split again', () => {
    const garage = apart();
    const [open, stray] = garage.told.visits;
    say(garage, 'review_merge', { visitId: stray!.visitId, otherVisitId: open!.visitId });
    say(garage, 'review_split', { visitId: open!.visitId });
    assert.deepEqual(summary(garage).map(({ status, exitedAt }) => [status, exitedAt]), [['open', null], ['closed', hour]]);
  });

  test('may have been forgotten before', () => {
    const garage = new TestGarage().see(entered('AB12345', 0)).advance(31 * day).see(left('AB12345', 31 * day + hour));
    garage.advance(31 * day + 2 * hour);
    const [open, stray] = garage.told.visits;
    assert.deepEqual([open!.status, stray!.enteredAt], ['unclosed', null]);
    say(garage, 'review_merge', { visitId: stray!.visitId, otherVisitId: open!.visitId });
    assert.deepEqual([only(garage).status, only(garage).matchConfidence], ['closed', 1]);
  });

  test('are refused where the vehicle came in again before that exit, or the exit comes first', () => {
    const again = new TestGarage()
      .see(entered('AB12345', 0), entered('AB12345', 2 * hour), left('ZX98701', 3 * hour)).advance(4 * hour);
    const [first, , stray] = again.told.visits;
    assert.throws(
      () => say(again, 'review_merge', { visitId: stray!.visitId, otherVisitId: first!.visitId }), rejectedFor('not_mergeable'),
    );
    const before = new TestGarage().see(left('ZX98701', 0), entered('AB12345', hour)).advance(2 * hour);
    const [exit, entry] = before.told.visits;
    assert.throws(
      () => say(before, 'review_merge', { visitId: exit!.visitId, otherVisitId: entry!.visitId }), rejectedFor('not_mergeable'),
    );
  });
});

describe('a plate that a person corrects', () => {
  test("is the visit's, whatever the cameras read then and later", () => {
    const garage = new TestGarage().see(entered('A812345', 0));
    say(garage, 'review_correct', { visitId: only(garage).visitId, plate: 'AB12345', country: 'NO' }).restart();
    garage.see(entered('A812345', 5000));
    assert.equal(only(garage).plate, 'AB12345');
    garage.see(left('AB12345', hour)).advance(2 * hour);
    assert.deepEqual(summary(garage).map(({ status, plate }) => [status, plate]), [['closed', 'AB12345']]);
    assert.equal(only(garage).exitedAt, start + hour);
  });

  test('lets an exit without an entry find the vehicle inside', () => {
    const garage = new TestGarage().see(entered('AB12345', 0), left('ZX98701', hour)).advance(2 * hour);
    const stray = garage.told.visits[1]!;
    say(garage, 'review_correct', { visitId: stray.visitId, plate: 'AB12345', country: 'NO' }).advance(3 * hour);
    assert.deepEqual(summary(garage).map(({ status, plate, exitedAt }) => [status, plate, exitedAt]), [['closed', 'AB12345', hour]]);
  });
});

describe('an irregularity that a person dismisses', () => {
  test('is resolved, and stays so', () => {
    const garage = new TestGarage().see(left('AB12345', 0)).advance(hour);
    const [found] = garage.told.irregularities;
    say(garage, 'review_dismiss', { irregularityId: found!.irregularityId }).restart().see(left('AB12345', 5000)).advance(2 * hour);
    const { status, action } = garage.told.irregularities.find(({ type }) => type === found!.type)!;
    assert.deepEqual([status, action], ['resolved', 'dismissed by attendant']);
  });

  test('must be one of a live visit', () => {
    const garage = new TestGarage().see(entered('AB12345', 0));
    for (const irregularityId of ['missed_exit-v0', `missed_exit-${only(garage).visitId}`, 'nonsense']) {
      assert.throws(() => say(garage, 'review_dismiss', { irregularityId }), rejectedFor('unknown_irregularity'));
    }
  });
});

describe('a review action', () => {
  test('that comes twice holds once, after a restart too', () => {
    const garage = inReview();
    const { visitId } = only(garage);
    say(garage, 'review_split', { visitId }, 'twice').restart();
    const told = garage.told.all.length;
    say(garage, 'review_split', { visitId }, 'twice');
    assert.equal(garage.told.all.length, told);
  });

  test('on a visit that is not known is refused', () => {
    for (const type of ['review_confirm', 'review_split', 'review_correct'] as const) {
      assert.throws(
        () => say(new TestGarage(), type, { visitId: 'v0', plate: 'AB12345', country: 'NO' }), rejectedFor('unknown_visit'),
      );
    }
  });

  test('of one garage reaches no visit of another, though one task has both', () => {
    const garage = inReview();
    const { visitId } = only(garage);
    const about = { subject: 'g2', visitId, plate: 'AB12345', country: 'NO' };
    for (const type of ['review_confirm', 'review_split', 'review_correct'] as const) {
      assert.throws(() => say(garage, type, about), rejectedFor('unknown_visit'));
    }
    const irregularity = garage.told.irregularities.find(({ visitIds }) => visitIds.includes(visitId))!;
    const { irregularityId } = irregularity;
    assert.throws(() => say(garage, 'review_dismiss', { subject: 'g2', irregularityId }), rejectedFor('unknown_irregularity'));
    assert.equal(only(garage).status, 'review');
  });

  test('leaves nothing behind once its horizon has passed', () => {
    const garage = inReview();
    say(garage, 'review_split', { visitId: only(garage).visitId }).advance(40 * day);
    const { clocks, configurations, learned, watches, rhythms, dwells, occupancies, confusions } = garage.rules.state;
    const remains = [clocks, configurations, learned, watches, rhythms, dwells, occupancies, confusions];
    assert.equal(garage.state.size, remains.reduce((sum, { size }) => sum + size, 0));
  });
});
