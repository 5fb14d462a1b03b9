import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { requireDiskSpace, requireWritable } from './disk.ts';

test('a disk that is nearly full is told with what is there, what is needed and where', () => {
  assert.throws(() => requireDiskSpace('/parking/data', 1_000, 'free some space', () => 12), {
    name: 'Trouble',
    message: 'The disk of /parking/data has 12 MiB free, but 1000 MiB are needed: free some space.',
  });
});

test('a folder that is yet to be made is judged by the disk it will be on', () => {
  requireDiskSpace(join(tmpdir(), 'not', 'there', 'yet'), 0, 'nothing');
});

test('a data folder that can not be is told with what to do', () => {
  const dir = mkdtempSync(join(tmpdir(), 'data-'));
  try {
    requireWritable(join(dir, 'a', 'run'));
    writeFileSync(join(dir, 'file'), '');
    assert.throws(() => requireWritable(join(dir, 'file', 'run')), {
      name: 'Trouble', message: /file\/run can not be written to \(ENOTDIR\): set BOMFRI_DATA_DIR/,
    });
  } finally {
    rmSync(dir, { recursive: true });
  }
});
