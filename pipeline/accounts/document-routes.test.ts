import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import { topics } from '../../topics/topics.ts';
import { openDocumentsQuery } from '../documents/documents-query.ts';
import { openPaymentsQuery } from '../documents/payments-query.ts';
import { textOf } from '../documents/pdf/test-pdf.ts';
import { documentOf } from '../documents/rules.ts';
import { AT, disposition, sale, saleLine, seller } from '../documents/test-documents.ts';
import type { Gateway } from '../payments/gateway.ts';
import { openAccessLog } from '../privacy/access-log.ts';
import { openAccessQuery } from '../privacy/access-query.ts';
import { openCodec, type SchemaIds } from '../records/codec.ts';
import type { Charge, Garage, LedgerEntry, MailRequest, Visit } from '../records/records.ts';
import { openLogger } from '../service/logging.ts';
import { migrate } from '../warehouse/migrate.ts';
import { openTemporaryWarehouse, type TemporaryWarehouse } from '../warehouse/temporary-warehouse.ts';
import { rangeWriter } from '../warehouse/write-range.ts';
import { openAccessTokens } from './access-tokens.ts';
import { holdsCardNumber } from './card-number.ts';
import { newAccountsServer } from './server.ts';
import { newMemoryWriter, quickPasswords } from './test-accounts.ts';

const ids: SchemaIds = { own: () => 1, fetch: () => Promise.reject(new Error('there is one writer only')) };
let warehouse: TemporaryWarehouse;
let app: FastifyInstance;
let kari: Driver;
let ola: Driver;
const mails: MailRequest[] = [];

interface Driver {
  readonly accountId: string;
  readonly accessToken: string;
}

before(async () => {
  warehouse = await openTemporaryWarehouse();
  await migrate(warehouse.client);
  const writer = newMemoryWriter();
  app = await newAccountsServer({
    writer, tokens: await openAccessTokens(), passwords: quickPasswords,
    gateway: {} as Gateway, zone: 'Europe/Oslo', publicUrl: 'https://drivers.example',
    currency: 'NOK', trustedProxies: [], readiness: { ready: true },
    logger: openLogger('test', 'fatal'),
    documents: {
      query: {
        ...openDocumentsQuery(warehouse.client),
        ...openPaymentsQuery(warehouse.client),
        ...openAccessQuery(warehouse.client),
      },
      parties: {
        operator: (operatorId) => ({ operatorId, details: [seller] }),
        garage: () => ({ name: 'Harstad lufthavn P4', timezone: 'Europe/Oslo' }) as Garage,
        holder: (accountId) => writer.directory.details(accountId),
        owner: () => assert.fail('drivers are not told of owners'),
      },
      requestMail: async (request) => void mails.push(request),
    },
  });
  [kari, ola] = [await signedUp('kari', 'AA10001'), await signedUp('ola', 'AA10002')];
  await fill();
});

after(async () => {
  await app.close();
  await warehouse.close();
});

async function signedUp(name: string, plate: string): Promise<Driver> {
  const holder = {
    name,
    email: `${name}@example.org`,
    phone: '+4791234567',
    password: 'a long password',
    vehicles: [{ country: 'NO', plate }],
  };
  assert.equal((await app.inject({ method: 'POST', url: '/v1/accounts', payload: holder })).statusCode, 201);
  return (await app.inject({
    method: 'POST',
    url: '/v1/sessions',
    payload: { email: holder.email, password: holder.password },
  })).json();
}

/** A hash that looks like a card number on the way: ids are no reason to refuse anybody. */
const CARDLIKE = 'r4111111111111111';

