import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { withLock } from '../bin/lock.mjs';

let dir: string;
let file: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'lock-'));
  file = join(dir, 'install.lock');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

test('two that ask for the same lock work one after the other', async () => {
  const events: string[] = [];
  const work = (name: string) => async () => {
    events.push(`${name} in`);
    await turn();
    events.push(`${name} out`);
  };
  await Promise.all([
    withLock(file, () => events.push('a waits'), work('a')),
    withLock(file, () => events.push('b waits'), work('b')),
  ]);
  assert.deepEqual(events, ['a in', 'b waits', 'a out', 'b in', 'b out']);
});

test('a lock whose holder is gone is taken over', async () => {
  // No process has pid 1 with that start; the holder must have been another, earlier one.
  writeFileSync(file, '1 nonsense');
  assert.equal(await withLock(file, () => {}, () => 'in'), 'in');
});

test('a lock is free again after work that failed, and nothing else is left behind', async () => {
  await assert.rejects(withLock(file, () => {}, () => Promise.reject(new Error('full'))), /full/);
  assert.deepEqual(readdirSync(dir), []);
});
