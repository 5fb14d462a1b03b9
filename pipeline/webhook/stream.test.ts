import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WebhookEndpoint } from '../records/records.ts';
import {
  afterHead, afterLoss, afterParked, BACK_OFF_MS, disabledByHand,
  enabled, FROM_START, newStream, nextWork, PARKED_AFTER,
  PARKED_MAX, parkedBehind, replayed, waitsBehind, type Answer, type Due, type Stream,
} from './stream.ts';

const TAKEN: Answer = { kind: 'taken' };
const AWAY: Answer = { kind: 'failed', problem: 'no_connection', answered: false, retryAfterMs: 0 };
const REFUSED: Answer = { kind: 'failed', problem: 'http_500', answered: true, retryAfterMs: 0 };
const DAY = 86_400_000;
const fresh = newStream({ endpointId: 'e', deliverFrom: 7 } as WebhookEndpoint, 'parking.charges', 2);
const at = (offset: number, accountId = `account-${offset}`): Due => ({ offset, next: offset + 1, accountId });

/** The same record tried again and again, each time as soon as it is due. */
function triedThrough(
  stream: Stream, due: Due, answer: Answer, most = 100,
): { stream: Stream; attempts: number; now: number } {
  let now = 0;
  let attempts = 0;
  for (; attempts < most && stream.disabledAt === null && stream.position !== due.next; attempts++) {
    const work = nextWork(stream, now);
    if (work.kind === 'idle') now = work.until;
    stream = afterHead(stream, due, answer, now);
  }
  return { stream, attempts, now };
}

test('a record that is taken is behind us, and the next is due at once', () => {
  const stream = afterHead(fresh, at(5), TAKEN, 0);
  assert.deepEqual([stream.position, stream.problem], [6, '']);
  assert.deepEqual(nextWork(stream, 0), { kind: 'head' });
});

test('an endpoint that is away is tried again over more than three days, then it is disabled, and nothing is passed over', () => {
  const { stream, attempts, now } = triedThrough({ ...fresh, position: 5, mayPark: true }, at(5), AWAY);
  assert.equal(attempts, BACK_OFF_MS.length + 1);
  assert.ok(now > 3 * DAY, String(now / DAY));
  assert.deepEqual([stream.position, stream.disabledAt, stream.problem, stream.parked], [5, now, 'no_connection', []]);
  assert.deepEqual(nextWork(stream, now + DAY), { kind: 'idle', until: Infinity });
});

test('the waits grow, and an endpoint may ask for longer ones, up to a day', () => {
  for (const [index, pause] of BACK_OFF_MS.entries()) if (index > 0) assert.ok(pause > BACK_OFF_MS[index - 1]!);
  const busy: Answer = { kind: 'failed', problem: 'http_429', answered: true, retryAfterMs: 600_000 };
  assert.equal(afterHead(fresh, at(5), busy, 1_000).nextAt, 601_000);
  assert.equal(afterHead(fresh, at(5), { ...busy, retryAfterMs: 90 * DAY }, 0).nextAt, DAY);
  assert.equal(afterHead(fresh, at(5), { ...busy, retryAfterMs: 1 }, 0).nextAt, BACK_OFF_MS[0]);
});

test('a record that an endpoint refuses while it takes others is set aside, and the others go on', () => {
  const { stream, attempts, now } = triedThrough(afterHead(fresh, at(4), TAKEN, 0), at(5), REFUSED);
  assert.equal(attempts, PARKED_AFTER);
  assert.deepEqual([stream.position, stream.parked.map(({ offset }) => offset)], [6, [5]]);
  assert.deepEqual(nextWork(stream, now), { kind: 'head' });
});

test('an endpoint that refuses everything has one record set aside at most, however long it does', () => {
  const first = triedThrough(afterHead(fresh, at(4), TAKEN, 0), at(5), REFUSED).stream;
  const { stream } = triedThrough(first, at(6), REFUSED);
  assert.deepEqual([stream.parked.length, stream.position, stream.problem], [1, 6, 'http_500']);
  assert.notEqual(stream.disabledAt, null);
});

