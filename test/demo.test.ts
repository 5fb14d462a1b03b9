import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { runAllQueries } from '../dashboards/run-queries.ts';
import { reconcile } from '../loadtest/demo/reconcile.ts';
import { runDemo } from '../loadtest/demo/run-demo.ts';
import { ownKey } from '../pipeline/access/own-key.ts';
import { openParts, type Parts } from '../pipeline/replay/parts.ts';
import { readConfig } from '../pipeline/service/config.ts';
import { startServices, type RunningServices } from './running-services.ts';

let services: RunningServices;
let parts: Parts;

before(async () => {
  services = await startServices(['ingest', 'visits', 'pricing', 'charges', 'warehouse']);
  parts = await openParts(readConfig(), 'demo-test');
});

after(async () => {
  await parts?.close();
  await services?.stop();
});

test('a day through the running pipeline agrees with the truth; a deleted visit and a doubled line do not', async () => {
  const { books } = await runDemo({
    parts, ingestUrl: readConfig().ingestUrl, ingestKey: ownKey(readConfig()),
    seed: '7', garages: 3, speedup: 20_000, out: { write: () => {} },
  });
  const { expected, explained, unexplained } = reconcile(books);
  assert.deepEqual(unexplained, []);
  assert.ok(expected.visits > 300 && expected.minor > 100_000, 'there is something to compare');
  assert.ok(explained.length > 0, 'faults were injected and had effects');

  const [visit] = books.visits.filter(({ status }) => status === 'closed');
  const withoutVisit = reconcile({ ...books, visits: books.visits.filter((other) => other !== visit) });
  assert.ok(withoutVisit.unexplained.length > 0, 'a visit is lost');

  const [charge, ...others] = books.charges;
  const line = charge!.lines[0]!;
  const doubled = { ...charge!, lines: [...charge!.lines, line], grossMinor: charge!.grossMinor + line.grossMinor };
  const withDoubledLine = reconcile({ ...books, charges: [doubled, ...others] });
  assert.ok(withDoubledLine.unexplained.some((sentence) => sentence.includes(line.visitId)), 'a line is doubled');
});

test('by disposition, the visits of that day sum to all closed visits', async () => {
  const ask = async (query: string): Promise<unknown> =>
    (await parts.clickhouse.query({
      query,
      format: 'JSONEachRow',
      clickhouse_settings: { output_format_json_quote_64bit_integers: 0 },
    })).json();
  const [closed] = await ask(`SELECT count() AS visits FROM visits_current WHERE status = 'closed'`) as {
    visits: number;
  }[];
  const kinds = await ask('SELECT disposition, count() AS visits FROM dispositions_current GROUP BY disposition') as {
    disposition: string;
    visits: number;
  }[];
  assert.equal(kinds.reduce((sum, { visits }) => sum + visits, 0), closed!.visits);
  assert.ok(
    ['account', 'free', 'invoice_due'].every((kind) => kinds.some(({ disposition }) => disposition === kind)),
    'there is some of most',
  );
  assert.deepEqual(await ask(`
    SELECT count() AS visits FROM visits_current FULL JOIN dispositions_current USING (visitId)
    WHERE (visits_current.status = 'closed') != (dispositions_current.status = 'live')`), [{ visits: 0 }]);
});

test('every panel of the dashboards shows something of that day', async () => {
  for (const { panel, rows } of await runAllQueries(readConfig().clickhouseUrl)) {
    assert.ok(rows.length > 0, `the panel '${panel}' is empty`);
  }
});

test('a second day runs on the same stack beside the first and agrees as well', async () => {
  const { run, books } = await runDemo({
    parts, ingestUrl: readConfig().ingestUrl, ingestKey: ownKey(readConfig()),
    seed: '7', garages: 1, speedup: 50_000, out: { write: () => {} },
  });
  assert.ok(books.visits.every(({ garageId }) => garageId.startsWith(`${run}-`)));
  assert.deepEqual(reconcile(books).unexplained, []);
});
