import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { migrate } from '../pipeline/warehouse/migrate.ts';
import { openTemporaryWarehouse } from '../pipeline/warehouse/temporary-warehouse.ts';
import type { TemporaryWarehouse } from '../pipeline/warehouse/temporary-warehouse.ts';
import { runAllQueries } from './run-queries.ts';

let warehouse: TemporaryWarehouse;
before(async () => {
  warehouse = await openTemporaryWarehouse();
  await migrate(warehouse.client);
});
after(() => warehouse.close());

const HOUR = 3_600_000;
const NOON = Date.UTC(2026, 8, 1, 12);

test('every query of every panel runs over an empty warehouse', async () => {
  await insert('dispositions', [
    'visitId', 'revision', 'status', 'disposition', 'garageId', 'firstSeenAt', 'exitedAt',
  ], [
    ['v1', 1, 'live', 'awaiting_payment', 'g1', NOON, NOON + HOUR],
    ['v1', 2, 'live', 'paid_elsewhere', 'g1', NOON, NOON + HOUR],
    ['v2', 1, 'live', 'review', "g'2", NOON + HOUR, null],
    ['v4', 1, 'withdrawn', 'account', 'g1', NOON, NOON + HOUR],
  ]);
  const results = await runAllQueries(warehouse.url);
  assert.ok(results.length >= 12);
});

test('the panels count what happened', async () => {
  // Two stays of an hour and of two, one car still inside, one stay that was withdrawn; a closed one told of twice.
  const columns = ['visitId', 'revision', 'status', 'garageId', 'firstSeenAt', 'enteredAt', 'exitedAt'];
  await insert('visits', columns, [
    ['v1', 1, 'closed', 'g1', NOON, NOON, NOON + 3 * HOUR],
    ['v1', 2, 'closed', 'g1', NOON, NOON, NOON + HOUR],
    ['v2', 1, 'closed', "g'2", NOON + HOUR, NOON + HOUR, NOON + 3 * HOUR],
    ['v3', 1, 'open', 'g1', NOON + 2 * HOUR, NOON + 2 * HOUR, null],
    ['v4', 1, 'closed', 'g1', NOON, NOON, NOON + HOUR],
    ['v4', 2, 'withdrawn', 'g1', NOON, NOON, NOON + HOUR],
    // In doubt, and so of no median; its garage has no other.
    ['v5', 1, 'review', "g'2", NOON, NOON, NOON + 3 * HOUR],
    ['v6', 1, 'review', 'g0', NOON, NOON, NOON + 3 * HOUR],
  ]);
  await insert('irregularities', ['irregularityId', 'revision', 'status', 'type', 'garageId', 'at'], [
    ['i1', 1, 'open', 'missed_exit', 'g1', NOON + HOUR],
    ['i2', 1, 'open', 'double_entry', 'g1', NOON + HOUR],
    ['i2', 2, 'resolved', 'double_entry', 'g1', NOON + HOUR],
  ]);
  await insert(
    'charges',
    [
      'chargeId', 'revision', 'status', 'accountId', 'billingDay', 'currency', 'grossMinor', 'lines.lineId',
      'lines.visitId', 'lines.operatorId', 'lines.garageId', 'lines.visitDay', 'lines.grossMinor', 'lines.vatMinor',
    ],
    [
      charge('c1', 'pending', [3_500, 7_000]),
      charge('c2', 'failed', [100_000, 100_000]),
    ],
  );
  const results = await runAllQueries(warehouse.url);
  const rowsOf = (panel: string) => results.find((result) => result.panel === panel)?.rows;

  assert.deepEqual(rowsOf('Visits closed'), [{ visits: 2 }]);
  assert.deepEqual(rowsOf('Inside'), [{ inside: 1 }]);
  assert.deepEqual(rowsOf('Median stay'), [{ minutes: 120 }]);
  assert.deepEqual(rowsOf('Revenue'), [{ currency: 'NOK', revenue: 105 }]);
  assert.deepEqual(rowsOf('Open irregularities'), [{ irregularities: 1 }]);
  assert.deepEqual(rowsOf('How long they stay'), [{ stay: '1 to 2 h', visits: 1 }, { stay: '2 to 4 h', visits: 1 }]);
  assert.deepEqual(
    rowsOf('What became of visits'),
    [{ disposition: 'paid_elsewhere', visits: 1 }, { disposition: 'review', visits: 1 }],
  );
  assert.deepEqual(rowsOf('Irregularities by type'), [
    { type: 'double_entry', irregularities: 1 }, { type: 'missed_exit', irregularities: 1 },
  ]);
  assert.deepEqual(rowsOf('Garages'), [
    { garage: "g'2", closed: 1, inside: 0, minutes: 120, review: 1, unclosed: 0 },
    { garage: 'g1', closed: 1, inside: 1, minutes: 60, review: 0, unclosed: 0 },
    { garage: 'g0', closed: 0, inside: 0, minutes: null, review: 1, unclosed: 0 },
  ]);
  assert.deepEqual(rowsOf('Newest irregularities')?.map(({ type }) => type).sort(), ['double_entry', 'missed_exit']);
  assert.deepEqual(rowsOf('Inside over time')?.map(({ inside }) => inside), [1, 1, 2, 1]);
  const passages = rowsOf('Entries and exits') as { entries: number; exits: number }[];
  assert.deepEqual(passages.reduce((sum, { entries, exits }) => [sum[0]! + entries, sum[1]! + exits], [0, 0]), [5, 4]);
  assert.deepEqual(rowsOf('Revenue per day')?.map(({ revenue }) => revenue), [105]);
});

