import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { LightMyRequestResponse } from 'fastify';
import { parseGarages } from '../../garages/garages-file.ts';
import { AppendOverloadedError } from '../../kafka/appender.ts';
import type { Garage } from '../../records/records.ts';
import { goldenFiles } from '../formats/golden-files.ts';
import { openTestIngest, type TestIngest } from '../test-ingest.ts';

const files = goldenFiles();
const bodyOf = (name: string): string => String(files.find((file) => file.name === name)!.body);

/** A garage with a camera for each serial of the golden files. */
function allCameras(garageId: string, operatorId = 'op'): Garage {
  const serials = [
    ...new Set(files.flatMap(({ events }) => events.map(({ serial }) => serial)).filter((serial) => serial !== '')),
  ];
  const cameras = serials.map((serial, i) => ({
    cameraId: `c-${i}`,
    serial,
    directions: { reverse: 'in', in: 'in', '135-225': 'out' },
  }));
  return parseGarages([{
    garageId,
    operatorId,
    timezone: 'Europe/Oslo',
    lanes: [{ laneId: 'l', direction: 'both', cameras }],
  }])[0]!;
}

function post(
  { app, key }: TestIngest, address: string, payload: string | Buffer, headers: Record<string, string> = {},
): Promise<LightMyRequestResponse> {
  return app.inject({
    method: 'POST',
    url: `/v1/cameras/${address}`,
    headers: { 'x-api-key': key, ...headers },
    payload,
  });
}

for (const { name, format, body, events } of files) {
  test(`${name} of a configured camera is accepted whatever its content is said to be`, async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/octet-stream']) {
      const ingest = openTestIngest([allCameras('p4')]);
      const answer = await post(
        ingest,
        `${format.name}?camera=${format.name === 'survision' ? 'TAT1234567' : ''}`,
        body,
        { 'content-type': type },
      );
      const told = { accepted: events.length, held: 0, rejected: [], ...format.acknowledgement };
      assert.deepEqual([answer.statusCode, answer.json()], [202, told]);
      assert.equal(ingest.reads.length, events.length);
      for (const read of ingest.reads) {
        assert.deepEqual([read.garageId, read.laneId, read.source], ['p4', 'l', format.name]);
      }
    }
  });
}

test('a camera that no garage names is answered like any other, and what it sent is held', async () => {
  const ingest = openTestIngest();
  const answer = await post(ingest, 'hikvision', bodyOf('hikvision.xml'));
  assert.deepEqual([answer.statusCode, answer.json()], [202, { accepted: 0, held: 1, rejected: [] }]);
  assert.deepEqual(ingest.reads, []);
  const [held] = ingest.held;
  assert.deepEqual([held!.serial, held!.format, held!.operatorId], ['C42F90A7B5D1', 'hikvision', '']);
  assert.match(await ingest.metrics.metrics(), /bomfri_ingest_held_events_total\{format="hikvision"\} 1/);
});

test('a key finds its own operator\'s cameras only; another\'s is as unknown as nobody\'s', async () => {
  const ingest = openTestIngest([allCameras('p4', 'north'), allCameras('p5', 'south')]);
  const south = { 'x-api-key': ingest.keyOf('south') };
  assert.equal((await post(ingest, 'axis', bodyOf('axis.json'), south)).json().accepted, 1);
  assert.deepEqual(ingest.reads.map(({ garageId }) => garageId), ['p5']);
  const east = { 'x-api-key': ingest.keyOf('east') };
  assert.equal((await post(ingest, 'axis', bodyOf('axis.json'), east)).json().held, 1);
  assert.equal(ingest.held[0]!.operatorId, 'east');
});

test('the address may name the camera, and then counts', async () => {
  const ingest = openTestIngest([allCameras('p4')]);
  const unnamed = await post(ingest, 'survision', bodyOf('survision.json'));
  assert.equal(unnamed.statusCode, 400);
  assert.match(unnamed.json().detail, /\?camera=NAME/);
  assert.equal((await post(ingest, 'survision?camera=p4-entry', bodyOf('survision.json'))).json().accepted, 1);
  assert.equal((await post(ingest, 'hikvision?camera=p4-exit', bodyOf('hikvision.xml'))).json().accepted, 1);
  assert.notEqual(ingest.reads[0]!.cameraId, ingest.reads[1]!.cameraId);
});

test('what is no name of a camera is refused: it would be too large to be held, or be no name in a file', async () => {
  const ingest = openTestIngest();
  for (const name of ['x'.repeat(3_000_000), 'x'.repeat(129), '\u0000', 'a\nb', '\ud800']) {
    const answer = await post(ingest, 'milesight', JSON.stringify({ device: name, time: '2026-05-17 08:21:03', plate: '' }));
    assert.deepEqual(
      [answer.statusCode, answer.json().rejected],
      [400, [{ index: 0, field: 'serial', reason: 'must be a string of 1 to 128 printable characters' }]],
    );
  }
  assert.deepEqual(ingest.held, []);
});

