import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { ownKey } from '../pipeline/access/own-key.ts';
import { parseGarages } from '../pipeline/garages/garages-file.ts';
import type { Visit } from '../pipeline/records/records.ts';
import { openParts, type Parts } from '../pipeline/replay/parts.ts';
import { replay } from '../pipeline/replay/replay.ts';
import { readConfig } from '../pipeline/service/config.ts';
import { visitsOfReads } from '../pipeline/visits/evaluation/evaluate.ts';
import { readsOfFile } from '../pipeline/visits/evaluation/read-ahead.ts';
import { score } from '../pipeline/visits/evaluation/score.ts';
import { openTruth, type TruthLine } from '../pipeline/visits/evaluation/truth.ts';
import { startServices, type RunningServices } from './running-services.ts';

const data = new URL('../../shared/data/lekagul/', import.meta.url);
const absent = existsSync(data) ? false : 'the log is not beside this checkout (../shared/data/lekagul)';

let services: RunningServices;
let parts: Parts;
let dir: string;

before(async () => {
  if (absent) return;
  dir = mkdtempSync(join(tmpdir(), 'bomfri-lekagul-'));
  services = await startServices(['ingest', 'visits', 'pricing', 'warehouse']);
  parts = await openParts(readConfig(), 'lekagul-test');
});

after(async () => {
  if (absent) return;
  await parts?.close();
  await services?.stop();
  rmSync(dir, { recursive: true });
});

for (const file of ['reads.ndjson.gz', 'reads-unknown-direction.ndjson.gz']) {
  test(`a third-party gate log (${file}) gives the running pipeline the same visits as evaluate`, { skip: absent }, async () => {
    // Under a name of its own, so that the test can run again on the same stack.
    const garageId = `lekagul-${randomUUID().slice(0, 8)}`;
    const path = join(dir, `${garageId}.ndjson.gz`);
    writeFileSync(path, gzipSync(gunzipSync(readFileSync(new URL(file, data))).toString().replaceAll(
      '"garageId":"lekagul"',
      `"garageId":"${garageId}"`,
    )));
    const [garage] = parseGarages(JSON.parse(readFileSync(new URL('garages.json', data), 'utf8')));
    const garages = [{ ...garage!, garageId }];

    const evaluated = (await visitsOfReads(garages, readsOfFile(path))).visits.filter(({ status }) =>
      status !== 'withdrawn');
    const { sent } = await replay({
      parts, ingestUrl: readConfig().ingestUrl, ingestKey: ownKey(readConfig()),
      file: path, garages, stopping: new AbortController().signal, say: () => {},
    });
    assert.equal(sent.refused, 0);
    assert.deepEqual(byId(await visitsInClickHouse(garageId)), byId(evaluated));

    const truth = gunzipSync(readFileSync(new URL('truth.ndjson.gz', data))).toString().trimEnd().split('\n')
      .map((line) => ({ ...(JSON.parse(line) as TruthLine), garageId }));
    const { stays, right } = score(evaluated.filter(({ status }) => status !== 'open'), openTruth(truth));
    assert.ok(stays > 17_000 && right >= 0.999 * stays, `${right} of ${stays} stays are paired right`);
  });
}

function byId(visits: readonly Visit[]): Visit[] {
  return visits.toSorted((one, other) => (one.visitId < other.visitId ? -1 : 1));
}

async function visitsInClickHouse(garageId: string): Promise<Visit[]> {
  const result = await parts.clickhouse.query({
    query: `
      SELECT visitId, revision, status, operatorId, garageId, plate, country, plateRead, entryReadId, exitReadId,
        toUnixTimestamp64Milli(firstSeenAt) AS firstSeenAt, toUnixTimestamp64Milli(enteredAt) AS enteredAt,
        toUnixTimestamp64Milli(exitedAt) AS exitedAt, matchConfidence, flags, rulesVersion
      FROM visits_current WHERE garageId = {garageId: String}`,
    query_params: { garageId }, format: 'JSONEachRow',
    clickhouse_settings: { output_format_json_quote_64bit_integers: 0 },
  });
  return result.json<Visit>();
}
