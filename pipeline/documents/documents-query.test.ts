import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { topics } from '../../topics/topics.ts';
import { openCodec, type SchemaIds } from '../records/codec.ts';
import type { SalesDocument, Visit } from '../records/records.ts';
import { migrate } from '../warehouse/migrate.ts';
import { openTemporaryWarehouse, type TemporaryWarehouse } from '../warehouse/temporary-warehouse.ts';
import { rangeWriter } from '../warehouse/write-range.ts';
import { openDocumentsQuery, type DocumentsQuery } from './documents-query.ts';
import { documentOf } from './rules.ts';
import { AT, disposition, sale, saleLine } from './test-documents.ts';

const ids: SchemaIds = { own: () => 1, fetch: () => Promise.reject(new Error('there is one writer only')) };
let warehouse: TemporaryWarehouse;
let query: DocumentsQuery;
let ranges = 0;

before(async () => {
  warehouse = await openTemporaryWarehouse();
  await migrate(warehouse.client);
  query = openDocumentsQuery(warehouse.client);
});
after(() => warehouse.close());

async function write(topic: string, values: readonly Buffer[]): Promise<void> {
  const records = values.map((value, offset) => ({ offset, key: null, value, timestamp: 0, headers: null }));
  const { client } = warehouse;
  await rangeWriter({
    client,
    epoch: `test-${(ranges += 1)}`,
    ids,
    log: { append: async () => assert.fail('a dead letter') },
    observer: { deadLetter() {} },
  })(
    { topic, partition: 0, from: 0, to: values.length, records });
}

function writeDocuments(documents: readonly SalesDocument[]): Promise<void> {
  const codec = openCodec('SalesDocument', ids);
  return write(topics.documents.name, documents.map((document) => codec.encode(document)));
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

test('a document comes back from the warehouse as it was written, whatever it is written into again', async () => {
  const invoice = documentOf(sale({
    saleId: 'invoice-1', operatorId: 'whole', kind: 'invoice', chargeId: '',
    invoiceId: 'i1', dueDay: '2026-06-16', kid: '0000012', ownerRef: 'owner-1',
    lines: [saleLine(1), saleLine(2, { what: 'invoice_fee', visitId: '', garageId: '', grossMinor: 7_001 })],
  }), 1, 0);
  const credit = documentOf(sale({
    saleId: 'credit-1', operatorId: 'whole', kind: 'credit_note',
    originalSaleId: 'invoice-1', lines: [saleLine(1, { grossMinor: -3_500 })],
  }), 2, 1);
  await writeDocuments([invoice, credit]);
  await writeDocuments([invoice]);
  assert.deepEqual(plain(await query.find({ operatorId: 'whole' })), plain([invoice, credit]));
  assert.deepEqual(plain(await query.find({ documentIds: ['credit-1'], accountId: 'account-1' })), plain([credit]));
  assert.deepEqual(await query.find({ documentIds: ['credit-1'], accountId: 'account-2' }), []);
  assert.deepEqual(
    (await query.find({ operatorId: 'whole', issuedDay: '2026-06-02', kind: 'invoice' })).map(({ number }) => number),
    [1],
  );
  assert.equal((await query.find({ operatorId: 'whole' }, 1)).length, 1);
  assert.deepEqual(
    (await query.find({ operatorId: 'whole', number: 2 })).map(({ documentId }) => documentId),
    ['credit-1'],
  );
});

test('a series that is whole has no gaps; a number that is missing or there twice is named', async () => {
  const numbers = [1, 2, 3, 4];
  await writeDocuments(numbers.map((number) =>
    documentOf(sale({ saleId: `full-${number}`, operatorId: 'full' }), number, 0)));
  await writeDocuments([1, 2, 5, 6, 6, 9].map((number, place) =>
    documentOf(sale({ saleId: `torn-${place}`, operatorId: 'torn' }), number, 0)));
  assert.deepEqual(await query.series('full'), [
    { operatorId: 'full', series: 'sales', documents: 4, lowest: 1, highest: 4, repeated: 0, gaps: [] },
  ]);
  const [torn] = (await query.series()).filter(({ operatorId }) => operatorId === 'torn');
  assert.deepEqual(torn, {
    operatorId: 'torn', series: 'sales', documents: 6, lowest: 1,
    highest: 9, repeated: 1, gaps: [{ from: 3, to: 4 }, { from: 7, to: 8 }],
  });
});

test('a document\'s stays are found by its lines; those that were erased are empty, those that are gone missing', async () => {
  const visit = (visitId: string, change: Partial<Visit> = {}): Visit => ({
    visitId, revision: 1, status: 'closed', operatorId: 'op', garageId: 'p4',
    plate: 'EL12345', country: 'NO', plateRead: true, entryReadId: 'r1',
    exitReadId: 'r2', firstSeenAt: AT - 86_400_000, enteredAt: AT - 86_400_000,
    exitedAt: AT - 80_000_000, matchConfidence: 1, flags: [], rulesVersion: 1,
    ...change,
  });
  const codec = openCodec('Visit', ids);
  const visits = [
    visit('visit-1'), visit('visit-1', { revision: 2, exitedAt: AT - 79_000_000 }),
    visit('visit-2', { plate: '', enteredAt: null }),
  ];
  await write(topics.visits.name, visits.map((each) => codec.encode(each)));
  await write(topics.dispositions.name, [openCodec('Disposition', ids).encode(
    disposition({ visitId: 'visit-1', accountId: 'account-1', firstSeenAt: AT - 86_400_000 }),
  )]);
  const stays = await query.staysOf('account-1', [
    saleLine(1), saleLine(2), saleLine(3), saleLine(4, { visitId: '', garageId: '' }),
  ]);
  assert.deepEqual(stays, new Map([
    ['visit-1', { plate: 'EL12345', enteredAt: AT - 86_400_000, exitedAt: AT - 79_000_000 }],
    ['visit-2', { plate: '', enteredAt: null, exitedAt: AT - 80_000_000 }],
  ]));
  // Of an account that is not charged for it, only what it knows of its own vehicle.
  assert.deepEqual([...(await query.staysOf('account-2', [saleLine(1)])).keys()], []);
  const vehicle = { country: 'NO', plate: 'EL12345' };
  assert.deepEqual([...(await query.staysOf('account-2', [saleLine(1)], [vehicle])).keys()], ['visit-1']);
});
