import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import { parseGarages } from '../garages/garages-file.ts';
import { openTestIngest } from './test-ingest.ts';

const lane = { laneId: 'in', direction: 'in', cameras: [{ cameraId: 'c', serial: 'S-1' }] };
const garages = parseGarages([
  { garageId: 'torget', operatorId: 'acme', timezone: 'UTC', lanes: [lane] },
  {
    garageId: 'havna',
    operatorId: 'other',
    timezone: 'UTC',
    lanes: [{ ...lane, cameras: [{ cameraId: 'c', serial: 'S-2' }] }],
  },
]);

const read = (readId: string, garageId: string): object => ({
  readId, garageId, cameraId: 'c', laneId: 'in', direction: 'in', plate: 'SECRET1', country: 'NO', confidence: 0.9,
  capturedAt: '2026-05-17T08:30:00Z',
});

function post(
  app: FastifyInstance, payload: object, key: string | null, path = '/v1/reads',
): Promise<LightMyRequestResponse> {
  return app.inject({
    method: 'POST',
    url: path,
    payload,
    headers: key === null ? {} : { authorization: `Bearer ${key}` },
  });
}

test("a key writes its own operator's reads, and nobody learns which garages others have", async () => {
  const { app, keyOf, reads } = openTestIngest(garages);
  const key = keyOf('acme');
  const mixed = await post(app, [read('a', 'torget'), read('b', 'havna'), read('c', 'nowhere')], key);
  assert.equal(mixed.statusCode, 202);
  assert.equal(mixed.json().accepted, 1);
  assert.deepEqual(mixed.json().rejected, ['b', 'c'].map((readId, i) => (
    { index: i + 1, readId, field: 'garageId', reason: 'is no garage of this API key' })));
  const refused = await Promise.all([post(app, read('b', 'havna'), key), post(app, read('b', 'nowhere'), key)]);
  const [havna, nowhere] = refused.map((answer) => ({ ...answer.json(), instance: '' }));
  assert.equal(havna.status, 403);
  assert.deepEqual(havna, nowhere);
  assert.deepEqual(reads.map(({ readId }) => readId), ['a']);
});

test("a vendor's camera of another operator is one that nobody knows", async () => {
  const { app, keyOf, reads, held } = openTestIngest(garages);
  const event = (serial: string): object => ({
    data_type: 'alpr_group', epoch_start: 1_779_006_600_000,
    epoch_end: 1_779_006_601_000, best_plate_number: 'SECRET1', best_confidence: 90,
    best_uuid: `u-${serial}`, camera_id: serial, candidates: [], country: 'no',
  });
  for (const serial of ['S-1', 'S-2']) {
    await post(app, event(serial), keyOf('acme'), `/v1/cameras/rekor?camera=${serial}`);
  }
  assert.deepEqual(reads.map(({ garageId }) => garageId), ['torget']);
  assert.deepEqual(held.map(({ operatorId }) => operatorId), ['acme']);
});

test('a request is answered with 401 before its body is looked at', async () => {
  const { app, metrics } = openTestIngest(garages);
  const answer = await post(app, read('a', 'torget'), null);
  assert.equal(answer.statusCode, 401);
  assert.match(String(answer.headers['www-authenticate']), /^Basic /);
  assert.match(await metrics.metrics(), /^bomfri_ingest_requests_total\{status="401"\} 1$/m);
  assert.match(await metrics.metrics(), /^bomfri_ingest_in_flight_bytes 0$/m);
});

test('a key in the address is taken, and stands in no answer, metric or log line', async () => {
  const { app, key, logged, metrics } = openTestIngest(garages, () => Promise.reject(new Error('away')));
  const paths = [`/v1/reads?key=${key}`, `/v1/reads?key=${key}x`, `/v1/nothing?key=${key}`, `/v1/reads%?key=${key}`];
  const answers = await Promise.all(paths.map((path) => post(app, read('a', 'torget'), null, path)));
  assert.deepEqual(answers.map(({ statusCode }) => statusCode), [503, 401, 404, 400]);
  assert.ok(logged.length > 0);
  const told = answers.map(({ body, headers }) => body + JSON.stringify(headers)).join()
    + logged.join()
    + (await metrics.metrics());
  assert.doesNotMatch(told, /bomfri_[a-z0-9]{10}_/);
});
