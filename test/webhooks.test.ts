import assert from 'node:assert/strict';
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { Webhook } from 'standardwebhooks';
import { bomfri } from '../local/bomfri-command.ts';
import { answersOk } from '../local/parts/ask.ts';
import { requireJava } from '../local/programs.ts';
import { until } from '../local/until.ts';
import { openCodec, type SchemaIds } from '../pipeline/records/codec.ts';
import { partitionOf } from '../pipeline/records/partition.ts';
import type { BillingLine, Charge, SalesDocument } from '../pipeline/records/records.ts';
import { openRegistry } from '../pipeline/records/registry.ts';
import { localPort, readConfig } from '../pipeline/service/config.ts';
import { disable, enable, remove, replay } from '../pipeline/webhook/commands-main.ts';
import { rotateSecret } from '../pipeline/webhook/endpoints.ts';
import { openSecretBox } from '../pipeline/webhook/secrets.ts';
import { readStreams } from '../pipeline/webhook/state.ts';
import { webhookKeyOrNew } from '../pipeline/webhook/webhook-key.ts';
import { partitionCounts, topics, type Topic } from '../topics/topics.ts';
import { openLog } from './kafka/kafka-fixture.ts';

const HOUR_MS = 3_600_000;
const READY_MS = 60_000;
const DELIVERED_MS = 60_000;
const ACCOUNTS = 8;
const LINES = 40;
const run = randomUUID().slice(0, 8);
const MINE = `operator-${run}`;
const OTHERS = `other-operator-${run}`;
const log = openLog();
const runFile = promisify(execFile);

let ids: SchemaIds;
let folder: string;
let receiver: Server;
let url: string;
let environment: NodeJS.ProcessEnv;
let service: ChildProcess | null = null;

interface Received {
  readonly id: string;
  readonly body: string;
  readonly headers: Record<string, string>;
}

/** What the receiver has taken, in its order. */
const taken: Received[] = [];
/** How it answers now. */
let answer: (received: Received, request: IncomingMessage, response: ServerResponse) => void;
const take = (received: Received, response: ServerResponse): void => {
  taken.push(received);
  response.writeHead(204).end();
};

before(async () => {
  ids = await openRegistry(readConfig().registryUrl);
  folder = await mkdtemp(join(tmpdir(), 'bomfri-webhooks-'));
  const { pfx, certificate } = await newCertificate();
  receiver = createServer({ pfx, passphrase: STORE_PASSWORD }, (request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text)).on('end', () => {
      const headers = request.headers as Record<string, string>;
      answer({ id: headers['webhook-id']!, body, headers }, request, response);
    });
  }).listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  url = `https://localhost:${(receiver.address() as AddressInfo).port}/hooks/parking`;
  environment = {
    ...process.env,
    BOMFRI_WEBHOOK_LOOPBACK: 'allowed',
    BOMFRI_LOG_LEVEL: 'fatal',
    NODE_EXTRA_CA_CERTS: certificate,
  };
});

after(async () => {
  await ended('SIGKILL');
  receiver.close();
  receiver.closeAllConnections();
  await log.close();
  await rm(folder, { recursive: true });
});

const STORE_PASSWORD = 'only-for-this-test';

/** A certificate of `localhost` that nobody but this test trusts. */
async function newCertificate(): Promise<{ pfx: Buffer; certificate: string }> {
  const keytool = join(dirname(await requireJava(() => {})), 'keytool');
  const [store, certificate] = [join(folder, 'store.p12'), join(folder, 'certificate.pem')];
  const access = ['-keystore', store, '-storepass', STORE_PASSWORD, '-alias', 'receiver'];
  const of = [
    '-keyalg', 'EC', '-dname', 'CN=localhost', '-ext', 'san=dns:localhost', '-storetype', 'PKCS12', '-validity', '2',
  ];
  await runFile(keytool, ['-genkeypair', ...access, ...of]);
  await runFile(keytool, ['-exportcert', '-rfc', '-file', certificate, ...access]);
  return { pfx: await readFile(store), certificate };
}

async function started(): Promise<void> {
  const { command, args } = bomfri('webhooks');
  service = spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit'], env: environment });
  assert.ok(
    await until(() => answersOk(`http://127.0.0.1:${localPort('webhooksAdmin')}/health/ready`), READY_MS),
    'the process is ready',
  );
}

async function ended(signal: NodeJS.Signals): Promise<void> {
  if (service === null || service.exitCode !== null || service.signalCode !== null) return;
  service.kill(signal);
  await once(service, 'exit');
}

