import assert from 'node:assert/strict';
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { parse } from 'csv-parse/sync';
import { newAccount } from '../pipeline/accounts/account-changes.ts';
import { bomfri } from '../local/bomfri-command.ts';
import { answersOk } from '../local/parts/ask.ts';
import { until } from '../local/until.ts';
import { openDocumentsQuery } from '../pipeline/documents/documents-query.ts';
import { textOf } from '../pipeline/documents/pdf/test-pdf.ts';
import { sale, saleLine } from '../pipeline/documents/test-documents.ts';
import { openMailServer, type TestMailServer } from '../pipeline/mailer/test-mail-server.ts';
import { applyOperators } from '../pipeline/operators/main.ts';
import { parseOperators } from '../pipeline/operators/operators-file.ts';
import { thisUser } from '../pipeline/privacy/access-log.ts';
import { openCodec, type SchemaIds } from '../pipeline/records/codec.ts';
import { partitionOf } from '../pipeline/records/partition.ts';
import type { MailResult, Sale } from '../pipeline/records/records.ts';
import { openRegistry } from '../pipeline/records/registry.ts';
import { localPort, readConfig } from '../pipeline/service/config.ts';
import { openClickHouse } from '../pipeline/warehouse/clickhouse.ts';
import { partitionCounts, topics } from '../topics/topics.ts';
import { openLog, readAll } from './kafka/kafka-fixture.ts';

const READY_MS = 60_000;
const SETTLED_MS = 60_000;
const SALES = 30;
const run = randomUUID().slice(0, 8);
const operatorId = `op-${run}`;
const accountId = `account-${run}`;
const email = `kari-${run}@example.org`;
const config = readConfig();
const log = openLog();
const client = openClickHouse(config.clickhouseUrl);
const query = openDocumentsQuery(client);
const children: ChildProcess[] = [];
let ids: SchemaIds;
let mailServer: TestMailServer;

before(async () => {
  ids = await openRegistry(config.registryUrl);
  mailServer = await openMailServer();
});

after(async () => {
  await Promise.all(children.map(killed));
  await mailServer.close();
  await client.close();
  await log.close();
});

const PORTS = {
  documents: 'documentsAdmin',
  mailer: 'mailerAdmin',
  warehouse: 'warehouseAdmin',
  privacy: 'privacyAdmin',
} as const;

async function started(name: keyof typeof PORTS): Promise<ChildProcess> {
  const { command, args } = bomfri(name);
  const env = {
    ...process.env,
    BOMFRI_LOG_LEVEL: 'fatal',
    BOMFRI_SMTP_URL: mailServer.url,
    BOMFRI_MAIL_FROM: 'parking@example.org',
  };
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit'], env });
  children.push(child);
  assert.ok(
    await until(() => answersOk(`http://127.0.0.1:${localPort(PORTS[name])}/health/ready`), READY_MS),
    `${name} is ready`,
  );
  return child;
}

async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

function write(sales: readonly Sale[]): Promise<void> {
  const codec = openCodec('Sale', ids);
  const records = sales.map((each) => ({
    key: Buffer.from(operatorId),
    value: codec.encode(each),
    timestamp: Date.now(),
  }));
  return log.append([{
    topic: topics.sales.name,
    partition: partitionOf(operatorId, partitionCounts.operator),
    records,
  }]);
}

async function mailResults(): Promise<MailResult[]> {
  const codec = openCodec('MailResult', ids);
  const partitions = Array.from({ length: partitionCounts.operator }, (_, partition) => partition);
  const records =
    await Promise.all(partitions.map((partition) => readAll(log, { topic: topics.mailResults.name, partition })));
  return records.flat().map(({ value }) => codec.decode(value!)).filter((result) => result.accountId === accountId);
}

