import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { beginEndToEnd } from '../loadtest/check/end-to-end.ts';
import { itemsOf, openSupply, prepareDay } from '../loadtest/gateways/prepared-day.ts';
import { shapeOf } from '../loadtest/gateways/shape.ts';
import { presentK6 } from '../loadtest/k6-binary.ts';
import { loadTest } from '../loadtest/load-test.ts';
import { holds, reportLines, reportPage } from '../loadtest/report/report.ts';
import { ownKey } from '../pipeline/access/own-key.ts';
import { openParts, type Parts } from '../pipeline/replay/parts.ts';
import { readConfig } from '../pipeline/service/config.ts';
import { startServices, type RunningServices } from './running-services.ts';

const config = readConfig();
const dir = mkdtempSync(join(tmpdir(), 'bomfri-load-'));
const k6 = await presentK6();

let services: RunningServices;
let parts: Parts;

before(async () => {
  services = await startServices(['ingest', 'visits', 'warehouse']);
  parts = await openParts(config, 'load-test');
});

after(async () => {
  await parts?.close();
  await services?.stop();
});

test('what was accepted, some of it twice, is found whole in Kafka and ClickHouse; a claim too many is found lost', async () => {
  const run = `loadcheck-${Date.now().toString(36)}`;
  const shape = shapeOf('smoke', { GARAGES: '2', GATEWAYS: '2', VEHICLES: '120' });
  const check = await beginEndToEnd(parts, run, shape);
  const answers: string[] = [];
  for (const number of [1, 2]) {
    const day = prepareDay({ run, number, shape });
    const supply = openSupply(day);
    for (let sent = 0; sent < day.reads.length; sent += 100) {
      for (const { date, from, count } of supply.take(Math.min(100, day.reads.length - sent))) {
        for (let times = from === 0 ? 2 : 1; times > 0; times--) {
          const response = await fetch(`${config.ingestUrl}/v1/reads`, {
            method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${ownKey(config)}` },
            body: `[${itemsOf(day, { date, from, count })}]`,
          });
          assert.equal(response.status, 202);
          answers.push(`accepted ${number} ${date} ${from} ${count}`);
        }
      }
    }
  }
  await check.consumed();
  const file = join(dir, 'answers');
  writeFileSync(file, answers.join('\n'));
  const { reads, visits, irregularities } = await check.result(file);
  assert.ok(reads.accepted > 200 && visits.expected > 50, 'there is something to compare');
  assert.deepEqual([reads.lost, reads.doubled], [0, 0]);
  for (const { lost, invented, different, doubled } of [visits, irregularities]) {
    assert.deepEqual([lost, invented, different, doubled], [0, 0, 0, 0]);
  }
  writeFileSync(file, [...answers, 'accepted 1 2001-01-01 5000 1'].join('\n'));
  assert.equal((await check.result(file)).reads.lost, 1);
  await check.end();
});

// Building k6 takes minutes and needs Go: whoever ran a load test has it.
if (k6 !== null) {
  test('a smoke test with k6 on the running pipeline holds, and is reported', async () => {
    const report = await loadTest({
      scenario: 'smoke', shapes: [shapeOf('smoke', { SECONDS: '3', VEHICLES: '100' })], k6, dir, say: () => {},
      target: { baseUrl: config.ingestUrl, apiKey: ownKey(config), isLocal: true, isOwn: true },
      stopping: new AbortController().signal,
    });
    const slow = report.legs[0]!.verdicts.filter(({ what }) => what.includes('duration') || what.includes('dropped'));
    const judged = {
      ...report,
      legs: report.legs.map((leg) => ({ ...leg, verdicts: leg.verdicts.filter((verdict) => !slow.includes(verdict)) })),
    };
    assert.ok(holds(judged), reportLines(report).join('\n'));
    assert.ok(report.legs[0]!.summary.metrics.accepted_reads!.values.count! > 50);
    assert.match(reportPage(report), /srcdoc="&lt;!doctype html&gt;/);
  });
}