async function command(...given: string[]): Promise<string> {
  const { command: program, args } = bomfri('webhooks', ...given);
  return (await runFile(program, args, { env: environment })).stdout.trim();
}

const line = (number: number, operatorId = MINE, revision = 1): BillingLine => ({
  lineId: `${run}-${number}`, revision, status: 'live', operatorId,
  accountId: `account-${run}-${number % ACCOUNTS}`, visitId: `visit-${run}-${number}`,
  garageId: 'g', visitDay: '2026-09-01', grossMinor: 1_000 * revision,
  vatMinor: 200 * revision, currency: 'NOK', tariffVersion: 't', accountVersion: 1,
  merchant: 'default', ownerRef: '',
});

const charge = (number: number): Charge => ({
  chargeId: `charge-${run}-${number}`, revision: 1, status: 'pending',
  accountId: `account-${run}-${number % ACCOUNTS}`, billingDay: '2026-09-01',
  merchant: 'm', currency: 'NOK', grossMinor: 1_500, vatMinor: 300, history: [], nextAttemptDay: '', attempts: 0,
  lines: [MINE, OTHERS].map((operatorId, n) => ({
    lineId: `${run}-${number}-${n}`, visitId: '', operatorId, garageId: 'g',
    visitDay: '2026-09-01', grossMinor: n === 0 ? 1_000 : 500,
    vatMinor: n === 0 ? 200 : 100, entryId: '',
  })),
  allocations: [
    { operatorId: MINE, grossMinor: 1_000, vatMinor: 200 },
    { operatorId: OTHERS, grossMinor: 500, vatMinor: 100 },
  ],
});

const document: SalesDocument = {
  documentId: `sale-${run}`, revision: 1, saleId: `sale-${run}`, kind: 'receipt',
  operatorId: MINE, accountId: `account-${run}-1`, chargeId: `charge-${run}-1`, invoiceId: '',
  billingDay: '2026-09-01', issuedDay: '2026-09-02', dueDay: '', currency: 'NOK',
  grossMinor: 1_000, vatMinor: 200, lines: [], originalSaleId: '',
  kid: '', ownerRef: '', at: Date.now(), number: 1, series: `receipt-${MINE}`, originalNumber: 0,
} as SalesDocument;

async function write(
  topic: Topic, records: readonly { readonly key: string; readonly value: Buffer }[],
): Promise<void> {
  const byPartition = Map.groupBy(records, ({ key }) => partitionOf(key, partitionCounts[topic.group]));
  await log.append([...byPartition].map(([partition, list]) => ({
    topic: topic.name, partition,
    records: list.map(({ key, value }) => ({ key: Buffer.from(key), value, timestamp: Date.now() })),
  })));
}

const writeLines = (lines: readonly BillingLine[]) => write(topics.billing, lines.map((each) =>
  ({ key: each.accountId, value: openCodec('BillingRecord', ids).encode({ 'parking.BillingLine': each }) })));
const writeCharges = (charges: readonly Charge[]) => write(topics.charges, charges.map((each) =>
  ({ key: each.accountId, value: openCodec('Charge', ids).encode(each) })));

