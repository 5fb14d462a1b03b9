import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import type { LightMyRequestResponse } from 'fastify';
import { AppendOverloadedError } from '../kafka/appender.ts';
import { openTestIngest, type TestIngest } from './test-ingest.ts';

const NDJSON = 'application/x-ndjson';

function read(number: number, changes: object = {}): object {
  return {
    readId: `r-${number}`, garageId: 'g-1', cameraId: 'c-1',
    laneId: 'l-1', direction: 'in', plate: 'EK12345', country: 'NO',
    confidence: 0.5, candidates: [], capturedAt: '2026-05-17T10:00:00Z', ...changes,
  };
}

const lines = (items: readonly object[]): string => items.map((item) => `${JSON.stringify(item)}\n`).join('');
const many = (count: number): object[] => Array.from({ length: count }, (_, i) => read(i));

function post(
  { app, key }: TestIngest, payload: string | Buffer | Readable, headers: Record<string, string>,
): Promise<LightMyRequestResponse> {
  return app.inject({ method: 'POST', url: '/v1/reads', headers: { 'x-api-key': key, ...headers }, payload });
}

test('lines of JSON are taken as a stream longer than an array may be, in their order', async () => {
  const ingest = openTestIngest();
  const answer = await post(
    ingest,
    Readable.from([lines(many(2_500)), '\n\n', lines([read(2_500)]).trim()]),
    { 'content-type': NDJSON },
  );
  assert.deepEqual([answer.statusCode, answer.json()], [202, { accepted: 2_501, rejected: [] }]);
  assert.deepEqual(ingest.reads.map(({ readId }) => readId), Array.from({ length: 2_501 }, (_, i) => `r-${i}`));
});

test('lines may break anywhere between two packets, within a letter too', async () => {
  const ingest = openTestIngest();
  const bytes = Buffer.from(lines([read(1, { plate: 'ÆØ 1' }), read(2, { plate: '京A12345' })]));
  const answer = await post(
    ingest,
    Readable.from(Array.from(bytes, (byte) => Buffer.from([byte]))),
    { 'content-type': NDJSON },
  );
  assert.equal(answer.statusCode, 202);
  assert.deepEqual(ingest.reads.map(({ plate }) => plate), ['ÆØ1', '京A12345']);
});

test('a bad line costs no other, and the answer names it by its place in the stream', async () => {
  const ingest = openTestIngest();
  const body = [lines(many(1_500)), 'half a {"read\n', lines([read(1, { confidence: 7 })])].join('');
  const answer = (await post(ingest, body, { 'content-type': NDJSON })).json();
  assert.equal(answer.accepted, 1_500);
  assert.deepEqual(answer.rejected, [
    { index: 1_500, field: '', reason: 'must be an object' },
    { index: 1_501, readId: 'r-1', field: 'confidence', reason: 'must be a number from 0 to 1' },
  ]);
});

test('a stream of nothing, and a line without end, is told', async () => {
  const ingest = openTestIngest();
  assert.equal((await post(ingest, '\n \n', { 'content-type': NDJSON })).statusCode, 400);
  assert.equal(
    (await post(ingest, `${lines([read(1)])}"${'x'.repeat(200_000)}`, { 'content-type': NDJSON })).statusCode,
    413,
  );
  assert.deepEqual(ingest.reads, []);
});

test('a stream that can\'t be stored to its end is to be sent again whole', async () => {
  let appends = 0;
  const full = openTestIngest([], async () => {
    if (++appends > 2) throw new AppendOverloadedError();
  });
  const answer = await post(full, lines(many(5_000)), { 'content-type': NDJSON });
  assert.equal(answer.statusCode, 429);
  assert(Number(answer.headers['retry-after']) > 0);
});

test('gzip is unfolded in every form', async () => {
  const ingest = openTestIngest();
  const one = await post(ingest, gzipSync(JSON.stringify(read(1))), {
    'content-type': 'application/json',
    'content-encoding': 'gzip',
  });
  const array = await post(ingest, gzipSync(JSON.stringify([read(2), read(3)])), {
    'content-type': 'application/json',
    'content-encoding': 'x-gzip',
  });
  const stream = await post(ingest, gzipSync(lines([read(4)])), { 'content-type': NDJSON, 'content-encoding': 'GZIP' });
  assert.deepEqual([one, array, stream].map(({ statusCode }) => statusCode), [202, 202, 202]);
  assert.deepEqual(ingest.reads.map(({ readId }) => readId), ['r-1', 'r-2', 'r-3', 'r-4']);
});

test('a small body that unfolds to a large one is refused before it does', async () => {
  const ingest = openTestIngest();
  const bomb = gzipSync(Buffer.alloc(20_000_000, ' '));
  for (const type of ['application/json', NDJSON]) {
    const answer = await post(ingest, bomb, { 'content-type': type, 'content-encoding': 'gzip' });
    assert.equal(answer.statusCode, 413);
  }
});

test('many gzipped requests of one key have room beside each other', async () => {
  let release = (): void => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  const ingest = openTestIngest([], () => held);
  const body = gzipSync(JSON.stringify(many(100)));
  const answers = Array.from({ length: 40 }, () =>
    post(ingest, body, { 'content-type': 'application/json', 'content-encoding': 'gzip' }));
  release();
  assert.deepEqual(new Set((await Promise.all(answers)).map(({ statusCode }) => statusCode)), new Set([202]));
});

test('what is not the gzip that it says, is broken off, or is of another encoding, is told', async () => {
  const ingest = openTestIngest();
  const whole = gzipSync(JSON.stringify(read(1)));
  for (const type of ['application/json', NDJSON]) {
    for (const bytes of [Buffer.from('{}'), whole.subarray(0, 20), Buffer.alloc(0)]) {
      assert.equal((await post(ingest, bytes, { 'content-type': type, 'content-encoding': 'gzip' })).statusCode, 400);
    }
  }
  const brotli = await post(ingest, brotliCompressSync(JSON.stringify(read(1))), {
    'content-type': 'application/json',
    'content-encoding': 'br',
  });
  assert.equal(brotli.statusCode, 415);
  assert.equal(brotli.headers['accept-encoding'], 'gzip');
  assert.deepEqual(ingest.reads, []);
});
