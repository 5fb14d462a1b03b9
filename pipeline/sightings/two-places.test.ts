import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { RecordBlock } from '../engine/record-block.ts';
import { TaskState } from '../engine/state.ts';
import type { Irregularity, Visit } from '../records/records.ts';
import { day, hour, minute, visitOf } from './test-sightings.ts';
import { openTwoPlacesOfVisits } from './two-places-of-visits.ts';
import { openTwoPlacesRules } from './two-places-rules.ts';

/** Newest revisions, those withdrawn left out, after these revisions of visits. */
function found(...visits: Visit[]): Irregularity[] {
  const places = openTwoPlacesOfVisits();
  visits.forEach((visit, n) => places.visit(visit, n));
  return places.irregularities().filter(({ status }) => status !== 'withdrawn');
}

/** In the centre from 8 to 16. */
const centre = visitOf({ visitId: 'v1', garageId: 'centre', enteredAt: 8 * hour, exitedAt: 16 * hour });
/** By the station from 10 to 11. */
const station = visitOf({ visitId: 'v2', garageId: 'station', enteredAt: 10 * hour, exitedAt: 11 * hour });
const opened = (visit: Visit): Visit => ({ ...visit, revision: visit.revision - 1, status: 'open', exitedAt: null, matchConfidence: 0 });

describe('two_places', () => {
  test('is a plate read in one garage during its whole stay in another; it stands with the garage entered later', () => {
    const [irregularity, ...more] = found(opened(centre), opened(station), station, centre);
    assert.deepEqual(more, []);
    const { type, status, garageId, at, visitIds, severity } = irregularity!;
    assert.deepEqual({ type, status, garageId, at, visitIds, severity }, {
      type: 'two_places', status: 'open', garageId: 'station', at: 10 * hour, visitIds: ['v1', 'v2'], severity: 'warning',
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

  test('is none by a stay that may be two vehicles, and by one whose plate nobody read', () => {
    assert.deepEqual(found({ ...centre, matchConfidence: 0.8 }, station), []);
    assert.deepEqual(found({ ...centre, status: 'review' }, station), []);
    assert.deepEqual(found({ ...centre, plateRead: false }, station), []);
  });

  test('is withdrawn when a visit is, or has another plate or other times after all; and comes back if they do', () => {
    for (const change of [{ status: 'withdrawn' }, { plate: 'AB12346' }, { enteredAt: 17 * hour, exitedAt: 18 * hour }] as const) {
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
    const see = (visit: Visit, at: number): void => rules.sighting(visit, at, (irregularity) => told.push(irregularity));
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

test('in whatever order the visits of garages are told, the same pairs are found', () => {
  const stay = fc.record({
    garageId: fc.constantFrom('a', 'b', 'c'), plate: fc.constantFrom('AB12345', 'AB12346'),
    enteredAt: fc.integer({ min: 0, max: 20 }), length: fc.integer({ min: 1, max: 10 }),
    last: fc.constantFrom<Visit['status']>('closed', 'withdrawn', 'review', 'unclosed'), corrected: fc.boolean(),
  });
  const lines = (visits: readonly Visit[]): string[] =>
    found(...visits).map(({ visitIds, garageId, at, status }) => JSON.stringify({ visitIds, garageId, at, status })).sort();
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