/** Three charges of Kari's, with a visit and documents; one of Ola's. */
async function fill(): Promise<void> {
  const charge = (number: number, accountId: string, change: Partial<Charge> = {}): Charge => ({
    chargeId: `charge-${number}`, revision: 1, status: 'charged', accountId,
    billingDay: `2026-06-0${number}`, merchant: 'default', currency: 'NOK',
    grossMinor: 3_500,
    vatMinor: 700,
    history: [
      { status: 'pending', at: AT, code: 'requested', attempt: 1 },
      { status: 'charged', at: AT + 5_000, code: '', attempt: 1 },
    ],
    allocations: [],
    nextAttemptDay: '',
    attempts: 1,
    lines: [{
      lineId: 'line-1', visitId: 'visit-1', operatorId: 'op', garageId: 'p4',
      visitDay: '2026-06-01', grossMinor: 3_500, vatMinor: 700, entryId: 'line-1',
    }],
    ...change,
  });
  const charges = [
    charge(1, kari.accountId), charge(2, kari.accountId, { status: 'failed' }),
    charge(3, kari.accountId, { status: 'pending' }), charge(4, ola.accountId),
  ];
  const own = { operatorId: 'op', accountId: kari.accountId };
  const documents = [
    documentOf(sale({ ...own, saleId: CARDLIKE, chargeId: 'charge-1', at: AT }), 1, 0),
    documentOf(sale({
      ...own,
      saleId: 'receipt-2',
      chargeId: 'charge-2',
      at: AT + 1_000,
      lines: [saleLine(2, { grossMinor: 8_050 })],
    }), 2, 0),
    documentOf(sale({
      ...own, saleId: 'credit-2', kind: 'credit_note', originalSaleId: 'receipt-2',
      chargeId: 'charge-2', at: AT + 2_000, lines: [saleLine(2, { grossMinor: -8_050 })],
    }), 3, 2),
    documentOf(sale({
      ...own, saleId: 'invoice-2', kind: 'invoice', chargeId: '',
      dueDay: '2026-06-16', kid: '0000012', ownerRef: 'owner', at: AT + 3_000,
    }), 4, 0),
    documentOf(sale({ operatorId: 'op', accountId: ola.accountId, saleId: 'receipt-ola', chargeId: 'charge-4' }), 5, 0),
  ];
  const visit: Visit = {
    visitId: 'visit-1', revision: 1, status: 'closed', operatorId: 'op',
    garageId: 'p4', plate: 'AA10001', country: 'NO', plateRead: true,
    entryReadId: 'r1', exitReadId: 'r2', firstSeenAt: Date.parse('2026-06-01T06:15:00Z'),
    enteredAt: Date.parse('2026-06-01T06:15:00Z'),
    exitedAt: Date.parse('2026-06-01T07:42:00Z'), matchConfidence: 1, flags: [], rulesVersion: 1,
  };
  await write(topics.charges.name, charges.map((each) => openCodec('Charge', ids).encode(each)));
  await write(topics.documents.name, documents.map((each) => openCodec('SalesDocument', ids).encode(each)));
  const entry = (lineId: string, change: Partial<LedgerEntry> = {}): LedgerEntry => ({
    entryId: lineId, revision: 1, lineId, accountId: kari.accountId, operatorId: 'op',
    visitId: lineId.replace('line', 'visit'), garageId: 'p4', visitDay: '2026-06-01',
    currency: 'NOK', grossMinor: 3_500, vatMinor: 700, owner: 'captured',
    ownerId: 'charge-1', status: 'charged', at: AT, ...change,
  });
  const entries = [
    entry('line-1', { owner: 'open', ownerId: '', status: 'pending' }), entry('line-1', { revision: 2 }),
    entry('line-2', { visitDay: '2026-06-02' }), entry('line-2', {
      entryId: 'line-2~1', grossMinor: -500, vatMinor: -100, owner: 'open', ownerId: '', status: 'pending',
    }),
    entry('line-3', { visitDay: '2026-06-03', owner: 'invoice', ownerId: 'invoice-2', status: 'failed' }),
    entry('line-4', { visitDay: '2026-06-04', owner: 'open', ownerId: '', status: 'pending' }),
    entry('line-5', { visitDay: '2026-06-05', owner: 'waived', ownerId: '' }),
    entry('line-6', {
      visitDay: '2026-06-06', owner: 'open', ownerId: '', status: 'pending', grossMinor: 0, vatMinor: 0,
    }),
    entry('fee-1', { visitId: '', garageId: '' }), entry('line-7', { accountId: ola.accountId }),
  ];
  await write(topics.ledger.name, entries.map((each) => openCodec('LedgerEntry', ids).encode(each)));
  // Kari was charged for the second; then its plate was corrected to Ola's, and the charge given back.
  const corrected = {
    ...visit, visitId: 'visit-2', plate: 'AA10002', firstSeenAt: Date.parse('2026-06-02T06:00:00Z'),
    enteredAt: Date.parse('2026-06-02T06:00:00Z'), exitedAt: Date.parse('2026-06-02T10:33:00Z'),
  };
  await write(topics.visits.name, [visit, corrected].map((each) => openCodec('Visit', ids).encode(each)));
  await write(topics.dispositions.name, [openCodec('Disposition', ids).encode(
    disposition({ visitId: 'visit-2', accountId: ola.accountId, firstSeenAt: corrected.firstSeenAt }),
  )]);
}

