import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import { Registry } from 'prom-client';
import { newTestKeys, uncounted } from '../access/test-keys.ts';
import type { OutBatch } from '../engine/log.ts';
import { AppendOverloadedError } from '../kafka/appender.ts';
import { openCodec } from '../records/codec.ts';
import { partitionOf } from '../records/partition.ts';
import type { CameraRead } from '../records/records.ts';
import { openLogger } from '../service/logging.ts';
import { noCameras } from './cameras/test-cameras.ts';
import { newLogWriter } from './log-writer.ts';
import { newIngestServer } from './server.ts';

const PARTITIONS = 4;
const codec = openCodec('CameraRead', {
  own: () => 1,
  fetch: () => Promise.reject(new Error('there is one schema only')),
});

const keys = newTestKeys();
const KEY = keys.issue();

interface Trial {
  readonly app: FastifyInstance;
  readonly appended: OutBatch[];
  readonly logged: string[];
  readonly metrics: Registry;
  reads(): CameraRead[];
}

/** An ingest server over a log that keeps what it gets; `append` may stand in for a log in trouble. */
function openTrial(append?: () => Promise<void>): Trial {
  const appended: OutBatch[] = [];
  const logged: string[] = [];
  const log = { append: append ?? (async (batches: readonly OutBatch[]) => void appended.push(...batches)) };
  const logger = openLogger('test', 'debug', new Writable({
    write(chunk, _encoding, done) {
      logged.push(String(chunk));
      done();
    },
  }));
  const metrics = new Registry();
  const app = newIngestServer({
    writer: newLogWriter(log, codec, PARTITIONS), cameras: noCameras, keyRing: keys.keyRing, requestCounts: uncounted,
    readiness: { ready: true }, metrics, logger,
  });
  return {
    app, appended, logged, metrics,
    reads: () => appended.flatMap(({ records }) => records.map(({ value }) => codec.decode(value!))),
  };
}

function read(change: object = {}): object {
  return {
    readId: 'r-1', garageId: 'g-1', cameraId: 'c-1', laneId: 'l-1', direction: 'out', plate: 'EK12345', country: 'NO',
    confidence: 0.5, candidates: [], capturedAt: '2026-05-17T10:00:00Z', ...change,
  };
}

