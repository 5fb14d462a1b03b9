import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { tokenOfCamera, tokenOfReader } from './credentials.ts';
import { newTestKeys } from './test-keys.ts';
import { newToken, parseToken, secretHash, tokenText } from './token.ts';

const operatorOf = (garageId: string): string =>
  ({ torget: 'acme', elva: 'acme', havna: 'other' })[garageId] ?? 'default';

test('a token is its text and back, and what is stored of it does not tell the secret', () => {
  const token = newToken();
  assert.deepEqual(parseToken(tokenText(token)), token);
  assert.match(tokenText(token), /^bomfri_[a-z0-9]{10}_[A-Za-z0-9_-]{43}$/);
  assert.match(secretHash(token.secret), /^[0-9a-f]{64}$/);
});

test('what is no token is none, whatever it is', () => {
  fc.assert(fc.property(fc.string(), (text) => parseToken(text) === null));
  const text = tokenText(newToken());
  for (const wrong of [` ${text}`, `${text}\n`, text.slice(1), `${text}x`, text.toUpperCase(), '']) {
    assert.equal(parseToken(wrong), null);
  }
});

test('only the whole secret of a known key that is not revoked says who asks', () => {
  const keys = newTestKeys(operatorOf);
  const token = keys.issue({ operatorId: 'acme' });
  assert.equal(keys.keyRing.callerOf(token)!.operatorId, 'acme');
  const last = token.at(-1) === 'A' ? 'B' : 'A';
  for (const wrong of [token.slice(0, -1) + last, tokenText(newToken()), 'bomfri_', '']) {
    assert.equal(keys.keyRing.callerOf(wrong), null);
  }
  const caller = keys.keyRing.callerOf(token)!;
  keys.revoke(token);
  assert.equal(keys.keyRing.callerOf(token), null);
  assert.equal(caller.isValid(), false);
});

test("a key of an operator is for that operator's garages, or those of them that it names", () => {
  const { keyRing, issue } = newTestKeys(operatorOf);
  const used = (token: string): string[] =>
    ['torget', 'elva', 'havna', 'not configured'].filter((garageId) => keyRing.callerOf(token)!.mayUse(garageId));
  assert.deepEqual(used(issue({ operatorId: 'acme' })), ['torget', 'elva']);
  assert.deepEqual(used(issue({ operatorId: 'acme', garages: ['elva', 'havna'] })), ['elva']);
  assert.deepEqual(used(issue({ operatorId: 'default' })), ['not configured']);
  assert.deepEqual(used(issue({ operatorId: '*' })), ['torget', 'elva', 'havna', 'not configured']);
  assert.deepEqual(used(issue({ operatorId: '*', garages: ['havna'] })), ['havna']);
});

test('two keys of an operator hold at once, so that one can be replaced by the other without a gap', () => {
  const { keyRing, issue, revoke } = newTestKeys(operatorOf);
  const [former, next] = [issue({ operatorId: 'acme' }), issue({ operatorId: 'acme' })];
  assert.ok(keyRing.callerOf(former) !== null && keyRing.callerOf(next) !== null);
  revoke(former);
  assert.ok(keyRing.callerOf(former) === null && keyRing.callerOf(next) !== null);
});

test('a garage that changes hands is its new operator\'s at once', () => {
  let operator = 'acme';
  const { keyRing, issue } = newTestKeys(() => operator);
  const caller = keyRing.callerOf(issue({ operatorId: 'acme' }))!;
  assert.equal(caller.mayUse('torget'), true);
  operator = 'other';
  assert.equal(caller.mayUse('torget'), false);
});

test('a camera may bring its key in every way that cameras know', () => {
  const basic = (pair: string): string => `Basic ${Buffer.from(pair).toString('base64')}`;
  const brought = (headers: Record<string, string>, query = {}): string | null => tokenOfCamera({ headers, query });
  assert.equal(brought({ authorization: 'Bearer k' }), 'k');
  assert.equal(brought({ authorization: 'bearer  k' }), 'k');
  assert.equal(brought({ authorization: basic('camera 1:k') }), 'k');
  assert.equal(brought({ authorization: basic(':k') }), 'k');
  assert.equal(brought({ 'x-api-key': 'k' }), 'k');
  assert.equal(brought({}, { key: 'k' }), 'k');
  assert.equal(brought({ authorization: 'Digest username="k"' }), null);
  assert.equal(brought({}, { key: ['k', 'l'] }), null);
  assert.equal(brought({ cookie: 'bomfri_key=k' }), null);
  assert.equal(tokenOfReader({ headers: { cookie: 'a=b; bomfri_key=k' }, query: {} }), 'k');
  assert.equal(tokenOfReader({ headers: {}, query: { key: 'k' } }), null);
});