test('sales are numbered without a gap through a kill, an invoice reaches its mailbox as readable PDF, the warehouse has all', async () => {
  const operators = parseOperators([{
    operatorId, name: 'Åsgård Parkering AS', organisationNumber: '923609016',
    bankAccount: '86011117947', email: 'post@asgard.example',
  }]);
  await applyOperators({ log, ids, operators });
  const holder = {
    accountId, version: 1, name: 'Kari Ødegård', email, phone: '+4791234567',
    passwordHash: '', createdAt: 0, sessions: [], cardRegistration: null,
  };
  await log.append([{ topic: topics.accountDetails.name, partition: 0, records: [
    { key: Buffer.from(accountId), value: openCodec('AccountDetails', ids).encode(holder), timestamp: Date.now() },
  ] }]);

  const sales = Array.from({ length: SALES }, (_, n) =>
    sale({ saleId: `${run}-${n}`, operatorId, accountId, lines: [saleLine(n)] }));
  const first = await started('documents');
  await Promise.all([started('warehouse'), started('mailer')]);
  await write(sales.slice(0, SALES / 2));
  assert.ok(
    await until(async () => (await query.find({ operatorId })).length > 0, SETTLED_MS),
    'the first are numbered',
  );
  await write(sales);
  await killed(first);
  await started('documents');
  const invoice = sale({
    saleId: `${run}-invoice`, operatorId, accountId, kind: 'invoice', dueDay: '2026-06-16', kid: '0000001042127',
    lines: [saleLine(900), saleLine(901, { what: 'invoice_fee', visitId: '', garageId: '', grossMinor: 7_000 })],
  });
  await write([invoice]);

  assert.ok(await until(async () => (await mailResults()).length === 1, SETTLED_MS), 'the mail is decided');
  const [result] = await mailResults();
  assert.deepEqual([result!.outcome, result!.documentIds], ['accepted', [`${run}-invoice`]]);
  const mails = mailServer.received.filter(({ to }) => to.includes(email));
  assert.equal(mails.length, 1, 'receipts are not mailed unless they are asked for');
  assert.equal(mails[0]!.headers.get('message-id'), result!.messageId);
  assert.equal(mails[0]!.headers.get('subject'), `Faktura ${SALES + 1} fra Åsgård Parkering AS`);
  const text = await textOf(mails[0]!.pdf);
  for (const each of [
    'Faktura', String(SALES + 1), 'Org.nr. 923 609 016 MVA', 'Kari Ødegård',
    '0000001042127', '8601 11 17947', 'Fakturagebyr', 'NOK 105,00', '21,00',
  ]) {
    assert.ok(text.includes(each), `'${each}' in ${text}`);
  }

  assert.deepEqual(await query.series(operatorId), [
    { operatorId, series: 'sales', documents: SALES + 1, lowest: 1, highest: SALES + 1, repeated: 0, gaps: [] },
  ]);
  assert.deepEqual(
    (await query.find({ operatorId })).map(({ documentId }) => documentId),
    [...sales, invoice].map(({ saleId }) => saleId),
  );
});

async function command(...args: string[]): Promise<string> {
  const { command: program, args: all } = bomfri(...args);
  return (await promisify(execFile)(program, all, { env: process.env })).stdout;
}