test('vehicles inside are those that are likely inside: as it was told last, and who came and left since', async () => {
  const counted = await warehouse.select<{ garageId: string; inside: number }>(
    `SELECT * FROM likely_inside(at = toDateTime(${(NOON + 2.5 * HOUR) / 1000}))`,
  );
  assert.deepEqual(counted.toSorted(byGarage), [{ garageId: "g'2", inside: 1 }, { garageId: 'g1', inside: 1 }]);
  // Before v1 leaves, after it, and of a garage that has no visit; an earlier one of the same instant does not count.
  await insert('occupancy', ['garageId', 'at', 'inside', 'openVisits'], [
    ['g1', NOON + HOUR / 2, 3.25, 1], ["g'2", NOON + 2 * HOUR, 9, 1],
    ["g'2", NOON + 2 * HOUR, 4.75, 1], ['g3', NOON + HOUR, 2, 0],
  ]);
  const at = async (time: number) => {
    const query = `SELECT * FROM likely_inside(at = toDateTime(${time / 1000}))`;
    return (await warehouse.select<{ garageId: string; inside: number }>(query)).toSorted(byGarage);
  };
  assert.deepEqual(await at(NOON + HOUR / 2), [{ garageId: 'g1', inside: 3.25 }]);
  assert.deepEqual(await at(NOON + 3 * HOUR), [
    { garageId: "g'2", inside: 3.75 }, { garageId: 'g1', inside: 3.25 }, { garageId: 'g3', inside: 2 },
  ]);
  const results = await runAllQueries(warehouse.url);
  const rowsOf = (panel: string) => results.find((result) => result.panel === panel)?.rows;
  // g3 is no garage that was chosen: it has no visits.
  assert.deepEqual(rowsOf('Inside'), [{ inside: 7 }]);
  assert.deepEqual(rowsOf('Garages')?.map(({ garage, inside }) => [garage, inside]), [["g'2", 4], ['g1', 3], ['g0', 0]]);
  assert.deepEqual(rowsOf('Inside over time')?.map(({ inside }) => inside), [1, 3, 3, 8, 7]);
});

function byGarage(one: { garageId: string }, other: { garageId: string }): number {
  return one.garageId < other.garageId ? -1 : 1;
}

function charge(chargeId: string, status: string, ore: readonly number[]): unknown[] {
  const each = (value: (i: number) => unknown): unknown[] => ore.map((_, i) => value(i));
  return [
    chargeId, 1, status, 'a1', '2026-09-02', 'NOK', ore.reduce((sum, gross) => sum + gross, 0),
    each((i) => `${chargeId}-${i}`), each((i) => `v${i + 1}`), each(() => 'op'), each(() => 'g1'),
    each(() => '2026-09-01'), ore, each(() => 0),
  ];
}

async function insert(table: string, columns: readonly string[], values: unknown[][]): Promise<void> {
  const named = columns as [string, ...string[]];
  await warehouse.client.insert({ table, columns: named, values, format: 'JSONCompactEachRow' });
}
