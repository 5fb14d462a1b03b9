import assert from 'node:assert/strict';
import { test } from 'node:test';
import { requireAll } from './commands.ts';

test('a command over documents names those that there are not, and does nothing', () => {
  const found = [{ documentId: 'd1' }];
  requireAll(['d1', 'd1'], found);
  assert.throws(() => requireAll(['d1', 'd2', 'd3'], found), /no document d2, d3: nothing was done/);
});
