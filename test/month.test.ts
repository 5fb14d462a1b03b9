import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { agreementLines, agrees } from '../loadtest/month/agreement.ts';
import { judgeMonth } from '../loadtest/month/judge-month.ts';
import { pastMonth } from '../loadtest/month/slices.ts';

const dir = mkdtempSync(join(tmpdir(), 'bomfri-month-'));
after(() => rmSync(dir, { recursive: true, force: true }));

const DAYS = 5;
const TAIL = 9;

test('days of a month come to the ore to what a second program counts, through kills, and give the same bytes again', async () => {
  const agreements = await judgeMonth({
    seed: '1', prefix: 'test-month', firstDay: pastMonth(Date.now(), DAYS, TAIL), days: DAYS, tail: TAIL, accounts: 50,
    otherVehicles: 100, kills: { payments: 1, gateway: 1 }, dir, say: () => {}, stopping: new AbortController().signal,
  });
  assert.ok(agreements.every(agrees), agreementLines(agreements).join('\n'));
  const none =
    agreements.filter(({ what, expected }) => expected === 0 && what !== 'dead letters').map(({ what }) => what);
  assert.deepEqual(none, [], 'there is something to compare');
});
