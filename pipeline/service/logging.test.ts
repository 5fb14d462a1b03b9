import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import { openLogger } from './logging.ts';

test('a log line holds no plate, however deep it stands', () => {
  const lines: string[] = [];
  const logger = openLogger('test', 'info', new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  }));
  const read = { readId: 'r1', plate: 'SECRET1', candidates: [{ plate: 'SECRET2', confidence: 1 }] };
  logger.info({ plate: 'SECRET3', read, batch: { reads: [read], first: { of: read } } }, 'seen');
  assert.equal(lines.length, 1);
  assert.match(lines[0]!, /"readId":"r1"/);
  assert.doesNotMatch(lines[0]!, /SECRET/);
});
