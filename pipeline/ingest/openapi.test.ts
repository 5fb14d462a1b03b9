import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import fc from 'fast-check';
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify';
import { Registry } from 'prom-client';
import { newTestKeys, uncounted } from '../access/test-keys.ts';
import { openLogger } from '../service/logging.ts';
import { documentOf, examplesOf, openShapes, shapeNames } from '../service/test-openapi.ts';
import { noCameras } from './cameras/test-cameras.ts';
import { checkRead } from './check-read.ts';
import { newIngestServer } from './server.ts';

const keys = newTestKeys();
const KEY = keys.issue();
let app: FastifyInstance;
let document: Awaited<ReturnType<typeof documentOf>>;

before(async () => {
  app = newIngestServer({
    writer: { write: async () => {} }, cameras: noCameras, keyRing: keys.keyRing, requestCounts: uncounted,
    readiness: { ready: true }, metrics: new Registry(), logger: openLogger('test', 'fatal'),
  });
  document = await documentOf(app);
});

const send = (body: unknown): Promise<LightMyRequestResponse> =>
  app.inject({ method: 'POST', url: '/v1/reads', headers: { 'x-api-key': KEY }, payload: body as object });

test('every address of the document wants a key', async () => {
  assert.ok('/v1/reads' in document.paths && '/v1/cameras/hikvision' in document.paths);
  for (const [url, methods] of Object.entries(document.paths)) {
    for (const method of Object.keys(methods)) {
      const answer = await app.inject({ method: method.toUpperCase() as InjectOptions['method'] & string, url });
      assert.equal(answer.statusCode, 401, `${method} ${url}`);
    }
  }
});

test('every example of a shape is of that shape', () => {
  const isOf = openShapes(document);
  for (const name of shapeNames(document)) {
    for (const example of examplesOf(document, name)) assert.equal(isOf(name, example), true, name);
  }
});

test('the examples of reads are taken, and the answers are as the document says', async () => {
  const isOf = openShapes(document);
  const body = document.paths['/v1/reads']!.post!.requestBody as { content: Record<string, {
    schema: object;
    example?: unknown;
    examples?: object;
  }> };
  const { example, examples, schema } = body.content['application/json']!;
  const given = example !== undefined
    ? [example]
    : Object.values(examples ?? (schema as { examples: object }).examples);
  assert.ok(given.length > 0);
  for (const each of given as (object & { value?: unknown })[]) {
    const answer = await send(each.value ?? each);
    assert.equal(answer.statusCode, 202);
    assert.equal(isOf('Accepted', answer.json()), true);
    assert.deepEqual(answer.json().rejected, []);
  }
  const mixed = await send([...examplesOf(document, 'Read'), {}]);
  assert.equal(mixed.json().rejected.length, 1);
  assert.equal(isOf('Accepted', mixed.json()), true);
  for (const refused of [await send([]), await send({}), await app.inject('/v1/reads'), await app.inject('/nowhere')]) {
    assert.equal(isOf('Problem', refused.json()), true);
  }
});

test('what the document forbids of a read is not taken', () => {
  const isOf = openShapes(document);
  const [good] = examplesOf(document, 'Read') as [Record<string, unknown>];
  const change = fc.dictionary(fc.constantFrom(...Object.keys(good)), fc.oneof(
    fc.jsonValue(), fc.string({ maxLength: 140 }), fc.double(), fc.constant(undefined),
    fc.array(fc.record({ plate: fc.string(), confidence: fc.double({ min: -0.1, max: 1.1 }) }), { maxLength: 22 }),
  ), { minKeys: 1, maxKeys: 3 });
  fc.assert(fc.property(change, (changes) => {
    const read = JSON.parse(JSON.stringify({ ...good, ...changes })) as Record<string, unknown>;
    if (isOf('Read', read) === true) return;
    assert.ok('reason' in checkRead(read, Date.now(), 'test'), JSON.stringify(read));
  }), { numRuns: 2_000 });
});

test('the page of the document asks nobody else for anything', async () => {
  const answer = await app.inject('/docs/');
  assert.equal(answer.statusCode, 200);
  assert.match(String(answer.headers['content-security-policy']), /default-src 'self'/);
  for (const [, address] of answer.body.matchAll(/(?:src|href)="([^"]*)"/g)) {
    const { origin, pathname } = new URL(address!, 'http://here/docs/');
    assert.equal(origin, 'http://here');
    assert.equal((await app.inject(pathname)).statusCode, 200, address);
  }
});
