import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { checkConfusions, type Confusions } from './confusions.ts';
import { main } from './learn-command.ts';

const folder = mkdtempSync(join(tmpdir(), 'bomfri-learn-'));
after(() => rmSync(folder, { recursive: true }));

const readLine = (readId: string, plate: string): object => ({
  readId, garageId: 'g1', cameraId: 'c1', laneId: 'in', direction: 'in', plate, country: 'NO', confidence: 0.8, candidates: [],
  capturedAt: '2026-03-02T08:00:00Z',
});

const vehicle = { garageId: 'g1', plate: 'CF51238', country: 'NO' };
const stay = { kind: 'stay', ...vehicle };

const reads = file('reads.ndjson', [
  ...['e1', 'e2', 'e3', 'e4', 'e5'].map((readId) => readLine(readId, 'CF5I238')),
  readLine('e1', 'CF5I238'), readLine('x1', 'CF51238'), readLine('other', 'KX90467'),
]);

test('true stays teach by all their reads, one that is delivered again once', async () => {
  const truth = file('truth.ndjson', [
    { ...stay, entryReadIds: ['e1', 'e2', 'e3', 'e4', 'e5'], exitReadIds: ['x1'] },
    { kind: 'passage', garageId: 'g1', readIds: ['other'] },
  ]);
  const { substitutions, misreads, countryRight } = await learned(truth);
  assert.deepEqual({ substitutions, misreads, countryRight }, { substitutions: { 1: { I: 5 } }, misreads: 5, countryRight: 6 });
});

test('of visits only those count that are closed and sure', async () => {
  const visit = { ...vehicle, status: 'closed', matchConfidence: 1, entryReadId: 'e1', exitReadId: 'x1' };
  const visits = file('visits.ndjson', [
    visit, { ...visit, entryReadId: 'e2', matchConfidence: 0.9 }, { ...visit, entryReadId: 'e3', status: 'review' },
    { ...visit, entryReadId: 'e4', exitReadId: null, status: 'unclosed' },
  ]);
  assert.equal((await learned(visits)).misreads, 1);
});

test('files that have nothing to do with each other are refused', async () => {
  const elsewhere = file('elsewhere.ndjson', [
    { ...stay, garageId: 'g2', entryReadIds: ['e1'], exitReadIds: [] },
  ]);
  await assert.rejects(learned(elsewhere), /none of the reads/);
  await assert.rejects(learned(file('empty.ndjson', [])), /names no reads to learn from/);
});

test('a stay without a plate is refused, naming file and line', async () => {
  const broken = file('broken.ndjson', [{ kind: 'stay', garageId: 'g1', entryReadIds: ['e1'], exitReadIds: [] }]);
  await assert.rejects(learned(broken), /broken\.ndjson, line 1: must have garageId, plate and country/);
});

async function learned(stays: string): Promise<Confusions> {
  const out = join(folder, 'confusions.json');
  await main(reads, stays, { out, least: '5' });
  return checkConfusions(JSON.parse(readFileSync(out, 'utf8')));
}

function file(name: string, lines: readonly object[]): string {
  const path = join(folder, name);
  writeFileSync(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  return path;
}
