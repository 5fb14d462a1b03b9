import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Charge, Control, Irregularity, Visit, VisitStatus } from '../records/records.ts';
import {
  appliedEntry, chargeEntry, controlEntry, irregularityEntry, occupancyEntry, localDay, refusedEntry, visitEntry,
} from './entry.ts';

const ENTERED = Date.parse('2026-06-01T20:00:00Z');
const EXITED = Date.parse('2026-06-01T22:30:00Z');

function visit(status: VisitStatus, revision = 1): Visit {
  return {
    visitId: 'v1', revision, status, operatorId: 'o', garageId: 'g', plate: 'SECRET1', country: 'NO', plateRead: true,
    entryReadId: 'r1', exitReadId: status === 'open' ? null : 'r2', firstSeenAt: ENTERED, enteredAt: ENTERED,
    exitedAt: status === 'open' ? null : EXITED, matchConfidence: 1, flags: [], rulesVersion: 1,
  };
}

const counted = (entry: { counts: readonly { hash: string; field: string; amount: number }[] }): string[] =>
  entry.counts.map(({ hash, field, amount }) => `${hash} ${field} ${amount}`);

test('an open visit counts as inside, and is remembered until it is open no more', () => {
  const entry = visitEntry(visit('open'), 'Europe/Oslo');
  assert.deepEqual(counted(entry), ['garage:g open 1']);
  assert.equal(entry.rememberSeconds, null);
});

test('those likely inside are counted beyond the open visits, so that the visits told since count too', () => {
  const entry = occupancyEntry({
    garageId: 'g', operatorId: 'o', at: 1_000, inside: 37.6, openVisits: 43, countedAt: null,
  });
  assert.deepEqual(counted(entry), ['garage:g beyond-open -5']);
  assert.equal(entry.revision, 1_000);
});

test('a closed visit counts on the day in its garage on which it ended', () => {
  assert.deepEqual(
    counted(visitEntry(visit('closed'), 'Europe/Oslo')),
    ['garage:g closed 1', 'garage:g:day:2026-06-02 closed 1'],
  );
  assert.deepEqual(
    counted(visitEntry(visit('closed'), 'UTC')),
    ['garage:g closed 1', 'garage:g:day:2026-06-01 closed 1'],
  );
});

test('a closed visit is remembered for longer than its garage may tell another revision of it', () => {
  const DAY_SECONDS = 86_400;
  assert.equal(visitEntry(visit('closed'), 'UTC').rememberSeconds, 16 * DAY_SECONDS);
  assert.equal(visitEntry(visit('closed'), 'UTC', 60 * DAY_SECONDS * 1000).rememberSeconds, 74 * DAY_SECONDS);
});

test('a withdrawn visit counts nowhere', () => {
  assert.deepEqual(counted(visitEntry(visit('withdrawn'), 'UTC')), []);
});

test('no plate goes into Redis', () => {
  for (const status of ['open', 'closed', 'unclosed', 'review', 'withdrawn'] as const) {
    assert.doesNotMatch(JSON.stringify(visitEntry(visit(status), 'UTC')), /SECRET/);
  }
});

const irregularity: Irregularity = {
  irregularityId: 'i1', revision: 1, status: 'open', type: 'missed_exit', operatorId: 'o', garageId: 'g', at: ENTERED,
  cameraId: null, readIds: ['r1'], visitIds: ['v1'],
  severity: 'warning', action: 'The visit was closed without an exit.',
};

test('an irregularity counts while it is open and is listed until it is withdrawn', () => {
  assert.deepEqual(counted(irregularityEntry(irregularity)), ['garage:g irregularity:missed_exit 1']);
  assert.equal(irregularityEntry(irregularity).listed!.at, ENTERED);
  const resolved = irregularityEntry({ ...irregularity, status: 'resolved' });
  assert.deepEqual(counted(resolved), []);
  assert.match(resolved.listed!.text, /"status":"resolved"/);
  assert.equal(irregularityEntry({ ...irregularity, status: 'withdrawn' }).listed, null);
});

test('a charge adds its sum to its day, status and currency', () => {
  const charge: Charge = {
    chargeId: 'c1', revision: 2, status: 'charged', accountId: 'a',
    billingDay: '2026-06-01', merchant: 'm', currency: 'NOK',
    grossMinor: 12_345, vatMinor: 2_469, lines: [], history: [], allocations: [], nextAttemptDay: '', attempts: 0,
  };
  assert.deepEqual(counted(chargeEntry(charge)), [
    'charges 2026-06-01:charged:NOK:count 1', 'charges 2026-06-01:charged:NOK:grossMinor 12345',
  ]);
});

test('the day of an instant is that of the zone, through both changes of the clock', () => {
  assert.equal(localDay(Date.parse('2026-03-28T22:59:59Z'), 'Europe/Oslo'), '2026-03-28');
  assert.equal(localDay(Date.parse('2026-03-28T23:00:00Z'), 'Europe/Oslo'), '2026-03-29');
  assert.equal(localDay(Date.parse('2026-03-29T22:00:00Z'), 'Europe/Oslo'), '2026-03-30');
  assert.equal(localDay(Date.parse('2026-10-25T22:59:59Z'), 'Europe/Oslo'), '2026-10-25');
});

test('a visit in review, and an exit that a person may settle, wait side by side; nothing else does', () => {
  const inReview = visitEntry({ ...visit('review'), exitedAt: EXITED }, 'UTC').waiting!;
  assert.deepEqual([inReview.at, inReview.member], [EXITED, 'v1 review']);
  const similar = irregularityEntry({ ...irregularity, irregularityId: 'similar_inside-v1', type: 'similar_inside' });
  assert.deepEqual(
    [similar.waiting!.member, JSON.parse(similar.waiting!.text).irregularityId],
    ['v1 similar_inside', 'similar_inside-v1'],
  );
  assert.equal(irregularityEntry(irregularity).waiting, null);
  assert.equal(irregularityEntry({ ...irregularity, type: 'similar_inside', status: 'resolved' }).waiting, null);
  for (const status of ['open', 'closed', 'unclosed', 'withdrawn'] as const) {
    assert.equal(visitEntry(visit(status), 'UTC').waiting, null);
  }
});

test('what became of an action is remembered by its id: that it was taken in counts more than that it was refused before', () => {
  const control: Control = {
    controlId: 'c1', type: 'review_correct', subject: 'g', to: null, version: null,
    issuedAt: 0, issuedBy: 'kari', reason: 'SECRET1', plate: 'SECRET1',
  };
  const move = { garageId: 'g', from: 1, to: 1, cause: 'review_correct' as const, readsOffset: 1, controlId: 'c1' };
  const entries = [controlEntry(control), refusedEntry(control, 'unknown_visit', 'no live visit'), appliedEntry(move)];
  assert.deepEqual(entries.map(({ id, revision, text }) => [id, revision, JSON.parse(text!).status]), [
    ['control:c1', 1, 'pending'], ['control:c1', 2, 'refused'], ['control:c1', 3, 'applied'],
  ]);
  assert.doesNotMatch(JSON.stringify(entries), /SECRET/);
});
