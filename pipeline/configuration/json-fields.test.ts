import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { ConfigurationError, fieldsOf, readJsonArray } from './json-fields.ts';

const dir = mkdtempSync(join(tmpdir(), 'bomfri-json-'));
after(() => rmSync(dir, { recursive: true }));

function fileOf(bytes: Buffer): string {
  const path = join(dir, 'garages.json');
  writeFileSync(path, bytes);
  return path;
}

test('a file is read with the byte order mark that editors on Windows begin with, and with their line breaks', async () => {
  assert.deepEqual(await readJsonArray(fileOf(Buffer.from('\ufeff[\r\n{"name": "Ås"}\r\n]\r\n'))), [{ name: 'Ås' }]);
});

test('a file in another encoding is refused, and not kept with wrong signs for its letters', async () => {
  const text = '[{"name": "Ås"}]';
  for (const bytes of [Buffer.from(text, 'latin1'), Buffer.from(`\ufeff${text}`, 'utf16le')]) {
    await assert.rejects(readJsonArray(fileOf(bytes)), (error) =>
      error instanceof ConfigurationError && /not written in UTF-8/.test(error.message));
  }
});

test('a member that nobody asked for is told of without being quoted', () => {
  const fields = fieldsOf({ to: 'x', SECRET: 1 }, 'permit number 1');
  assert.equal(fields.text('to'), 'x');
  assert.throws(() => fields.refuseOthers(), (error) =>
    error instanceof ConfigurationError && /permit number 1 holds something else than to/.test(error.message) &&
    !error.message.includes('SECRET'));
  assert.equal(fields.has('SECRET'), true);
  fields.refuseOthers();
});
