import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { openReadSender } from './read-sender.ts';

interface Read {
  readonly readId: string;
  readonly garageId: string;
}

interface Reply {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body: unknown;
}

test('reads of a garage arrive in the order in which they were sent, whatever is told to come again', async () => {
  const arrived: Read[] = [];
  let requests = 0;
  await withIngest((reads) => {
    requests += 1;
    if (requests % 3 === 0) return { status: 429, headers: { 'retry-after': '0' }, body: {} };
    if (requests % 5 === 0) return { status: 503, headers: { 'retry-after': '0' }, body: {} };
    arrived.push(...reads);
    return { status: 202, body: { accepted: reads.length, rejected: [] } };
  }, async (url) => {
    const sender = openReadSender({ key: 'k', url });
    for (let i = 0; i < 6000; i++) {
      const garageId = `garage-${i % 7}`;
      await sender.send(garageId, { readId: String(i), garageId });
    }
    await sender.settled();
    assert.equal(sender.counts.accepted, 6000);
    assert.ok(sender.counts.retries > 0);
  });
  assert.equal(arrived.length, 6000);
  for (let garage = 0; garage < 7; garage++) {
    const own = arrived.filter((read) => read.garageId === `garage-${garage}`).map((read) => Number(read.readId));
    assert.deepEqual(own, own.toSorted((one, other) => one - other));
  }
});

test('a refused read is told with its reason, and the others of its request count as taken', async () => {
  const refused: unknown[] = [];
  await withIngest((reads) => {
    const index = reads.findIndex((read) => read.readId === 'bad');
    return {
      status: 202,
      body: { accepted: reads.length - 1, rejected: [{ index, field: 'country', reason: 'must be two letters' }] },
    };
  }, async (url) => {
    const sender = openReadSender({
      key: 'k',
      url,
      onRefused: (read, reason) => refused.push([(read as Read).readId, reason]),
    });
    for (const readId of ['a', 'bad', 'b']) await sender.send('g', { readId, garageId: 'g' });
    await sender.settled();
    assert.deepEqual(sender.counts, { accepted: 2, refused: 1, retries: 0 });
  });
  assert.deepEqual(refused, [['bad', 'country must be two letters']]);
});

test('an ingest service that stays away is named in the error', async () => {
  const sender = openReadSender({ key: 'k', url: 'http://127.0.0.1:1', patienceMs: 0 });
  await sender.send('g', { readId: 'a', garageId: 'g' });
  await assert.rejects(sender.settled(), /ingest at http:\/\/127\.0\.0\.1:1 does not take reads/);
});

async function withIngest(answer: (reads: Read[]) => Reply, use: (url: string) => Promise<void>): Promise<void> {
  const server = createServer(async (request, response) => {
    const { status, headers, body } = answer(JSON.parse(await text(request)) as Read[]);
    response.writeHead(status, headers).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}
