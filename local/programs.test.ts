import assert from 'node:assert/strict';
import { test } from 'node:test';
import { javaRelease } from './programs.ts';

test('the release of Java is read from new and old version numbers', () => {
  assert.deepEqual(['17.0.15', '21', '25-ea', '11.0.2', '1.8.0_402'].map(javaRelease), [17, 21, 25, 11, 8]);
});