async function write(topic: string, values: readonly Buffer[]): Promise<void> {
  const records = values.map((value, offset) => ({ offset, key: null, value, timestamp: 0, headers: null }));
  const { client } = warehouse;
  await rangeWriter({
    client,
    epoch: 'test',
    ids,
    log: { append: async () => assert.fail('a dead letter') },
    observer: { deadLetter() {} },
  })(
    { topic, partition: 0, from: 0, to: values.length, records });
}

function ask(driver: Driver | null, url: string, body?: object): Promise<LightMyRequestResponse> {
  return app.inject({
    method: body === undefined ? 'GET' : 'POST', url, ...(body === undefined ? {} : { payload: body }),
    ...(driver === null ? {} : { headers: { authorization: `Bearer ${driver.accessToken}` } }),
  });
}

test('each visit shows as pending until it is charged or has failed, with what it is worth now, newest first', async () => {
  const first = (await ask(kari, '/v1/account/visits?limit=3')).json();
  const second = (await ask(kari, first.next)).json();
  const told = [...first.visits, ...second.visits].map((visit: Record<string, unknown>) =>
    [visit.visitId, visit.status, visit.grossMinor, visit.paymentId, visit.invoiceId]);
  assert.deepEqual(told, [
    ['visit-5', 'waived', 0, '', ''], ['visit-4', 'pending', 3_500, '', ''],
    ['visit-3', 'failed', 3_500, '', 'invoice-2'],
    ['visit-2', 'pending', 3_000, 'charge-1', ''], ['visit-1', 'charged', 3_500, 'charge-1', ''],
  ]);
  const [oldest] = second.visits.slice(-1);
  assert.deepEqual(
    [oldest.garage, oldest.plate, oldest.enteredAt, second.next],
    ['Harstad lufthavn P4', 'AA10001', '2026-06-01T06:15:00.000Z', null],
  );
  assert.deepEqual(
    (await ask(ola, '/v1/account/visits')).json().visits.map(({ visitId }: { visitId: string }) => visitId),
    ['visit-7'],
  );
});

test('whose plate a visit was corrected to, and when they came, is not told to who was charged for it before', async () => {
  const visits = (await ask(kari, '/v1/account/visits')).json().visits as Record<string, unknown>[];
  const { plate, enteredAt, exitedAt, garage } = visits.find(({ visitId }) => visitId === 'visit-2')!;
  assert.deepEqual([plate, enteredAt, exitedAt, garage], ['', null, null, 'Harstad lufthavn P4']);
  const pdf = await textOf((await ask(kari, '/v1/account/documents/pdf?documentId=receipt-2')).rawPayload);
  assert.match(pdf, /Harstad lufthavn P4/);
  assert.doesNotMatch(pdf, /AA10002|12[.:]33/);
});

test('a driver sees their payments, newest first and page by page, and nobody else\'s', async () => {
  const first = (await ask(kari, '/v1/account/payments?limit=2')).json();
  assert.deepEqual(
    first.payments.map(({ paymentId, status }: { paymentId: string; status: string }) => [paymentId, status]),
    [['charge-3', 'pending'], ['charge-2', 'failed']],
  );
  const second = (await ask(kari, first.next)).json();
  assert.deepEqual(second, {
    payments: [{
      paymentId: 'charge-1', status: 'charged', billingDay: '2026-06-01',
      currency: 'NOK', grossMinor: 3_500, vatMinor: 700,
    }],
    next: null,
  });
  assert.deepEqual(
    (await ask(ola, '/v1/account/payments')).json().payments.map(({ paymentId }: { paymentId: string }) => paymentId),
    ['charge-4'],
  );
});

test('nothing that is a driver\'s own is kept by what stands between', async () => {
  for (const what of ['visits', 'payments', 'payments/charge-1', 'documents']) {
    const answer = await ask(kari, `/v1/account/${what}`);
    assert.deepEqual([answer.statusCode, answer.headers['cache-control']], [200, 'no-store'], what);
  }
});

