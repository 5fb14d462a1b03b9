import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { Writable } from 'node:stream';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import type { FastifyInstance } from 'fastify';
import { Registry } from 'prom-client';
import { openSharedCounts } from '../access/shared-counts.ts';
import { LIMIT_WINDOW_MS } from '../access/rate-limits.ts';
import { newTestKeys } from '../access/test-keys.ts';
import { newToken, tokenText } from '../access/token.ts';
import { openLogger } from '../service/logging.ts';
import { noCameras } from './cameras/test-cameras.ts';
import { newIngestServer } from './server.ts';

/** What strangers and broken cameras send, over real connections, while an honest camera sends its reads. */

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const keys = newTestKeys(() => 'acme');
const HONEST = keys.issue({ operatorId: 'acme' });
const INSIDER = keys.issue({ operatorId: 'acme', requestsPerSecond: 100_000 });
const REVOKED = keys.issue();
keys.revoke(REVOKED);

const stored: string[] = [];
const errors: string[] = [];
const metrics = new Registry();
const agent = new Agent({ keepAlive: true, maxSockets: 50 });
let app: FastifyInstance;
let port: number;

before(async () => {
  const logger = openLogger('test', 'error', new Writable({
    write(chunk, _encoding, done) {
      errors.push(String(chunk));
      done();
    },
  }));
  const redis = { pipeline: () => { throw new Error('Redis is away'); } };
  app = newIngestServer({
    writer: { write: async (reads) => void stored.push(...reads.map(({ readId }) => readId)) }, cameras: noCameras,
    keyRing: keys.keyRing, requestCounts: openSharedCounts({ redis, windowMs: LIMIT_WINDOW_MS, onShared() {} }),
    readiness: { ready: true }, metrics, logger,
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  port = (app.server.address() as AddressInfo).port;
});

after(() => {
  agent.destroy();
});

const TOO_SLOW = 408;

async function send(options: {
  method?: string; path?: string; headers?: Record<string, string>; body?: string | Buffer; key?: string | null;
}): Promise<Answer> {
  const { method = 'POST', path = '/v1/reads', headers = {}, body = '', key = INSIDER } = options;
  const authorization = key === null ? {} : { authorization: `Bearer ${key}` };
  const sent = request({
    agent,
    host: '127.0.0.1',
    port,
    method,
    path,
    headers: { 'content-type': 'application/json', ...authorization, ...headers },
  });
  // One that comes behind the answer tells nothing new.
  sent.on('error', () => {});
  sent.end(body);
  const [answer] = await once(sent, 'response');
  return { status: answer.statusCode, headers: answer.headers, body: await text(answer) };
}

/** Sends bytes as they are, and answers the first line that comes back, or '' when the connection just ends. */
async function sendRaw(bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  socket.end(bytes);
  return (await text(socket).catch(() => '')).split('\r\n')[0]!;
}

function assertRefused({ status, headers, body }: Answer, what: string): void {
  assert.ok(status >= 400 && status < 500, `${what}: ${status}`);
  assert.match(String(headers['content-type']), /^application\/problem\+json/, what);
  const problem = JSON.parse(body) as { status: number; detail: string };
  assert.equal(problem.status, status, what);
  assert.ok(problem.detail.length > 0, what);
}

const read = (readId: string): object => ({
  readId, garageId: 'torget', cameraId: 'c', laneId: 'l',
  direction: 'in', plate: 'AB12345', country: 'NO', confidence: 0.9,
  capturedAt: '2026-05-17T08:30:00Z',
});

/** One read after the other, until told that it is enough; what gets no 202 it sends again, as a camera does. */
async function honestCamera(enough: () => boolean): Promise<number> {
  let sent = 0;
  while (!enough() || sent < 50) {
    const { status } = await send({ key: HONEST, body: JSON.stringify(read(`honest-${sent}`)) });
    // All of this shares one process: where the machine is too busy it does not read a new connection in time.
    if (status === TOO_SLOW) continue;
    assert.equal(status, 202);
    sent++;
  }
  return sent;
}

test('nothing hostile gets more than a refusal, and the honest camera beside it loses nothing', { timeout: 60_000 }, async () => {
  let isOver = false;
  const honest = honestCamera(() => isOver);
  const held = holdConnections(200);
  try {
    await Promise.all([
      wrongKeys(), malformedBodies(), oversizedBodies(), strangeRequests(), fuzzedBodies(), rawBytes(),
    ]);
  } finally {
    isOver = true;
    for (const socket of held) socket.destroy();
  }
  const sent = await honest;
  assert.deepEqual(
    stored.filter((id) => id.startsWith('honest-')),
    Array.from({ length: sent }, (_, i) => `honest-${i}`),
  );
  assert.deepEqual(errors, []);
  assert.equal(({} as { polluted?: boolean }).polluted, undefined);
});

test('a key that sends more than it may is told to wait, and the others are not', async () => {
  const greedy = keys.issue({ operatorId: 'acme', requestsPerSecond: 1 });
  const answers = await Promise.all(Array.from({ length: 30 }, (_, i) =>
    send({ key: greedy, body: JSON.stringify(read(`greedy-${i}`)) })));
  const refused = answers.filter(({ status }) => status !== 202);
  // The window may turn in the middle.
  assert.ok(refused.length >= 10);
  for (const answer of refused) {
    assert.equal(answer.status, 429);
    assertRefused(answer, 'too many');
    const wait = Number(answer.headers['retry-after']);
    assert.ok(wait >= 1 && wait <= LIMIT_WINDOW_MS / 1_000, `Retry-After ${wait}`);
  }
  assert.equal((await send({ key: HONEST, body: JSON.stringify(read('beside')) })).status, 202);
});

test('who sends headers or nothing at all too slowly is let go', { timeout: 30_000 }, async () => {
  const slow = connect(port, '127.0.0.1');
  slow.write('POST /v1/reads HTTP/1.1\r\nHost: a\r\n');
  const silent = connect(port, '127.0.0.1');
  const answers = await Promise.all([text(slow), text(silent)]);
  for (const answer of answers) assert.match(answer, /^HTTP\/1\.1 408 [^]*problem\+json[^]*"status":408/);
});

test('what was held for broken-off bodies is given back', async () => {
  const sockets = await holdBodies();
  for (const socket of sockets) socket.destroy();
  while ((await inFlight()) > 0) await new Promise((resolve) => setImmediate(resolve));
});

test('a server that closes does not wait for who holds a connection', { timeout: 20_000 }, async () => {
  const sockets = await holdBodies();
  await app.close();
  for (const socket of sockets) socket.destroy();
});

/** Connections that say nothing, half a head or half a body, and stay. */
function holdConnections(count: number): Socket[] {
  const beginnings = [
    '', 'POST /v1/reads HTTP/1.1\r\nHost: a\r\nX-A: ',
    `POST /v1/reads HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${INSIDER}\r\nContent-Type: application/json\r\nContent-Length: 9000\r\n\r\n[`,
    'POST /v1/reads HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n[\r\n',
  ];
  return Array.from({ length: count }, (_, i) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(beginnings[i % beginnings.length]!));
    return socket.on('error', () => {});
  });
}

