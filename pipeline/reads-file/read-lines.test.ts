import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { FileError } from './file-items.ts';
import { readLinesOfFile, type ReadLine } from './read-lines.ts';

const dir = mkdtempSync(join(tmpdir(), 'bomfri-reads-'));
after(() => rmSync(dir, { recursive: true }));

const item = {
  readId: 'r1', garageId: 'g', cameraId: 'c', laneId: 'l',
  direction: 'in', plate: 'AB12345', country: 'NO', confidence: 0.9,
  candidates: [{ plate: 'A812345', confidence: 0.3 }], capturedAt: '2026-06-01T10:00:00.000Z',
};

test('a file of JSON lines gives its reads with their line numbers, and bad lines with their faults', async () => {
  const text = `${JSON.stringify(item)}\n\n{"readId":\n${JSON.stringify({ ...item, country: 'Norway' })}\r\n${JSON.stringify({ ...item, readId: 'r2' })}`;
  const lines = await linesOf('reads.ndjson', text);
  assert.deepEqual(lines.map(({ line }) => line), [1, 3, 4, 5]);
  assert.deepEqual(lines.map((line) => line.fault ?? line.read.readId), [
    'r1', "can't be read; each line must be a whole record",
    'country must be two letters (ISO 3166-1), XX when unknown', 'r2',
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
  for (const name of ['none.ndjson', 'none.ndjson.gz', 'none.csv', 'none.csv.gz']) {
    await assert.rejects(readLines(join(dir, name)), /ENOENT.*none/);
  }
  for (const name of ['plain.ndjson.gz', 'plain.csv.gz']) {
    await assert.rejects(linesOf(name, 'plain text'), /incorrect header check/);
  }
});

test('a byte order mark, line breaks of another system and within a quoted field are taken as what they are', async () => {
  const csv = '\ufeffcapturedAt,readId,garageId,cameraId,laneId,direction,plate,country,candidates\r\n' +
    '2026-06-01T10:00:00.000Z,r1,g,c,l,in,AB12345,NO,"[\r\n{""plate"":""A812345"",""confidence"":0.3}\n]"\r\n' +
    '2026-06-01T10:00:00.000Z,r2,g,c,l,in,AB12345,NO,[\r\n' +
    '2026-06-01T10:00:00.000Z,r3,g,c,l,in,AB12345,NO,"[]"\r\n\r\n' +
    '2026-06-01T10:00:00.000Z,r4,g,c,l,in,AB12345,NO,"[]"\n';
  const lines = await linesOf('breaks.csv', csv);
  assert.deepEqual(lines.map(({ line }) => line), [4, 5, 6, 8]);
  assert.deepEqual(
    lines.map((line) => line.fault ?? line.read.readId),
    ['r1', 'candidates must be an array', 'r3', 'r4'],
  );
  assert.deepEqual(lines[0]!.fault ?? lines[0]!.read.candidates, item.candidates);
  const [marked] = await linesOf('marked.ndjson', `\ufeff${JSON.stringify(item)}`);
  assert.equal(marked!.fault ?? marked!.read.readId, 'r1');
});

test('a quote that never ends is told by its line, not by what stands there', async () => {
  for (const plate of ['"SECRET', '"SECRET"S']) {
    const csv = `readId,plate\nr1,AB12345\nr2,${plate}\n`;
    await assert.rejects(linesOf('quote.csv', csv), (error) =>
      error instanceof FileError &&
        /quote\.csv, line [34]: a quoted field/.test(error.message) &&
        !/SECRET/.test(error.message));
  }
});

async function linesOf(name: string, content: string | Buffer): Promise<ReadLine[]> {
  const path = join(dir, name);
  writeFileSync(path, content);
  return readLines(path);
}

async function readLines(path: string): Promise<ReadLine[]> {
  const lines: ReadLine[] = [];
  const options = { receivedAt: Date.parse('2026-06-02'), source: 'test' };
  for await (const some of readLinesOfFile(path, options)) lines.push(...some);
  return lines;
}