test('the records of an account that has one set aside wait behind it, and come in their order', () => {
  let { stream } = triedThrough(afterHead(fresh, at(4), TAKEN, 0), at(5, 'a'), REFUSED);
  assert.deepEqual([waitsBehind(stream, at(6, 'a')), waitsBehind(stream, at(6, 'b'))], [true, false]);
  stream = parkedBehind(stream, at(6, 'a'), 0);
  assert.deepEqual([stream.position, stream.parked.map(({ offset }) => offset)], [7, [5, 6]]);
  const due = stream.parked[0]!.nextAt;
  assert.deepEqual(nextWork(stream, due), { kind: 'parked', offset: 5 });
  stream = afterParked(stream, 5, TAKEN, due);
  assert.deepEqual(nextWork(stream, due), { kind: 'parked', offset: 6 });
  assert.deepEqual(afterParked(stream, 6, TAKEN, due).parked, []);
});

test('a record set aside is tried through the whole back-off, then only when a person says so', () => {
  let { stream } = triedThrough(afterHead(fresh, at(4), TAKEN, 0), at(5), REFUSED);
  let now = 0;
  for (let attempt = PARKED_AFTER; attempt <= BACK_OFF_MS.length; attempt++) {
    now = stream.parked[0]!.nextAt;
    assert.deepEqual(nextWork(stream, now), { kind: 'parked', offset: 5 });
    stream = afterParked(stream, 5, REFUSED, now);
  }
  assert.deepEqual(nextWork(stream, now + 90 * DAY), { kind: 'head' });
  assert.deepEqual(nextWork(enabled(stream), now), { kind: 'parked', offset: 5 });
});

test('when there is no room to set more aside the endpoint is disabled in that partition', () => {
  const parked = Array.from({ length: PARKED_MAX }, (_, offset) => ({
    offset,
    accountId: `account-${offset}`,
    failures: 1,
    nextAt: DAY,
  }));
  const full: Stream = { ...fresh, position: 500, mayPark: true, parked };
  for (const stream of [parkedBehind(full, at(500, 'account-3'), 9), triedThrough(full, at(500), REFUSED).stream]) {
    assert.deepEqual([stream.problem, stream.position, stream.parked.length], ['too_many_parked', 500, PARKED_MAX]);
    assert.notEqual(stream.disabledAt, null);
  }
});

test('410 disables at once', () => {
  for (const stream of [afterHead(fresh, at(5), { kind: 'gone' }, 3), afterParked(fresh, 5, { kind: 'gone' }, 3)]) {
    assert.deepEqual([stream.disabledAt, stream.problem], [3, 'gone']);
  }
});

test('enabled again it goes on from where it stopped', () => {
  const stopped = triedThrough({ ...fresh, position: 5 }, at(5), AWAY).stream;
  const again = enabled(stopped);
  assert.deepEqual([again.position, again.disabledAt, again.failures, again.problem], [5, null, 0, '']);
  assert.deepEqual(nextWork(again, 0), { kind: 'head' });
});

test('each word of a person makes what was under way before count no more', () => {
  for (const told of [enabled(fresh), disabledByHand(fresh, 1), replayed(fresh, 1)]) {
    assert.equal(told.epoch, fresh.epoch + 1);
  }
});

test('a replay begins at the start of the log, with what is of that time or later', () => {
  const stream = replayed(
    { ...fresh, position: 900, disabledAt: 3, parked: [{ offset: 4, accountId: 'a', failures: 1, nextAt: 1 }] },
    5_000,
  );
  assert.deepEqual([stream.position, stream.from, stream.disabledAt, stream.parked], [FROM_START, 5_000, null, []]);
});

test('records that the log has dropped before they could be delivered disable the endpoint, and enabled it goes on with the rest', () => {
  const lost = afterLoss({ ...fresh, position: 5 }, 3);
  assert.deepEqual([lost.disabledAt, lost.problem], [3, 'records_gone']);
  assert.equal(enabled(lost).position, FROM_START);
});