function post(
  app: FastifyInstance, body: unknown, headers: Record<string, string> = {},
): Promise<LightMyRequestResponse> {
  return app.inject({
    method: 'POST', url: '/v1/reads',
    headers: { 'content-type': 'application/json', 'x-api-key': KEY, ...headers },
    payload: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

function assertProblem(answer: LightMyRequestResponse, status: number): void {
  assert.equal(answer.statusCode, status);
  assert.match(String(answer.headers['content-type']), /^application\/problem\+json/);
  const problem = answer.json();
  assert.equal(problem.status, status);
  assert.match(problem.type, /^urn:bomfri:problem:[a-z0-9-]+$/);
  assert.match(problem.instance, /^urn:uuid:[0-9a-f-]{36}$/);
  assert.equal(typeof problem.title, 'string');
  assert.equal(typeof problem.detail, 'string');
}

test('one read is accepted and stands in the log, stamped with the time it came', async () => {
  const { app, appended, reads } = openTrial();
  const before = Date.now();
  const answer = await post(app, read());
  assert.equal(answer.statusCode, 202);
  assert.deepEqual(answer.json(), { accepted: 1, rejected: [] });
  const [stored] = reads();
  assert.equal(stored!.readId, 'r-1');
  assert.equal(stored!.direction, 'OUT');
  assert(stored!.receivedAt >= before && stored!.receivedAt <= Date.now());
  assert.equal(appended[0]!.topic, 'parking.reads');
  const { timestamp } = appended[0]!.records[0]!;
  assert(timestamp >= stored!.receivedAt && timestamp <= Date.now());
});

test('a read that others had first came in when they say, never later than now, and is kept as one that came now', async () => {
  const { app, appended, reads } = openTrial();
  const before = Date.now();
  const told = '2026-05-17T12:00:03+02:00';
  const answer = await post(app, [
    read({ receivedAt: told }), read({ readId: 'r-2', receivedAt: '2999-01-01T00:00:00Z' }),
    read({ readId: 'r-3', receivedAt: 'today' }), read({ readId: 'r-4', receivedAt: null }),
    read({ readId: 'r-5', receivedAt: '2026-05-15T12:00:00Z' }),
  ]);
  assert.equal(answer.json().accepted, 2);
  assert.deepEqual(answer.json().rejected.map((each: { field: string }) => each.field), ['receivedAt', 'receivedAt', 'capturedAt']);
  const [first, second] = reads();
  assert.equal(first!.receivedAt, Date.parse(told));
  assert(second!.receivedAt >= before && second!.receivedAt <= Date.now());
  for (const { records } of appended) for (const { timestamp } of records) assert(timestamp >= before);
});

test('a thousand reads of many garages stand each on the partition of its garage, in their order', async () => {
  const { app, appended, reads } = openTrial();
  const sent = Array.from({ length: 1000 }, (_, i) => read({ readId: `r-${i}`, garageId: `g-${i % 13}` }));
  const answer = await post(app, sent);
  assert.deepEqual(answer.json(), { accepted: 1000, rejected: [] });
  for (const { partition, records } of appended) {
    for (const { key } of records) assert.equal(partition, partitionOf(String(key), PARTITIONS));
  }
  const perGarage = Map.groupBy(reads(), ({ garageId }) => garageId);
  assert.equal(perGarage.size, 13);
  for (const ofGarage of perGarage.values()) {
    const numbers = ofGarage.map(({ readId }) => Number(readId.slice(2)));
    assert.deepEqual(numbers, numbers.toSorted((a, b) => a - b));
  }
});

test('the good reads of a mixed batch are kept, and the answer tells of the others', async () => {
  const { app, reads } = openTrial();
  const answer = await post(app, [
    read({ readId: 'a' }), read({ readId: 'b', confidence: 7 }), null,
    [read()], 'text', read({ readId: 5 }), read({ readId: 'z' }),
  ]);
  assert.equal(answer.statusCode, 202);
  const { accepted, rejected } = answer.json();
  assert.equal(accepted, 2);
  assert.deepEqual(rejected.map((item: { index: number }) => item.index), [1, 2, 3, 4, 5]);
  assert.deepEqual(rejected[0], { index: 1, readId: 'b', field: 'confidence', reason: 'must be a number from 0 to 1' });
  assert.deepEqual(rejected[4], {
    index: 5,
    field: 'readId',
    reason: 'must be a string of 1 to 128 printable characters',
  });
  assert.deepEqual(reads().map(({ readId }) => readId), ['a', 'z']);
});

test('when no read is good nothing is stored and the answer tells why', async () => {
  const { app, appended } = openTrial();
  const answer = await post(app, [read({ plate: 'AB_1' })]);
  assertProblem(answer, 400);
  assert.deepEqual(
    answer.json().rejected,
    [{ index: 0, readId: 'r-1', field: 'plate', reason: 'must be letters and digits' }],
  );
  assert.deepEqual(appended, []);
});

for (const [what, body] of [
  ['an empty array', '[]'], ['null', 'null'], ['a number', '7'], ['a text', '"read"'], ['an empty body', ''],
  ['half an object', '{"readId": "r'], ['NaN, which is no JSON,', '{"confidence": NaN}'],
  ['deep nesting', '['.repeat(500_000)],
  ['deep but balanced nesting', '['.repeat(100_000) + ']'.repeat(100_000)], ['a byte order mark', '\ufeff[]'],
] as const) {
  test(`${what} is a bad request`, async () => {
    const { app, appended } = openTrial();
    assertProblem(await post(app, body), 400);
    assert.deepEqual(appended, []);
  });
}

test('more than a thousand reads, or more than the body may hold, is too large', async () => {
  const { app, appended } = openTrial();
  assertProblem(await post(app, Array(1001).fill(read())), 413);
  assertProblem(await post(app, JSON.stringify(read({ more: 'x'.repeat(3_000_000) }))), 413);
  assert.deepEqual(appended, []);
});

test('what is not sent as JSON is an unsupported media type', async () => {
  const { app } = openTrial();
  for (const type of ['text/plain', 'application/xml', 'application/x-www-form-urlencoded']) {
    assertProblem(await post(app, read(), { 'content-type': type }), 415);
  }
});

test('of a key that stands twice the last counts, as JSON has it everywhere', async () => {
  const { app, reads } = openTrial();
  await post(app, JSON.stringify(read()).replace('{', '{"readId":"first",'));
  assert.equal(reads()[0]!.readId, 'r-1');
});

test('keys that name the prototype neither harm nor hide a read', async () => {
  const { app, reads } = openTrial();
  const poisoned = '{"__proto__": {"readId": "x", "polluted": true}, "constructor": {"prototype": {"polluted": true}}}';
  const answer = await post(app, `[${poisoned}, ${JSON.stringify(read())}]`);
  assert.equal(answer.statusCode, 202);
  assert.deepEqual(answer.json().rejected, [{ index: 0, field: 'readId', reason: 'is missing' }]);
  assert.equal(reads().length, 1);
  assert.equal(({} as { polluted?: boolean }).polluted, undefined);
});

test('letters of any alphabet make a plate', async () => {
  const { app, reads } = openTrial();
  await post(app, [read({ plate: 'æø-123' }), read({ plate: '京A·12345' })]);
  assert.deepEqual(reads().map(({ plate }) => plate), ['ÆØ123', '京A12345']);
});

test('a log that takes no more for now is told as 429 with Retry-After', async () => {
  const { app } = openTrial(() => Promise.reject(new AppendOverloadedError()));
  const answer = await post(app, read());
  assertProblem(answer, 429);
  assert(Number(answer.headers['retry-after']) > 0);
});

test('a log that is away is told as 503 with Retry-After', async () => {
  const { app } = openTrial(() => Promise.reject(new Error('no broker answers')));
  const answer = await post(app, read());
  assertProblem(answer, 503);
  assert(Number(answer.headers['retry-after']) > 0);
});

test('requests that wait for the log are bounded, and the room is given back', { timeout: 30_000 }, async () => {
  const waiting: (() => void)[] = [];
  const { app } = openTrial(() => new Promise((resolve) => waiting.push(resolve)));
  const big = JSON.stringify(read({ more: 'x'.repeat(2_000_000) }));
  const [one, other] = [keys.issue(), keys.issue()];
  const answers = Array.from({ length: 40 }, (_, i) => post(app, big, { 'x-api-key': i % 2 === 0 ? one : other }));
  const refused = (await Promise.race([Promise.all(answers), Promise.any(answers)])) as LightMyRequestResponse;
  assertProblem(refused, 429);
  // Those that were let in all come to wait for the log, and no others.
  const statuses: number[] = [];
  for (const answer of answers) void answer.then(({ statusCode }) => statuses.push(statusCode));
  while (statuses.length < answers.length) {
    waiting.splice(0).forEach((resolve) => resolve());
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert(statuses.filter((status) => status === 202).length >= 10);
  assert(statuses.filter((status) => status === 429).length >= 10);
  const after = post(app, big);
  while (waiting.length === 0) await new Promise((resolve) => setImmediate(resolve));
  waiting[0]!();
  assert.equal((await after).statusCode, 202);
});

test('no answer, metric or log line tells a plate', async () => {
  const { app, logged, metrics } = openTrial(() => Promise.reject(new Error('away')));
  const bodies = [
    read({ plate: 'SECRET1' }), read({ plate: 'SECRET_' }), read({ candidates: [{ plate: 'SECRET_', confidence: 1 }] }),
    '{"plate": "SECRET1", }',
  ];
  for (const body of bodies) assert.doesNotMatch((await post(app, body)).body, /SECRET/);
  assert(logged.length > 0);
  assert.doesNotMatch(logged.join() + (await metrics.metrics()), /SECRET/);
});

test('an unknown address is a problem too, and another method one that tells the right ones', async () => {
  const { app } = openTrial();
  assertProblem(await app.inject('/v1/nothing'), 404);
  assertProblem(await app.inject('/v1/%'), 400);
  const answer = await app.inject('/v1/reads');
  assertProblem(answer, 405);
  assert.equal(answer.headers.allow, 'POST');
});
