import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { FileError } from '../../reads-file/file-items.ts';
import { garageOf, hour, stayOf } from '../test-garage.ts';
import { main, visitsOfReads } from './evaluate.ts';
import { profileReads } from './profile-reads.ts';
import { readsOfFile } from './read-ahead.ts';

const json = (readId: string, laneId: string, capturedAt: string) => JSON.stringify({
  readId, garageId: 'g1', cameraId: `${laneId}-camera`, laneId, direction: 'unknown', plate: 'AB 12345', country: 'NO',
  confidence: 0.9, candidates: [], capturedAt,
});
const ndjson = [json('1', 'in', '2026-05-17T00:00:00Z'), json('2', 'out', '2026-05-17T01:00:00Z')].join('\n');
const csv = `readId,garageId,cameraId,laneId,direction,plate,country,confidence,candidates,capturedAt
1,g1,in-camera,in,unknown,AB12345,NO,0.9,[],2026-05-17T00:00:00Z
2,g1,out-camera,out,unknown,AB12345,NO,,,2026-05-17T01:00:00Z
`;

async function inFolder(files: Record<string, string | Buffer>, use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'bomfri-evaluate-'));
  try {
    for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
    await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

test('NDJSON, CSV and packed files of the same reads give the same visits', async () => {
  const files = { 'a.ndjson': ndjson, 'b.ndjson.gz': gzipSync(ndjson), 'c.csv': csv, 'd.csv.gz': gzipSync(csv) };
  await inFolder(files, async (folder) => {
    for (const name of Object.keys(files)) {
      const { reads, visits } = await visitsOfReads([garageOf()], readsOfFile(join(folder, name)));
      assert.equal(reads, 2);
      assert.deepEqual(visits.map(stayOf), [{ status: 'closed', enteredAt: 0, exitedAt: hour, flags: [] }], name);
    }
  });
});

test('a bad line is named by its number and field, never by its content', async () => {
  const bad = `${ndjson}\n${json('3', 'in', 'yesterday').replace('AB 12345', 'SECRET')}\n`;
  await inFolder({ 'reads.ndjson': bad, 'broken.ndjson': '{"plate": "SECRET"' }, async (folder) => {
    const message = async (name: string): Promise<string> => {
      try {
        await visitsOfReads([], readsOfFile(join(folder, name)));
      } catch (error) {
        assert.ok(error instanceof FileError);
        return error.message;
      }
      return assert.fail('must be refused');
    };
    assert.match(await message('reads.ndjson'), /reads\.ndjson, line 3: capturedAt must be an RFC 3339 time/);
    assert.match(await message('broken.ndjson'), /broken\.ndjson, line 1: can't be read/);
    assert.doesNotMatch(await message('broken.ndjson'), /SECRET/);
  });
});

test('who stops early leaves nothing running, and a file of many chunks comes whole and in order', async () => {
  const lines = Array.from({ length: 60_000 }, (_, number) => json(`${number}`, 'in', '2026-05-17T00:00:00Z'));
  await inFolder({ 'many.ndjson': lines.join('\n') }, async (folder) => {
    const path = join(folder, 'many.ndjson');
    for await (const batch of readsOfFile(path)) {
      assert.equal(batch[0]!.readId, '0');
      break;
    }
    let next = 0;
    for await (const batch of readsOfFile(path)) for (const { readId } of batch) assert.equal(readId, String(next++));
    assert.equal(next, lines.length);
  });
});

test('a file that is not there is told by its name', async () => {
  for (const name of ['nowhere.ndjson', 'nowhere.ndjson.gz']) {
    await assert.rejects(visitsOfReads([], readsOfFile(name)), /ENOENT.*nowhere/);
  }
});

test('evaluate scores against the truth and writes visits as NDJSON, open ones left out', async (context) => {
  const printed: string[] = [];
  context.mock.method(console, 'log', (line: string) => printed.push(line));
  const truth = JSON.stringify({
    kind: 'stay', stayId: 's', garageId: 'g1', vehicleId: 'v', plate: 'AB12345', country: 'NO', entryReadIds: ['1'],
    exitReadIds: ['2'], enteredAt: '2026-05-17T00:00:00Z', exitedAt: '2026-05-17T01:00:00Z', labels: [],
  });
  const reads = `${ndjson}\n${json('3', 'in', '2026-05-17T02:00:00Z')}`;
  const files = { 'reads.ndjson': reads, 'truth.ndjson': truth, 'garages.json': JSON.stringify([garageOf()]) };
  await inFolder(files, async (folder) => {
    const file = (name: string): string => join(folder, name);
    await main({
      garages: file('garages.json'), reads: file('reads.ndjson'), truth: file('truth.ndjson'),
      visitsOut: file('visits.ndjson.gz'), irregularitiesOut: file('irregularities.ndjson'), json: true,
    });
    const lines = gunzipSync(await readFile(file('visits.ndjson.gz'))).toString().trim().split('\n');
    const visits = lines.map((line) => JSON.parse(line) as { status: string; enteredAt: string });
    assert.deepEqual(visits.map(({ status, enteredAt }) => `${status} ${enteredAt}`), ['closed 2026-05-17T00:00:00.000Z']);
    assert.equal(await readFile(file('irregularities.ndjson'), 'utf8'), '');
  });
  const { reads: count, score, baselines, calibration } = JSON.parse(printed[0]!);
  assert.equal(count, 3);
  for (const { stays, right, wrong } of [score, baselines.exact, baselines.oneCharacter]) assert.deepEqual([stays, right, wrong], [1, 1, 0]);
  assert.equal(calibration.bins[0].visits, 1);
});

test('evaluate of a profile needs no files: it simulates garages, and shows every part of the score', async (context) => {
  const printed: string[] = [];
  context.mock.method(console, 'log', (line: string) => printed.push(line));
  await main({ profile: 'clean', garageCount: '1', vehicles: '40', days: '2', seed: 'test' });
  for (const part of ['paired right', 'one character', 'plate corrected', 'occupancy error', 'AUC', 'irregularity']) {
    assert.ok(printed[0]!.includes(part), part);
  }
  await assert.rejects(main({ profile: 'sunny', garageCount: '1', vehicles: '40', days: '2' }), /must be one of: .*clean, typical, harsh/);
  await assert.rejects(main({ reads: 'reads.ndjson' }), /--garages FILE and --reads FILE, or --profile NAME/);
});

test('how many reads a transaction takes in changes nothing of what is told', async () => {
  const { garages, reads } = profileReads({ profile: 'harsh', garages: 1, vehicles: 300, days: 1, seeds: ['transactions'] });
  const inTransactionsOf = (count: number) => visitsOfReads(garages, (async function* () {
    for (let i = 0; i < reads.length; i += count) yield reads.slice(i, i + count);
  })());
  assert.deepEqual(await inTransactionsOf(1), await inTransactionsOf(reads.length));
});
