import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import { openLogger } from './logging.ts';

test('a log line holds no plate, no person and no secret, however deep it stands', () => {
  const lines: string[] = [];
  const logger = openLogger('test', 'info', new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  }));
  const read = { readId: 'r1', plate: 'SECRET1', candidates: [{ plate: 'SECRET2', confidence: 1 }] };
  const holder = {
    email: 'SECRET4', phone: 'SECRET5', password: 'SECRET6',
    passwordHash: 'SECRET7', refreshToken: 'SECRET8', authorization: 'SECRET9',
  };
  logger.info({
    plate: 'SECRET3',
    cardToken: 'SECRET10',
    request: { holder },
    read,
    batch: { reads: [read], first: { of: read } },
  }, 'seen');
  assert.equal(lines.length, 1);
  assert.match(lines[0]!, /"readId":"r1"/);
  assert.doesNotMatch(lines[0]!, /SECRET/);
});
