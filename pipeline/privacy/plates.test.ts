import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { migrate } from '../warehouse/migrate.ts';
import { openTemporaryWarehouse, type TemporaryWarehouse } from '../warehouse/temporary-warehouse.ts';
import { anonymisePlates, erasePlate, overduePlates } from './plates.ts';

const DAY = 86_400_000;
const NOW = Date.parse('2026-11-20T03:00:00Z');
const daysAgo = (days: number): string => new Date(NOW - days * DAY).toISOString().slice(0, -1).replace('T', ' ');

let warehouse: TemporaryWarehouse;
before(async () => {
  warehouse = await openTemporaryWarehouse();
  await migrate(warehouse.client);
});
after(() => warehouse.close());
beforeEach(async () => {
  for (const table of ['visits', 'dispositions', 'documents']) {
    await warehouse.client.command({ query: `TRUNCATE TABLE ${table}` });
  }
});

interface TestVisit {
  readonly id: string;
  readonly days: number;
  readonly status?: string;
  readonly disposition?: string;
  readonly stayDays?: number;
  readonly revision?: number;
  readonly plate?: string;
  /** In documents of that day. */
  readonly document?: number;
}

async function fill(visits: readonly TestVisit[]): Promise<void> {
  const { client } = warehouse;
  for (const {
    id, days, status = 'closed', disposition, stayDays = 0, revision = 1, plate = 'AB12345', document,
  } of visits) {
    const [seen, exited] = [daysAgo(days + stayDays), daysAgo(days)];
    await client.command({
      query: `INSERT INTO visits (visitId, revision, status, garageId, plate, country, firstSeenAt, enteredAt, exitedAt)
        VALUES ('${id}', ${revision}, '${status}', 'g', '${plate}', 'NO', '${seen}', '${seen}', ${status === 'open' ? 'NULL' : `'${exited}'`})`,
    });
    if (disposition !== undefined) {
      await client.command({ query: `INSERT INTO dispositions (visitId, revision, status, disposition, garageId, firstSeenAt) VALUES ('${id}', 1, 'live', '${disposition}', 'g', '${seen}')` });
    }
    if (document !== undefined) {
      await client.command({ query: `INSERT INTO documents (documentId, issuedDay, lines.lineId, lines.visitId, lines.garageId, lines.visitDay, lines.grossMinor, lines.vatMinor, lines.what)
        VALUES ('d-${id}', '${daysAgo(document).slice(0, 10)}', ['l'], ['${id}'], ['g'], ['${exited.slice(0, 10)}'], [1], [0], ['parking'])` });
    }
  }
}

/** How many visits lost their plate in a round. */
async function anonymised(): Promise<number> {
  let sum = 0;
  await anonymisePlates(warehouse.client, NOW, ({ visits }) => (sum += visits), new AbortController().signal);
  return sum;
}

const withPlate = async (): Promise<string[]> =>
  (await warehouse.select<{ visitId: string }>(`SELECT DISTINCT visitId FROM visits WHERE plate != '' ORDER BY visitId`)).map(({ visitId }) => visitId);

test('the plate of a visit that nobody has to pay for goes 90 days after it was seen last, and the visit stays', async () => {
  await fill([
    { id: 'free-91', days: 91, disposition: 'free' }, { id: 'free-89', days: 89, disposition: 'free' },
    { id: 'unclosed-91', days: 91, status: 'unclosed' },
    { id: 'long-stay', days: 89, stayDays: 20, disposition: 'permit' },
    { id: 'withdrawn-91', days: 91, status: 'withdrawn' },
  ]);
  assert.equal(await anonymised(), 3);
  assert.deepEqual(await withPlate(), ['free-89', 'long-stay']);
  assert.deepEqual(await warehouse.select('SELECT count() AS n FROM visits'), [{ n: 5 }]);
});

test('while somebody may still have to pay it is kept for 400 days, and a vehicle that is inside keeps its plate', async () => {
  await fill([
    { id: 'due-91', days: 91, disposition: 'invoice_due' }, { id: 'due-401', days: 401, disposition: 'invoice_due' },
    { id: 'review-399', days: 399, disposition: 'review' }, { id: 'inside', days: 500, status: 'open' },
  ]);
  assert.equal(await overduePlates(warehouse.client, NOW), 1);
  await anonymised();
  assert.deepEqual(await withPlate(), ['due-91', 'inside', 'review-399']);
  assert.equal(await overduePlates(warehouse.client, NOW), 0);
});

test('on a sales document it is kept as long as the document is', async () => {
  await fill([
    { id: 'charged', days: 900, disposition: 'account', document: 899 },
    { id: 'too-old', days: 900, disposition: 'account' },
  ]);
  await anonymised();
  assert.deepEqual(await withPlate(), ['charged']);
  await warehouse.client.command({ query: 'TRUNCATE TABLE documents' });
  await anonymised();
  assert.deepEqual(await withPlate(), []);
});

test('every revision of a visit loses its plate, and what a rebuild brings back loses it in the next round', async () => {
  await fill([{ id: 'v', days: 91, revision: 1, plate: 'AB1234' }, { id: 'v', days: 91, revision: 2 }]);
  assert.equal(await anonymised(), 1);
  assert.deepEqual(await withPlate(), []);
  assert.equal(await anonymised(), 0, 'done again it changes nothing');
  await fill([{ id: 'v', days: 91, revision: 2 }]);
  await anonymised();
  assert.deepEqual(await withPlate(), []);
});

test('month by month it is told how far a round is; one that is ended is gone on with by the next', async () => {
  await fill([{ id: 'june', days: 160 }, { id: 'july', days: 130 }, { id: 'august', days: 100 }]);
  const ending = new AbortController();
  const months: number[] = [];
  await anonymisePlates(warehouse.client, NOW, ({ month }) => {
    months.push(month);
    ending.abort();
  }, ending.signal);
  assert.deepEqual([months, await withPlate()], [[202606], ['august', 'july']]);
  assert.equal(await anonymised(), 2);
  assert.deepEqual(await withPlate(), []);
});

test('on request a plate goes at once from what is settled, and is kept where it is owed, inside, or on a document', async () => {
  await fill([
    { id: 'free', days: 2, disposition: 'free' }, { id: 'paid', days: 60, disposition: 'paid_elsewhere' },
    { id: 'owed', days: 3, disposition: 'awaiting_payment' },
    { id: 'inside', days: 1, status: 'open' }, { id: 'charged', days: 10, disposition: 'account', document: 9 },
    { id: 'other', days: 2, plate: 'AB12346' },
  ]);
  assert.deepEqual(await erasePlate(warehouse.client, { country: 'NO', plate: 'AB12345' }, NOW), {
    erased: 2,
    kept: 3,
  });
  assert.deepEqual(await withPlate(), ['charged', 'inside', 'other', 'owed']);
  assert.deepEqual(await erasePlate(warehouse.client, { country: 'SE', plate: 'AB12345' }, NOW), {
    erased: 0,
    kept: 0,
  });
});
