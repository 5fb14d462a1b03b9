import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { bomfri } from '../local/bomfri-command.ts';
import { runningPid } from '../local/background.ts';
import { projectRoot, stackPaths } from '../local/paths.ts';
import { until } from '../local/until.ts';
import { ownKey } from '../pipeline/access/own-key.ts';
import { applyGarages } from '../pipeline/garages/apply.ts';
import { parseGarages, readGaragesFile } from '../pipeline/garages/garages-file.ts';
import { cameraFormats } from '../pipeline/ingest/formats/formats.ts';
import { openKafkaLog, type KafkaLog } from '../pipeline/kafka/kafka-log.ts';
import { openCodec, type Codec, type SchemaIds } from '../pipeline/records/codec.ts';
import type { CameraRead } from '../pipeline/records/records.ts';
import { openRegistry } from '../pipeline/records/registry.ts';
import { readConfig } from '../pipeline/service/config.ts';
import { openLogger } from '../pipeline/service/logging.ts';
import { partitionCounts, topics } from '../topics/topics.ts';
import { readAll, unique } from './kafka/kafka-fixture.ts';
import { startServices, type RunningServices } from './running-services.ts';

const WITHIN_MS = 30_000;
const pages = join(projectRoot, 'docs', 'cameras');
const environment = { ...process.env, INGEST: readConfig().ingestUrl, API_KEY: ownKey(readConfig()) };

let services: RunningServices;
let log: KafkaLog;
let ids: SchemaIds;
let codec: Codec<CameraRead>;

before(async () => {
  const config = readConfig();
  ids = await openRegistry(config.registryUrl);
  codec = openCodec('CameraRead', ids);
  log = openKafkaLog({ brokers: config.brokers, clientId: 'cameras-test', logger: openLogger('test', 'error') });
  await applyGarages({ log, ids, garages: await readGaragesFile(join(pages, 'garages.json')), issuedBy: 'test' });
  services = await startServices(['ingest', 'quarantine']);
});

after(async () => {
  await log?.close();
  await services?.stop();
});

async function readsOf(garageId: string): Promise<CameraRead[]> {
  const partitions = Array.from({ length: partitionCounts.garage }, (_, partition) =>
    readAll(log, { topic: topics.reads.name, partition }));
  return (await Promise.all(partitions)).flat().map(({ value }) => codec.decode(value!)).filter((read) =>
    read.garageId === garageId);
}

/** A page's shell commands, each with the answer that the page says it gets. */
function examplesOf(page: string): { command: string; answer: unknown }[] {
  const text = readFileSync(join(pages, page), 'utf8');
  return Array.from(text.matchAll(/```sh\n(.*?)```\s*```json\n(.*?)```/gs), ([, command, answer]) => ({
    command: command!, answer: JSON.parse(answer!),
  }));
}

const allPages = readdirSync(pages).filter((name) => name.endsWith('.md')).filter((page) =>
  examplesOf(page).length > 0);

test('every format has a page with an example', () => {
  for (const { name } of cameraFormats) assert.ok(allPages.includes(`${name}.md`), name);
});

for (const page of allPages) {
  test(`the examples of docs/cameras/${page} are answered as the page says`, async () => {
    for (const { command, answer } of examplesOf(page)) {
      const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', command], {
        cwd: projectRoot,
        env: environment,
      });
      assert.deepEqual(JSON.parse(stdout), answer, command);
    }
  });
}

test('what the examples have sent stands on the reads topic, each at its camera\'s place and in its direction', async () => {
  const seen = new Set((await readsOf('torget')).map(({ cameraId, direction }) => `${cameraId} ${direction}`));
  for (const camera of [
    'hikvision-in', 'plate-recognizer-in', 'rekor-in', 'axis-in', 'tattile-both', 'survision-both',
  ]) {
    assert.ok(seen.has(`${camera} IN`), `${camera}: ${[...seen]}`);
  }
  for (const camera of ['genetec-out', 'dahua-out', 'own-both']) {
    assert.ok(seen.has(`${camera} OUT`), `${camera}: ${[...seen]}`);
  }
});

test('an unknown camera is seen by who watches, and what it sent is released once and in order when a garage names it', async () => {
  const serial = unique('CAMERA').toUpperCase();
  const garageId = unique('garage');
  const watcher = spawn(
    bomfri('cameras').command,
    bomfri('cameras', 'watch', serial).args,
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const exited = once(watcher, 'exit');
  const shown: string[] = [];
  createInterface({ input: watcher.stdout }).on('line', (line) => shown.push(line));
  let said = '';
  watcher.stderr.on('data', (text) => (said += text));
  try {
    assert.ok(await until(() => said.includes('on 1 ingest process'), WITHIN_MS), said);
    await sendAxis(serial, ['1', '2', '3']);
    assert.ok(await until(() => shown.length >= 6, WITHIN_MS), 'the watcher is shown the events');
    assert.match(
      shown[0]!,
      new RegExp(`axis {2}${serial} {2}HELD {2}NO EK12345 {2}72 % {2}no garage names this serial`),
    );
    assert.match(shown[1]!, /add "serial"/);

    process.kill(runningPid(stackPaths().run, 'quarantine')!, 'SIGKILL');
    await sendAxis(serial, ['4', '2']);
    const lanes = [{ laneId: 'l', direction: 'in', cameras: [{ cameraId: 'c', serial, directions: { in: 'in' } }] }];
    await applyGarages({
      log,
      ids,
      garages: parseGarages([{ garageId, timezone: 'Europe/Oslo', lanes }]),
      issuedBy: 'test',
    });
    assert.ok(await until(async () => (await readsOf(garageId)).length >= 4, WITHIN_MS), 'what was held is released');
    assert.ok(await until(async () => {
      await sendAxis(serial, ['5']);
      return shown.some((line) => line.includes('ACCEPTED'));
    }, WITHIN_MS), 'the next event is accepted at once');
    const released = (await readsOf(garageId)).slice(0, 4).map(({ readId, direction, laneId }) =>
      [readId.split('-')[0], direction, laneId]);
    assert.deepEqual(released, ['1', '2', '3', '4'].map((car) => [car, 'IN', 'l']));
  } finally {
    watcher.kill('SIGTERM');
    await exited;
  }
});

async function sendAxis(serial: string, cars: readonly string[]): Promise<void> {
  const golden = JSON.parse(readFileSync(
    join(projectRoot, 'pipeline', 'ingest', 'formats', 'golden', 'axis.json'),
    'utf8',
  ));
  for (const carID of cars) {
    const answer = await fetch(`${environment.INGEST}/v1/cameras/axis`, {
      method: 'POST', headers: { 'x-api-key': environment.API_KEY },
      body: JSON.stringify({ ...golden, carID, camera_info: { SerialNumber: serial } }),
    });
    assert.equal(answer.status, 202);
    await answer.body?.cancel();
  }
}