/** The same, once the server waits for every body: each fourth is one. */
async function holdBodies(): Promise<Socket[]> {
  const sockets = holdConnections(20);
  while ((await inFlight()) < 5 * 9_000) await new Promise((resolve) => setImmediate(resolve));
  return sockets;
}

/** Bytes of bodies that the server has made room for. */
async function inFlight(): Promise<number> {
  return Number(/^bomfri_ingest_in_flight_bytes (\d+)$/m.exec(await metrics.metrics())![1]);
}

async function wrongKeys(): Promise<void> {
  const wrong = [
    null, '', 'x', tokenText(newToken()), REVOKED, `${INSIDER}x`,
    INSIDER.slice(0, -1), INSIDER.toUpperCase(), 'bomfri___proto___x',
    `bomfri_constructor_${'A'.repeat(43)}`, 'A'.repeat(8_000), '%00', '../../etc/passwd', '{"$gt":""}',
  ];
  const told = new Set<string>();
  for (const key of wrong) {
    for (const body of ['{}', 'x'.repeat(100_000)]) {
      const answer = await send({ key, body });
      assertRefused(answer, `key ${key}`);
      assert.equal(answer.status, 401, `key ${key}`);
      told.add(answer.body.replace(/urn:uuid:[^"]*/, ''));
    }
  }
  for (const authorization of [
    'Basic', 'Basic !!!', 'Basic Og==', 'Bearer',
    `Bearer ${INSIDER} ${INSIDER}`, 'Digest a="b"', `Negotiate ${INSIDER}`,
  ]) {
    const answer = await send({ key: null, headers: { authorization }, body: '{}' });
    assert.equal(answer.status, 401, authorization);
    told.add(answer.body.replace(/urn:uuid:[^"]*/, ''));
  }
  assert.equal(told.size, 1, 'nobody is told what is wrong with a key');
}

async function malformedBodies(): Promise<void> {
  const poisoned = '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}';
  const bodies: (string | Buffer)[] = [
    '', '{', '[', ']', 'null', '0', '"x"', '[[[[]]]]', '{"readId":',
    'undefined', "{'a':1}", '[1,2', '\u0000', '\ufeff{}', 'NaN', '1e999',
    '['.repeat(200_000), '[{"a":'.repeat(50_000),
    `${'['.repeat(100_000)}${']'.repeat(100_000)}`, poisoned, `[${poisoned}]`,
    `{"readId":"${'\\u0000'.repeat(1_000)}"}`, Buffer.from([0xff, 0xfe, 0x00]), Buffer.from([0x5b, 0xc3, 0x28, 0x5d]),
    JSON.stringify({ ...read('x'), candidates: Array(10_000).fill({}) }), JSON.stringify(Array(1_001).fill(read('x'))),
    JSON.stringify({ ...read('x'), plate: 'A'.repeat(1_000_000) }),
    JSON.stringify({ ...read('x'), plate: { toString: 1 } }), JSON.stringify({ ...read('x'), readId: ['__proto__'] }),
    JSON.stringify({ ...read('x'), capturedAt: `2026-05-17T08:30:00.${'0'.repeat(100_000)}X` }),
  ];
  for (const body of bodies) assertRefused(await send({ body }), String(body).slice(0, 40));
}

async function oversizedBodies(): Promise<void> {
  for (const headers of [{}, { 'transfer-encoding': 'chunked' }] as Record<string, string>[]) {
    // The connection is closed behind the answer: a client that is still sending may see only that.
    const answer = await send({ body: ' '.repeat(9_000_000), headers }).catch((error: NodeJS.ErrnoException) => error);
    if (answer instanceof Error) assert.match(answer.code ?? '', /ECONNRESET|EPIPE/);
    else assertRefused(answer, 'too large');
  }
}

async function strangeRequests(): Promise<void> {
  const good = JSON.stringify(read('strange'));
  const types = [
    'text/plain', 'application/xml', 'multipart/form-data; boundary=x',
    'application/json; charset=utf-7', 'x', '/', 'application/',
  ];
  for (const type of types.slice(0, 3)) {
    assertRefused(await send({ body: good, headers: { 'content-type': type } }), type);
  }
  for (const type of types) {
    assert.ok((await send({ body: good, headers: { 'content-type': type } })).status < 500, type);
  }
  for (const method of ['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND', 'QUERY']) {
    const { status } = await send({ method });
    assert.ok([400, 404, 405].includes(status), `${method} ${status}`);
  }
  const paths = [
    '/', '/v1/reads/', '/v1//reads', '/v1/reads/../../etc/passwd', '/v1/%2e%2e/x',
    '/%', '/v1/reads%00', `/${'a'.repeat(7_000)}`, '/v1/nothing?key=x',
  ];
  for (const path of paths) assertRefused(await send({ path, body: good }), path.slice(0, 40));
  const bomb = gzipSync(Buffer.alloc(50_000_000, ' '));
  const { status } = await send({ body: bomb, headers: { 'content-encoding': 'gzip' } });
  assert.ok(status >= 400 && status < 500, `a small body that unpacks to a huge one: ${status}`);
}

async function fuzzedBodies(): Promise<void> {
  const fields = Object.keys(read(''));
  const item = fc.dictionary(
    fc.constantFrom(...fields, '__proto__', 'candidates'),
    fc.oneof(fc.jsonValue(), fc.string()),
    { maxKeys: 10 },
  );
  const body = fc.oneof(
    fc.json(),
    fc.string(),
    fc.array(item, { maxLength: 5 }).map((items) => JSON.stringify(items)),
    item.map((each) => JSON.stringify(each)),
  );
  await fc.assert(fc.asyncProperty(body, async (each) => {
    const { status } = await send({ body: each });
    assert.ok(status === 202 || (status >= 400 && status < 500), `${status}: ${each}`);
  }), { numRuns: 500 });
}

async function rawBytes(): Promise<void> {
  const body = `Authorization: Bearer ${INSIDER}\r\nContent-Type: application/json\r\n`;
  const sent = [
    'GARBAGE\r\n\r\n', '\x16\x03\x01\x02\x00\x01\x00', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    'GET / HTTP/9.9\r\n\r\n', 'POST /v1/reads\r\n\r\n',
    'POST /v1/reads HTTP/1.1\r\n\r\n', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(40_000)}\r\n\r\n`,
    `GET / HTTP/1.1\r\nHost: a\r\n${'X: y\r\n'.repeat(5_000)}\r\n`, `GET /${'x'.repeat(40_000)} HTTP/1.1\r\n\r\n`,
    `POST /v1/reads HTTP/1.1\r\nHost: a\r\n${body}Content-Length: 5\r\nContent-Length: 6\r\n\r\n[]`,
    `POST /v1/reads HTTP/1.1\r\nHost: a\r\n${body}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    `POST /v1/reads HTTP/1.1\r\nHost: a\r\n${body}Content-Length: -1\r\n\r\n`,
    `POST /v1/reads HTTP/1.1\r\nHost: a\r\n${body}Transfer-Encoding: chunked\r\n\r\nZZZ\r\n`,
    'CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: a\r\nExpect: miracles\r\n\r\n', 'GET / HTTP/1.1\r\nHost: a\r\nX\r\n: y\r\n\r\n',
  ];
  for (const bytes of sent) {
    assert.match(await sendRaw(bytes), /^(HTTP\/1\.1 4\d\d .*)?$/, JSON.stringify(bytes.slice(0, 60)));
  }
}
