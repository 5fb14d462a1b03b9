import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AccountDetails } from '../records/records.ts';
import {
  newRefreshToken, readRefreshToken, refreshed, SESSION_MS, SESSIONS_MAX, withoutSession, withSession,
} from './session-rules.ts';

const nobody: AccountDetails = {
  accountId: 'a', version: 1, name: 'n', email: 'e', phone: 'p',
  passwordHash: 'h', createdAt: 0, sessions: [], cardRegistration: null,
};
const first = newRefreshToken('a', 's');
const second = newRefreshToken('a', 's');
const third = newRefreshToken('a', 's');
const loggedIn = withSession(nobody, first, 0);

test('a refresh token is good once, and the next one after it', () => {
  const next = refreshed(loggedIn, first, second, 10)!;
  assert.equal(next.goesOn, true);
  assert.equal(refreshed(next.details, second, third, 20)!.goesOn, true);
});

test('a refresh token that is shown again ends its session', () => {
  const { details } = refreshed(loggedIn, first, second, 10)!;
  const stolen = refreshed(details, first, third, 20)!;
  assert.equal(stolen.goesOn, false);
  assert.equal(refreshed(stolen.details, second, third, 30), null);
});

test('a session lasts 30 days from its last refresh', () => {
  const { details } = refreshed(loggedIn, first, second, SESSION_MS - 1)!;
  assert.equal(refreshed(details, second, third, 2 * SESSION_MS - 2)!.goesOn, true);
  assert.equal(refreshed(details, second, third, 2 * SESSION_MS - 1), null);
});

test('a token of another session, or of none, changes nothing', () => {
  assert.equal(refreshed(loggedIn, newRefreshToken('a', 'other'), second, 1), null);
  assert.equal(refreshed(loggedIn, newRefreshToken('a', 's'), second, 1), null);
  assert.equal(refreshed(withoutSession(loggedIn, 's'), first, second, 1), null);
});

test('the oldest session ends when there are too many', () => {
  let details = nobody;
  for (let n = 0; n <= SESSIONS_MAX; n += 1) details = withSession(details, newRefreshToken('a', `s${n}`), n);
  assert.deepEqual(
    details.sessions.map(({ sessionId }) => sessionId),
    Array.from({ length: SESSIONS_MAX }, (_, n) => `s${n + 1}`),
  );
});

test('no token is kept, only hashes', () => {
  assert.equal(JSON.stringify(loggedIn).includes(first.text.split('.')[2]!), false);
});

test('a text that is no refresh token is told from one', () => {
  assert.equal(readRefreshToken('nonsense'), null);
  assert.deepEqual(readRefreshToken(first.text), first);
});
