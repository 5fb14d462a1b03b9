import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { readReadsFile } from './reads-file.ts';
import type { ReadLine } from './reads-file.ts';

const dir = mkdtempSync(join(tmpdir(), 'bomfri-reads-'));
after(() => rmSync(dir, { recursive: true }));

const item = {
  readId: 'r1', garageId: 'g', cameraId: 'c', laneId: 'l', direction: 'in', plate: 'AB12345', country: 'NO', confidence: 0.9,
  candidates: [{ plate: 'A812345', confidence: 0.3 }], capturedAt: '2026-06-01T10:00:00.000Z',
};

test('a file of JSON lines gives its reads with their line numbers, and bad lines with their faults', async () => {
  const text = `${JSON.stringify(item)}\n\n{"readId":\n${JSON.stringify({ ...item, country: 'Norway' })}\r\n${JSON.stringify({ ...item, readId: 'r2' })}`;
  const lines = await linesOf('reads.ndjson', text);
  assert.deepEqual(lines.map(({ line }) => line), [1, 3, 4, 5]);
  assert.deepEqual(lines.map((line) => line.fault ?? line.read.readId), [
    'r1', 'is no read', 'country must be two letters (ISO 3166-1), XX when unknown', 'r2',
  ]);
});

test('a CSV file gives the same reads as one of JSON lines, zipped or not', async () => {
  const csv = 'readId,garageId,cameraId,laneId,direction,plate,country,confidence,candidates,capturedAt\n' +
    `r1,g,c,l,in,AB12345,NO,0.9,"[{""plate"":""A812345"",""confidence"":0.3}]",2026-06-01T10:00:00.000Z\n` +
    'r2,g,c,l,in,AB12345,NO,high,,2026-06-01T10:00:00.000Z\n';
  for (const [name, content] of [['reads.csv', csv], ['reads.csv.gz', gzipSync(csv)]] as const) {
    const [first, second] = await linesOf(name, content);
    const [same] = await linesOf('same.ndjson', JSON.stringify(item));
    assert.ok(first?.fault === undefined && same?.fault === undefined);
    assert.deepEqual({ ...first!.read, receivedAt: 0 }, { ...same!.read, receivedAt: 0 });
    assert.deepEqual(first!.item, item);
    assert.equal(second?.fault, 'confidence must be a number from 0 to 1');
  }
});

test('a file that is not there, and one that is not zipped as its name says, are told', async () => {
  await assert.rejects(async () => { for await (const _ of readReadsFile(join(dir, 'none.ndjson'))); }, /ENOENT/);
  await assert.rejects(linesOf('plain.ndjson.gz', 'plain text'), /incorrect header check/);
});

async function linesOf(name: string, content: string | Buffer): Promise<ReadLine[]> {
  const path = join(dir, name);
  writeFileSync(path, content);
  const lines: ReadLine[] = [];
  for await (const line of readReadsFile(path)) lines.push(line);
  return lines;
}
