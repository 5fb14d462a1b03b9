import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseGarages } from '../../pipeline/garages/garages-file.ts';
import { profiles } from './faults.ts';
import { writeFleetFiles } from './fleet-files.ts';
import { generateFleet } from './generate.ts';

test('the files hold what was generated, the same bytes every time, and garages as the pipeline takes them', () => {
  const dir = mkdtempSync(join(tmpdir(), 'bomfri-fleet-'));
  try {
    const fleet = generateFleet({
      seed: '5', garages: 3, vehicles: 60, days: 2, from: '2026-06-01', faults: profiles.demo,
    });
    const counts = writeFleetFiles(fleet, join(dir, 'one'));
    writeFleetFiles(fleet, join(dir, 'two'));
    for (const file of ['reads.ndjson', 'truth.ndjson', 'garages.json', 'accounts.json']) {
      assert.deepEqual(readFileSync(join(dir, 'one', file)), readFileSync(join(dir, 'two', file)));
    }
    const lines = (file: string): unknown[] =>
      readFileSync(join(dir, 'one', file), 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line));
    const events = [...fleet.events()];
    assert.deepEqual(lines('reads.ndjson'), events.flatMap((event) => (event.kind === 'read' ? [event.read] : [])));
    assert.deepEqual(lines('truth.ndjson'), events.flatMap((event) => (event.kind === 'truth' ? [event.line] : [])));
    assert.equal(counts.reads, lines('reads.ndjson').length);
    assert.deepEqual(JSON.parse(readFileSync(join(dir, 'one', 'accounts.json'), 'utf8')), [...fleet.accounts()]);
    assert.equal(parseGarages(JSON.parse(readFileSync(join(dir, 'one', 'garages.json'), 'utf8'))).length, 3);
  } finally {
    rmSync(dir, { recursive: true });
  }
});
