import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newClusterId } from './kafka.ts';

test('a cluster id is 16 random bytes that no command line takes for an option', () => {
  const ids = Array.from({ length: 2_000 }, newClusterId);
  assert.ok(ids.every((id) => /^[A-Za-z0-9_][A-Za-z0-9_-]{21}$/.test(id)));
  assert.equal(new Set(ids).size, ids.length);
});