test('a heartbeat is accepted and is no read', async () => {
  const ingest = openTestIngest();
  for (const name of ['hikvision.heartbeat.xml', 'rekor.heartbeat.json']) {
    const answer = await post(ingest, name.split('.')[0]!, bodyOf(name));
    assert.deepEqual([answer.statusCode, answer.json()], [202, { accepted: 0, held: 0, rejected: [] }]);
  }
});

test('Dahua: what a camera looks for to know that its picture or heartbeat came stands in the answer', async () => {
  const ingest = openTestIngest();
  for (const name of ['dahua.itsapi.json', 'dahua.heartbeat.json']) {
    const { Result, Active } = (await post(ingest, 'dahua', bodyOf(name))).json();
    assert.deepEqual([Result, Active], [true, true], name);
  }
  const refused = await post(ingest, 'dahua', '{"Picture": {"SnapInfo": {"DeviceID": "1", "SnapTime": "today"}}}');
  assert.deepEqual([refused.statusCode, refused.json().Result], [400, undefined]);
});

test('the same event sent twice is one read, with and without an id of the vendor\'s', async () => {
  const ingest = openTestIngest([allCameras('p4')]);
  for (const name of ['hikvision.xml', 'plate-recognizer.json']) {
    for (const again of [1, 2]) {
      await post(ingest, name.split('.')[0]!, bodyOf(name).replace('<activePostCount>1', `<activePostCount>${again}`));
    }
  }
  const ids = ingest.reads.map(({ readId }) => readId);
  assert.equal(ids.length, 4);
  assert.equal(new Set(ids).size, 2);
});

test('an event that is no read is refused when nothing else came with it, and named when something did', async () => {
  const ingest = openTestIngest([allCameras('p4')]);
  const alone = await post(ingest, 'axis', bodyOf('axis.json').replaceAll('EK12345', 'EK_12345'));
  assert.equal(alone.statusCode, 400);
  assert.deepEqual(alone.json().rejected, [{ index: 0, field: 'plate', reason: 'must be letters and digits' }]);
  const beside = await post(ingest, 'rekor', bodyOf('rekor.results.json').replaceAll('DK98765', 'DK_98765'));
  assert.deepEqual([beside.statusCode, beside.json().accepted, beside.json().rejected.length], [202, 1, 1]);
});

test('gzip is taken here too', async () => {
  const ingest = openTestIngest([allCameras('p4')]);
  const answer = await post(ingest, 'rekor', gzipSync(bodyOf('rekor.group.json')), { 'content-encoding': 'gzip' });
  assert.equal(answer.json().accepted, 1);
});

test('with Kafka away nothing is accepted and nothing held', async () => {
  const away = openTestIngest([allCameras('p4')], () => Promise.reject(new Error('no broker answers')));
  assert.equal((await post(away, 'axis', bodyOf('axis.json'))).statusCode, 503);
  const full = openTestIngest([], () => Promise.reject(new AppendOverloadedError()));
  const answer = await post(full, 'axis', bodyOf('axis.json'));
  assert.equal(answer.statusCode, 429);
  assert(Number(answer.headers['retry-after']) > 0);
});

test('who watches is told of every event: what was understood, and why not', async () => {
  const ingest = openTestIngest([allCameras('p4')]);
  await post(ingest, 'axis', bodyOf('axis.json'));
  await post(
    ingest,
    'axis',
    bodyOf('axis.json').replaceAll('ACCC8ED3290D', 'OTHER').replaceAll('AC:CC:8E:D3:29:0D', 'OTHER'),
  );
  await post(ingest, 'axis', bodyOf('axis.json').replaceAll('EK12345', 'EK_12345'));
  await post(ingest, 'axis', '{"torn');
  assert.deepEqual(ingest.told.map(({ event, outcome, why }) => [event?.serial ?? null, outcome, why]), [
    ['ACCC8ED3290D', 'accepted', ''], ['OTHER', 'held', 'no garage names this serial'],
    ['ACCC8ED3290D', 'rejected', 'plate must be letters and digits'], [null, 'unreadable', 'it is no valid JSON'],
  ]);
  assert.equal(ingest.told[0]!.read!.direction, 'IN');
});

test('no answer, metric or log line tells a plate', async () => {
  for (const ingest of [
    openTestIngest([allCameras('p4')]), openTestIngest(), openTestIngest([], () => Promise.reject(new Error('away'))),
  ]) {
    for (const { format, body } of files) {
      for (const secret of ['SECRET1', 'SECRET_']) {
        const payload = String(body).replaceAll(/(?<!lp_)[ED]K\d{5}/gi, secret);
        for (const sent of [payload, payload.slice(0, -5)]) {
          assert.doesNotMatch((await post(ingest, format.name, sent)).body, /SECRET/i);
        }
      }
    }
    assert.doesNotMatch(ingest.logged.join() + (await ingest.metrics.metrics()), /SECRET/i);
  }
});
