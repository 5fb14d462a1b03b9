import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { RecordBlock } from '../engine/record-block.ts';
import { RejectedError } from '../engine/stage.ts';
import { TaskState } from '../engine/state.ts';
import type { Irregularity, Visit } from '../records/records.ts';
import { day, hour, minute, visitOf } from './test-sightings.ts';
import { openTwoPlacesOfVisits } from './two-places-of-visits.ts';
import { openTwoPlacesRules } from './two-places-rules.ts';
import { visitOfTwoPlaces } from './two-places.ts';

/** Newest revisions, those withdrawn left out, after these revisions of visits. */
function found(...visits: Visit[]): Irregularity[] {
  const places = openTwoPlacesOfVisits();
  visits.forEach((visit, n) => places.visit(visit, n));
  return places.irregularities().filter(({ status }) => status !== 'withdrawn');
}

/** The rules of one task, what they told in order, and an attendant. */
function openPlate() {
  const rules = openTwoPlacesRules(new TaskState());
  const told: Irregularity[] = [];
  const tell = (irregularity: Irregularity): void => void told.push(irregularity);
  return {
    told,
    see: (...visits: Visit[]) => visits.forEach((visit) => rules.sighting(visit, 0, tell)),
    dismiss({ irregularityId, garageId, operatorId }: Irregularity, at = 0): void {
      const dismissal = { irregularityId, controlId: 'c', issuedAt: at, issuedBy: 'kari', reason: 'one is a van' };
      rules.sighting({ ...station, garageId, operatorId, dismissal }, at, tell);
    },
  };
}

/** In the centre from 8 to 16. */
const centre = visitOf({ visitId: 'v1', garageId: 'centre', enteredAt: 8 * hour, exitedAt: 16 * hour });
/** By the station from 10 to 11. */
const station = visitOf({ visitId: 'v2', garageId: 'station', enteredAt: 10 * hour, exitedAt: 11 * hour });
const opened = (visit: Visit): Visit => ({
  ...visit,
  revision: visit.revision - 1,
  status: 'open',
  exitedAt: null,
  matchConfidence: 0,
});