test('a payment tells its visits with place, times and plate, and its documents', async () => {
  const payment = (await ask(kari, '/v1/account/payments/charge-1')).json();
  assert.deepEqual(payment.visits, [{
    visitId: 'visit-1', garageId: 'p4', garage: 'Harstad lufthavn P4',
    operatorId: 'op', visitDay: '2026-06-01', enteredAt: '2026-06-01T06:15:00.000Z',
    exitedAt: '2026-06-01T07:42:00.000Z', plate: 'AA10001', grossMinor: 3_500, vatMinor: 700,
  }]);
  assert.deepEqual(payment.history, [
    { status: 'pending', at: '2026-06-02T04:00:00.000Z', code: 'requested' },
    { status: 'charged', at: '2026-06-02T04:00:05.000Z', code: '' },
  ]);
  assert.deepEqual(
    payment.documents.map(({ number, seller: name, kind }: Record<string, unknown>) => [number, name, kind]),
    [[1, seller.name, 'receipt']],
  );
  assert.equal((await ask(kari, '/v1/account/payments/charge-4')).statusCode, 404);
});

test('a driver sees all their documents: the credit note with its original, the invoice with its KID', async () => {
  const { documents, next } = (await ask(kari, '/v1/account/documents')).json();
  assert.deepEqual(
    documents.map(({ documentId }: { documentId: string }) => documentId),
    ['invoice-2', 'credit-2', 'receipt-2', CARDLIKE],
  );
  assert.deepEqual(
    [documents[0].kid, documents[0].dueDay, documents[1].originalNumber, documents[1].grossMinor, next],
    ['0000012', '2026-06-16', 2, -8_050, null],
  );
  const page = (await ask(kari, '/v1/account/documents?limit=3')).json();
  assert.deepEqual((await ask(kari, page.next)).json().documents.map(({ number }: { number: number }) => number), [1]);
});

test('several documents come as one PDF, in the language asked for, with the holder as the buyer', async () => {
  const answer = await ask(kari, `/v1/account/documents/pdf?documentId=${CARDLIKE}&documentId=credit-2&language=en`);
  assert.equal(answer.statusCode, 200, answer.body);
  assert.deepEqual([answer.headers['content-type'], answer.headers['cache-control']], ['application/pdf', 'no-store']);
  const text = await textOf(answer.rawPayload);
  for (const each of [
    'Overview', 'Receipt 1', 'Credit note 3', 'document number 2', 'kari', 'AA10001', '1 Jun 2026 08:15 – 09:42',
  ]) {
    assert.ok(text.includes(each), each);
  }
});

test('selected payments come as one PDF of their receipts and credit notes, in the order in which they were issued, and are mailed so', async () => {
  const text = await textOf((await ask(
    kari,
    '/v1/account/documents/pdf?paymentId=charge-2&paymentId=charge-1&documentId=receipt-2',
  )).rawPayload);
  assert.match(text, /Kvittering 1 .*Kvittering 2 .*Kreditnota 3/);
  assert.equal(
    (await ask(kari, '/v1/account/documents/mail', { paymentIds: ['charge-2', 'charge-1'] })).statusCode,
    202,
  );
  assert.deepEqual(mails.at(-1)!.documentIds, [CARDLIKE, 'receipt-2', 'credit-2']);
  for (const paymentIds of [['charge-4'], ['charge-1', 'charge-3']]) {
    assert.equal(
      (await ask(kari, '/v1/account/documents/mail', { paymentIds })).statusCode,
      404,
      'another\'s, or one without documents',
    );
  }
});

test('a driver is told who was shown their visits and documents, without the name of the person at the command line', async () => {
  const values: Buffer[] = [];
  let now = AT;
  const note =
    openAccessLog({ append: async ([batch]) => void values.push(batch!.records[0]!.value!) }, ids, () => now++);
  await note({
    actor: 'key:k1',
    actorName: 'Torget office',
    view: 'review_evidence',
    garageId: 'p4',
    subjects: [{ kind: 'visit', id: 'visit-1' }, { kind: 'visit', id: 'visit-7' }],
  });
  await note({
    actor: 'user:eva',
    view: 'documents_pdf',
    subjects: [{ kind: 'document', id: 'receipt-2' }, { kind: 'account', id: kari.accountId }],
  });
  await write(topics.accessLog.name, values);
  const first = (await ask(kari, '/v1/account/looks?limit=1')).json();
  const second = (await ask(kari, first.next)).json();
  const [byService, byKey] =
    [...first.looks, ...second.looks].map(({ at: _, ...look }: Record<string, unknown>) => look);
  assert.deepEqual(byService, {
    by: 'the service',
    view: 'documents_pdf',
    garageId: '',
    visitIds: [],
    documentIds: ['receipt-2'],
  });
  assert.deepEqual(byKey, {
    by: 'Torget office',
    view: 'review_evidence',
    garageId: 'p4',
    visitIds: ['visit-1'],
    documentIds: [],
  });
  assert.deepEqual(
    (await ask(ola, '/v1/account/looks')).json().looks.map(({ visitIds }: { visitIds: string[] }) => visitIds),
    [['visit-7']],
  );
  assert.equal((await ask(kari, '/v1/account/looks?after=x')).statusCode, 400);
});