test('an endpoint gets each record of its operator once, signed and in its account\'s order, through a kill and errors', async () => {
  const upTo = (count: number): number[] => Array.from({ length: count }, (_, number) => number);
  answer = (received, _request, response) => take(received, response);
  const [added, secret] = (await command('add', '--operator', MINE, '--url', url)).split('\n') as [string, string];
  const id = added.split(' ')[1]!;
  assert.match(secret, /^whsec_/);
  await started();

  await writeLines(upTo(LINES / 2).flatMap((number) => [line(number), line(1_000 + number, OTHERS)]));
  assert.ok(await until(async () => taken.length > 5, DELIVERED_MS), 'the first ones are there');
  await ended('SIGKILL');
  // An error, a moved address, no answer at all, and then all is well.
  let count = 0;
  answer = (received, request, response) => {
    count += 1;
    if (count === 3) response.writeHead(500).end();
    else if (count === 6) response.writeHead(308, { location: 'https://localhost:1/' }).end();
    else if (count === 9) request.socket.destroy();
    else take(received, response);
  };
  await writeLines(upTo(LINES).slice(LINES / 2).map((number) => line(number)));
  await writeLines(upTo(ACCOUNTS).map((number) => line(number, MINE, 2)));
  await writeCharges(upTo(ACCOUNTS).map(charge));
  await write(topics.documents, [{ key: MINE, value: openCodec('SalesDocument', ids).encode(document) }]);
  await started();
  const wanted = LINES + ACCOUNTS + ACCOUNTS + 1;
  assert.ok(
    await until(async () => new Set(taken.map((each) => each.id)).size >= wanted, DELIVERED_MS),
    'all are there',
  );

  const bodies = new Map<string, string>();
  for (const { id: webhookId, body, headers } of taken) {
    new Webhook(secret).verify(body, headers);
    assert.equal(bodies.get(webhookId) ?? body, body, 'what comes again is the same');
    bodies.set(webhookId, body);
  }
  const told = [...bodies.values()].map((body) => JSON.parse(body));
  const dataOf = (type: string) => told.filter((each) => each.type === type).map(({ data }) => data);
  assert.deepEqual(
    [told.length, dataOf('billing.line').length, dataOf('charge').length, dataOf('document').length],
    [wanted, LINES + ACCOUNTS, ACCOUNTS, 1],
  );
  assert.ok(![...bodies.values()].some((body) => body.includes(OTHERS)));
  for (const { grossMinor, lines } of dataOf('charge')) assert.deepEqual([grossMinor, lines.length], [1_000, 1]);
  for (const account of upTo(ACCOUNTS)) {
    const lines = dataOf('billing.line').filter(({ accountId }) => accountId === `account-${run}-${account}`);
    const numbers = lines.map(({ lineId, revision }) => Number(lineId.split('-').at(-1)) + (revision - 1) * LINES);
    assert.deepEqual(numbers, numbers.toSorted((one, other) => one - other), 'the order of an account is kept');
  }

  const box = openSecretBox(webhookKeyOrNew(readConfig()));
  const next = await rotateSecret({ log, ids, box, now: Date.now() }, id, HOUR_MS);
  await disable(id);
  const isDisabled = async () =>
    (await readStreams(log))
      .filter(({ endpointId, disabledAt }) => endpointId === id && disabledAt !== null).length === 12;
  assert.ok(await until(isDisabled, DELIVERED_MS), 'it is disabled');
  const before = taken.length;
  await writeLines([line(1, MINE, 3)]);
  await enable(id);
  assert.ok(await until(async () => taken.length > before, DELIVERED_MS), 'it goes on from where it stopped');
  for (const each of [secret, next]) new Webhook(each).verify(taken.at(-1)!.body, taken.at(-1)!.headers);
  assert.match(await command('list'), new RegExp(`${id}  ${MINE}  localhost:\\d+  billing,charges,documents  well`));

  await replay(id, { from: '2020-01-01T00:00:00Z' });
  assert.ok(
    await until(async () => taken.length >= before + 1 + wanted + 1, DELIVERED_MS),
    'everything comes once more',
  );
  assert.equal(new Set(taken.map((each) => each.id)).size, wanted + 1, 'under the same ids');

  const metrics = await (await fetch(`http://127.0.0.1:${localPort('webhooksAdmin')}/metrics`)).text();
  assert.match(metrics, new RegExp(`bomfri_webhook_attempts_total\\{webhook="${id}",outcome="taken"\\} \\d+`));
  assert.match(metrics, new RegExp(`bomfri_webhook_disabled\\{webhook="${id}"\\} 0`));
  await remove(id);
});

test('without the setting for tests this machine is never called, and an address of it is not taken', async () => {
  const refusing = { ...environment };
  delete refusing.BOMFRI_WEBHOOK_LOOPBACK;
  const { command: program, args } = bomfri('webhooks', 'add', '--operator', MINE, '--url');
  await assert.rejects(
    runFile(program, [...args, 'https://127.0.0.1:1/'], { env: refusing }),
    /--url: an address is a public one/,
  );
  await ended('SIGTERM');
  assert.equal(service!.exitCode, 0);
  // A name is looked up when it is called only, and this one leads here.
  const added =
    (await command('add', '--operator', MINE, '--url', url, '--from', '2020-01-01T00:00:00Z')).split('\n')[0]!;
  const id = added.split(' ')[1]!;
  let calls = 0;
  answer = (received, _request, response) => {
    calls += 1;
    take(received, response);
  };
  environment = refusing;
  await started();
  const isTold = async () =>
    (await readStreams(log)).some(({ endpointId, problem }) => endpointId === id && problem === 'address_refused');
  assert.ok(await until(isTold, DELIVERED_MS), 'it is told why');
  assert.equal(calls, 0);
  await remove(id);
});