describe('two_places', () => {
  test('is a plate read in one garage during its whole stay in another; it stands with the garage entered later', () => {
    const [irregularity, ...more] = found(opened(centre), opened(station), station, centre);
    assert.deepEqual(more, []);
    const { type, status, garageId, at, visitIds, severity } = irregularity!;
    assert.deepEqual({ type, status, garageId, at, visitIds, severity }, {
      type: 'two_places', status: 'open', garageId: 'station',
      at: 10 * hour, visitIds: ['v1', 'v2'], severity: 'warning',
    });
  });

  test('needs the exit of one of them: an open stay may be one whose exit was missed', () => {
    assert.deepEqual(found(opened(centre), station), []);
    assert.deepEqual(found({ ...centre, status: 'unclosed', exitedAt: null }, station), []);
    assert.equal(found(centre, opened(station)).length, 1);
  });

  test('is seen by an exit alone too, and by an entry whose exit nobody read', () => {
    assert.equal(found(centre, { ...station, enteredAt: null }).length, 1);
    assert.equal(found(centre, { ...station, status: 'unclosed', exitedAt: null }).length, 1);
  });

  test('is none when the stays only touch: it drove from one to the other, and their clocks differ', () => {
    const next = { enteredAt: 16 * hour - 4 * minute, exitedAt: 18 * hour };
    assert.deepEqual(found(centre, { ...station, ...next }), []);
    assert.equal(found(centre, { ...station, ...next, enteredAt: 16 * hour - 6 * minute }).length, 1);
  });

  test('is none within one garage, nor between operators, nor of vehicles of two countries', () => {
    assert.deepEqual(found(centre, { ...station, garageId: 'centre' }), []);
    assert.deepEqual(found(centre, { ...station, operatorId: 'other' }), []);
    assert.deepEqual(found(centre, { ...station, country: 'SE' }), []);
  });

  test('is seen from behind too: a rear plate is in one place at a time as any other', () => {
    assert.equal(found(centre, { ...station, plateRead: false }).length, 1);
    assert.equal(found({ ...centre, plateRead: false }, station).length, 1);
  });

  test('is none by a stay that may be two vehicles, and by one whose plate nobody read', () => {
    assert.deepEqual(found({ ...centre, matchConfidence: 0.8 }, station), []);
    assert.deepEqual(found({ ...centre, status: 'review' }, station), []);
    assert.deepEqual(
      found({ ...centre, plate: '', plateRead: false }, { ...station, plate: '', plateRead: false }),
      [],
    );
  });

  test('is withdrawn when a visit is, or has another plate or other times after all; and comes back if they do', () => {
    for (const change of [
      { status: 'withdrawn' },
      { plate: 'AB12346' },
      { enteredAt: 17 * hour, exitedAt: 18 * hour },
    ] as const) {
      assert.deepEqual(found(centre, station, { ...station, revision: 3, ...change }), []);
      const again = found(centre, station, { ...station, revision: 3, ...change }, { ...station, revision: 4 });
      assert.deepEqual(again.map(({ status }) => status), ['open']);
    }
  });

  test('is found under the plate that both were corrected to', () => {
    const misread = { ...station, plate: 'AB12346' };
    assert.deepEqual(found(centre, misread), []);
    assert.equal(found(centre, misread, { ...station, revision: 3 }).length, 1);
  });

  test('is told once, whatever is told again', () => {
    const places = openTwoPlacesOfVisits();
    for (const visit of [centre, station, centre, station]) places.visit(visit, 0);
    assert.deepEqual(places.irregularities().map(({ revision }) => revision), [1]);
  });

  test('is resolved when the stays are forgotten, three days after they were told to be over', () => {
    const places = openTwoPlacesOfVisits();
    places.visit(centre, 0);
    places.visit(station, hour);
    places.visit({ ...station, visitId: 'v3', plate: 'CD12345', garageId: 'elsewhere' }, 3 * day - 1);
    assert.deepEqual(places.irregularities().map(({ status }) => status), ['open']);
    places.visit({ ...station, visitId: 'v4', plate: 'CD12345', garageId: 'elsewhere' }, 3 * day);
    assert.deepEqual(places.irregularities().map(({ status }) => status), ['resolved']);
  });

  test('leaves nothing behind of stays long over', () => {
    const state = new TaskState();
    const rules = openTwoPlacesRules(state);
    const told: Irregularity[] = [];
    const see = (visit: Visit, at: number): void =>
      rules.sighting(visit, at, (irregularity) => told.push(irregularity));
    see(centre, 0);
    see(station, hour);
    see({ ...station, visitId: 'v3', plate: 'CD12345' }, 10 * day);
    assert.deepEqual(told.map(({ status }) => status), ['open', 'resolved']);
    state.settle(new RecordBlock(), 0);
    assert.equal(state.size, 1);
  });

  test('of a plate that is read without end, only the newest stays are known', () => {
    const state = new TaskState();
    const rules = openTwoPlacesRules(state);
    for (let n = 0; n < 1_000; n++) rules.sighting({ ...centre, visitId: `v${n}`, garageId: `g${n}` }, n, () => {});
    const changelog = new RecordBlock();
    state.settle(changelog, 0);
    assert.ok(changelog.sizeBytes < 500_000, `the state is of ${changelog.sizeBytes} bytes`);
  });
});