test('an invoice for the registered owner does not tell the driver who that is', async () => {
  const answer = await ask(kari, '/v1/account/documents/pdf?documentId=invoice-2');
  assert.match(await textOf(answer.rawPayload), /Registrert eier av kjøretøyet/);
});

test('documents are asked to be mailed to the holder, whatever digits their ids hold', async () => {
  assert.ok(holdsCardNumber(CARDLIKE));
  const answer = await ask(kari, '/v1/account/documents/mail', {
    documentIds: [CARDLIKE, 'receipt-2'],
    language: 'nb',
  });
  assert.equal(answer.statusCode, 202, answer.body);
  const { requestedAt, ...request } = mails.at(-1)!;
  assert.deepEqual(request, {
    mailId: answer.json().mailId, accountId: kari.accountId,
    documentIds: [CARDLIKE, 'receipt-2'], language: 'nb', to: 'holder', requestedBy: 'driver',
  });
});

test('documents of somebody else are not there, alone or among one\'s own', async () => {
  const count = mails.length;
  for (const documentIds of [['receipt-ola'], ['receipt-2', 'receipt-ola']]) {
    const query = documentIds.map((documentId) => `documentId=${documentId}`).join('&');
    assert.equal((await ask(kari, `/v1/account/documents/pdf?${query}`)).statusCode, 404);
    assert.equal((await ask(kari, '/v1/account/documents/mail', { documentIds })).statusCode, 404);
  }
  assert.equal(mails.length, count);
});

const routes = [
  '/v1/account/visits', '/v1/account/payments', '/v1/account/payments/charge-1',
  '/v1/account/documents', '/v1/account/documents/pdf?documentId=receipt-2',
];

test('without a good token nothing is told', async () => {
  for (const url of routes) assert.equal((await ask(null, url)).statusCode, 401);
  assert.equal((await ask(
    { ...kari, accessToken: 'x.y.z' },
    '/v1/account/documents/mail',
    { documentIds: ['receipt-2'] },
  )).statusCode, 401);
});

test('cursors, limits, languages and lists that are none are refused as problems', async () => {
  const urls = [
    '/v1/account/payments?after=nonsense',
    `/v1/account/payments?after=${Buffer.from('["x","y"]').toString('base64url')}`,
    '/v1/account/documents?after=WyJhIiwiYiJd',
    '/v1/account/payments?limit=0', '/v1/account/documents?limit=1000',
    '/v1/account/documents/pdf', '/v1/account/documents/pdf?documentId=a&language=de',
    `/v1/account/documents/pdf?${'documentId=a&'.repeat(51)}`,
  ];
  for (const url of urls) {
    const answer = await ask(kari, url);
    assert.equal(answer.statusCode, 400, url);
    assert.match(answer.headers['content-type'] as string, /problem\+json/);
  }
  assert.equal((await ask(kari, '/v1/account/documents/mail', { documentIds: [] })).statusCode, 400);
});

test('while the warehouse is away drivers are told when to ask again', async () => {
  await warehouse.client.command({
    query: 'RENAME TABLE documents TO documents_away, charges TO charges_away, ledger TO ledger_away',
  });
  try {
    for (const url of routes) {
      const answer = await ask(ola, url);
      assert.deepEqual([answer.statusCode, answer.headers['retry-after']], [503, '2'], url);
    }
  } finally {
    await warehouse.client.command({
      query: 'RENAME TABLE documents_away TO documents, charges_away TO charges, ledger_away TO ledger',
    });
  }
});

test('one account can not have PDFs made without end, and others still can', async () => {
  const url = '/v1/account/documents/pdf?documentId=nobody';
  const statuses: number[] = [];
  for (let n = 0; n < 31; n += 1) statuses.push((await ask(kari, url)).statusCode);
  assert.equal(statuses.at(-1), 429);
  assert.equal((await ask(ola, url)).statusCode, 404);
});