test('by hand: the series is complete, the journal balanced, a document sent again arrives though the mail server was away', async () => {
  assert.match(
    await command('documents', 'gaps', '--operator', operatorId),
    /numbers 1 to 31\nseries: 1, all complete/,
  );
  assert.match(
    await command('documents', 'list', '--operator', operatorId, '--kind', 'invoice'),
    /  31  invoice  2026-06-02  NOK 105\.00  .*\ndocuments: 1\n/,
  );

  const rows = parse(
    await command('journal', '2026-06-02', '--operator', operatorId),
    { columns: true },
  ) as Record<string, string>[];
  const sum = (column: string, of = rows): number =>
    of.reduce((total, row) => total + Math.round(Number(row[column]) * 100), 0);
  assert.equal(new Set(rows.map(({ number }) => number)).size, SALES + 1);
  assert.deepEqual([sum('debit'), sum('credit')], [SALES * 3_500 + 10_500, SALES * 3_500 + 10_500]);
  assert.equal(sum('credit', rows.filter(({ account }) => account === '2700')), SALES * 700 + 2_100);

  const folder = mkdtempSync(join(tmpdir(), 'bomfri-documents-'));
  const out = join(folder, 'receipt.pdf');
  await command('documents', 'pdf', `${run}-4`, '--out', out, '--language', 'en');
  const text = await textOf(readFileSync(out));
  rmSync(folder, { recursive: true });
  assert.ok(text.includes('Receipt 5') && text.includes('Kari Ødegård'), text);

  const port = Number(new URL(mailServer.url).port);
  await mailServer.close();
  await command('documents', 'resend', `${run}-4`, '--language', 'en');
  const decidedBefore = (await mailResults()).length;
  mailServer = await openMailServer({ port });
  assert.ok(
    await until(async () => (await mailResults()).length > decidedBefore, SETTLED_MS),
    'the mail is decided once the server is back',
  );
  assert.deepEqual(
    mailServer.received.map(({ to, headers }) => [to, headers.get('subject')]),
    [[[email], 'Receipt 5 from Åsgård Parkering AS']],
  );
  await assert.rejects(command('documents', 'resend', 'nobody'), /there is no document nobody/);
});

test('whoever had a document printed stands in the access log, and the daily round takes away what is past its time', async () => {
  const printed = await until(
    async () => /documents_pdf/.test(await command('privacy', 'log', '--account', accountId)),
    SETTLED_MS,
  );
  assert.ok(printed, 'the look is in the warehouse');
  const [look] = JSON.parse(await command('privacy', 'log', '--account', accountId, '--json'));
  assert.deepEqual([look.actor, look.subjects], [thisUser(), [`account ${accountId}`, `document ${run}-4`]]);

  const daysAgo = (days: number): string =>
    new Date(Date.now() - days * 86_400_000).toISOString().slice(0, -1).replace('T', ' ');
  const old = [[`${run}-free`, 100], [`${run}-lately`, 80], [`${run}-paid`, 100]] as const;
  const sold = sale({
    saleId: `${run}-sold`,
    operatorId,
    accountId,
    issuedDay: daysAgo(99).slice(0, 10),
    lines: [saleLine(1, { visitId: `${run}-paid` })],
  });
  await write([sold]);
  assert.ok(
    await until(async () => (await query.find({ documentIds: [sold.saleId] })).length === 1, SETTLED_MS),
    'its receipt is in the warehouse',
  );
  await client.insert({
    table: 'visits',
    columns: ['visitId', 'revision', 'status', 'garageId', 'plate', 'country', 'firstSeenAt', 'exitedAt'],
    format: 'JSONCompactEachRow',
    values: old.map(([visitId, days]) =>
      [visitId, 1, 'closed', `g-${run}`, 'AB12345', 'NO', daysAgo(days), daysAgo(days)]),
  });
  const account = {
    ...newAccount(accountId, [], 0),
    bindings: [{ country: 'NO', plate: 'AB12345', from: 0, until: 1 }],
  };
  await log.append([{ topic: topics.accounts.name, partition: 0, records: [
    { key: Buffer.from(accountId), value: openCodec('Account', ids).encode(account), timestamp: Date.now() },
  ] }]);
  await started('privacy');
  const { data } = await (await client.query({
    query: `SELECT visitId FROM visits WHERE garageId = 'g-${run}' AND plate != '' ORDER BY visitId`,
  })).json();
  assert.deepEqual(
    data,
    [`${run}-lately`, `${run}-paid`].map((visitId) => ({ visitId })),
    'one is too young, one stands on a receipt',
  );
  const told = (await readAll(log, { topic: topics.accountsControl.name, partition: 0 })).map(({ value }) =>
    openCodec('Control', ids).decode(value!));
  assert.deepEqual(
    told.filter(({ subject }) => subject === accountId).map(({ type, issuedBy }) => [type, issuedBy]),
    [['erase_dormant', 'privacy']],
  );
  const metrics = await (await fetch(`http://127.0.0.1:${localPort('privacyAdmin')}/metrics`)).text();
  assert.match(metrics, /bomfri_overdue_plates 0/);
});