describe('a dismissed two_places', () => {
  const night = (visit: Visit, visitId: string): Visit =>
    ({ ...visit, visitId, enteredAt: visit.enteredAt! + 12 * hour, exitedAt: visit.exitedAt! + 12 * hour });

  test('is resolved, says by whom, and is told once more only', () => {
    const plate = openPlate();
    plate.see(centre, station);
    const [raised] = plate.told;
    plate.dismiss(raised!);
    const [, resolved, ...more] = plate.told;
    assert.deepEqual(resolved, { ...raised, revision: 2, status: 'resolved', action: 'dismissed by kari' });
    plate.dismiss(raised!);
    assert.deepEqual([more, plate.told.length], [[], 2], 'whoever says it again says nothing new');
  });

  test('is not raised again, nor withdrawn, by whatever is told of the two stays', () => {
    const plate = openPlate();
    plate.see(centre, station);
    plate.dismiss(plate.told[0]!);
    plate.see({ ...station, revision: 3, status: 'withdrawn' }, { ...station, revision: 4 });
    plate.see({ ...station, revision: 5, enteredAt: 17 * hour, exitedAt: 18 * hour }, {
      ...centre,
      revision: 3,
      exitedAt: 20 * hour,
    });
    assert.equal(plate.told.length, 2);
  });

  test('leaves what the same plate does later to be found', () => {
    const plate = openPlate();
    plate.see(centre, station);
    plate.dismiss(plate.told[0]!);
    plate.see(night(centre, 'v3'), night(station, 'v4'));
    assert.deepEqual(plate.told.slice(2).map(({ status, visitIds }) => [status, visitIds]), [['open', ['v3', 'v4']]]);
    plate.see({ ...station, visitId: 'v5', garageId: 'harbour' });
    const third = plate.told.slice(3).map(({ status, visitIds }) => [status, visitIds]);
    assert.deepEqual(third, [['open', ['v1', 'v5']]], 'a third garage at the same time is another sight of it');
  });

  test('is refused of one that is not the garage\'s, was withdrawn, or whose stays are forgotten', () => {
    const plate = openPlate();
    plate.see(centre, station);
    const [raised] = plate.told;
    const refused = (error: unknown): boolean =>
      error instanceof RejectedError && error.reason === 'unknown_irregularity';
    assert.throws(() => plate.dismiss({ ...raised!, garageId: 'centre' }), refused);
    assert.throws(() => plate.dismiss({ ...raised!, irregularityId: `${raised!.irregularityId}x` }), refused);
    assert.throws(() => plate.dismiss({ ...raised!, operatorId: 'other' }), refused);
    assert.throws(() => plate.dismiss(raised!, 10 * day), refused);
    const withdrawn = openPlate();
    withdrawn.see(centre, station, { ...station, revision: 3, status: 'withdrawn' });
    assert.throws(() => withdrawn.dismiss(withdrawn.told[0]!), refused);
  });

  test('names the visit that it stands with in its id, whatever letters the id has', () => {
    for (const visitId of ['v2', 'a-b_c-', '-']) {
      const [{ irregularityId }] = found(centre, { ...station, visitId }) as [Irregularity];
      assert.equal(visitOfTwoPlaces(irregularityId), visitId);
    }
    assert.equal(visitOfTwoPlaces('overstay-v2'), null);
  });
});

test('in whatever order the visits of garages are told, the same pairs are found', () => {
  const stay = fc.record({
    garageId: fc.constantFrom('a', 'b', 'c'), plate: fc.constantFrom('AB12345', 'AB12346'),
    enteredAt: fc.integer({ min: 0, max: 20 }), length: fc.integer({ min: 1, max: 10 }),
    last: fc.constantFrom<Visit['status']>('closed', 'withdrawn', 'review', 'unclosed'), corrected: fc.boolean(),
  });
  const lines = (visits: readonly Visit[]): string[] =>
    found(...visits)
      .map(({ visitIds, garageId, at, status }) => JSON.stringify({ visitIds, garageId, at, status }))
      .sort();
  let pairs = 0;
  fc.assert(fc.property(fc.array(stay, { minLength: 2, maxLength: 5 }), fc.infiniteStream(fc.nat()), (stays, draws) => {
    const revisions = stays.map(({ garageId, plate, enteredAt, length, last, corrected }, n) => {
      const closed = visitOf({
        visitId: `v${n}`, garageId, plate, enteredAt: enteredAt * hour, exitedAt: (enteredAt + length) * hour,
      });
      const ended = { ...closed, revision: 3, status: last, ...(last === 'unclosed' ? { exitedAt: null } : {}) };
      return [opened(closed), closed, corrected ? { ...ended, plate: 'AB12346' } : ended];
    });
    const shuffled: Visit[] = [];
    const left = revisions.map((ofVisit) => [...ofVisit]);
    while (left.some((ofVisit) => ofVisit.length > 0)) {
      const some = left.filter((ofVisit) => ofVisit.length > 0);
      shuffled.push(some[draws.next().value! % some.length]!.shift()!);
    }
    const inOrder = lines(revisions.flat());
    pairs += inOrder.length;
    assert.deepEqual(lines(shuffled), inOrder);
  }), { numRuns: 500 });
  assert.ok(pairs > 50, `${pairs} pairs were found in all`);
});
