import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { processIdentity } from '../bin/lock.mjs';
import { runningPid } from './background.ts';
import { supervise } from './supervisor.ts';
import type { Program, SupervisorOptions } from './supervisor.ts';
import { until } from './until.ts';

let dir: string;
let said: string[];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'supervisor-'));
  said = [];
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const options = (): SupervisorOptions => ({
  backOff: { firstMs: 1, mostMs: 20, calmAfterMs: 60_000 },
  graceMs: 500,
  readyWithinMs: 10_000,
  logs: dir,
  run: dir,
  say: (line) => said.push(line),
});

/** A program in a few lines of JavaScript that is ready once the file `<name>.ready` is there. */
function program(name: string, code: string): Program {
  const args = ['-e', `const fs = require('node:fs'); const dir = ${JSON.stringify(dir)}; ${code}`];
  return { name, command: process.execPath, args, isReady: async () => existsSync(join(dir, `${name}.ready`)) };
}

const stayUp = 'setInterval(() => {}, 1000);';
const getReady = (name: string) => `fs.writeFileSync(dir + '/${name}.ready', '');`;

test('a program that dies at its first starts is started until it stays', async () => {
  const supervisor = supervise([[program('door', `
    const starts = dir + '/starts';
    fs.appendFileSync(starts, '.');
    if (fs.readFileSync(starts, 'utf8').length < 3) process.exit(7);
    ${getReady('door')} ${stayUp}`)]], options());
  await supervisor.ready;
  assert.equal(readFileSync(join(dir, 'starts'), 'utf8'), '...');
  assert.match(said[0]!, /^door ended with code 7 and starts again in /);
  await supervisor.stop();
});

test('a program that is killed runs again, as another process', async () => {
  const supervisor = supervise([[program('lane', `${getReady('lane')} ${stayUp}`)]], options());
  await supervisor.ready;
  const first = runningPid(dir, 'lane')!;
  process.kill(first, 'SIGKILL');
  assert.ok(await until(() => ![null, first].includes(runningPid(dir, 'lane')), 10_000));
  await supervisor.stop();
  assert.match(said[0]!, /^lane ended with SIGKILL/);
});

test('a program that never gets ready is told with the end of its log', async () => {
  const supervisor = supervise([[program('gate', "console.error('no such garage'); process.exit(1);")]], options());
  await assert.rejects(supervisor.ready, {
    name: 'Trouble',
    message: /gate does not get ready.*\n {2}\| no such garage/s,
  });
  await supervisor.stop();
});

test('a program whose log can not be opened is tried again until it can', async () => {
  const logs = join(dir, 'logs');
  writeFileSync(logs, 'in the way of the folder');
  const supervisor = supervise([[program('exit', `${getReady('exit')} ${stayUp}`)]], {
    ...options(), logs,
    say: (line) => {
      said.push(line);
      rmSync(logs, { force: true });
    },
  });
  await supervisor.ready;
  await supervisor.stop();
  assert.match(said[0]!, /^exit could not be started \(EEXIST: .* and starts again in /);
});

test('stopping leaves no process, in the order of the rows, and kills the one that does not listen', async () => {
  const polite = (name: string) => program(name, `
    process.on('SIGTERM', () => { fs.appendFileSync(dir + '/order', '${name} '); process.exit(0); });
    ${getReady(name)} ${stayUp}`);
  const deaf = program('deaf', `process.on('SIGTERM', () => {}); ${getReady('deaf')} ${stayUp}`);
  const supervisor = supervise([[polite('writer')], [deaf], [polite('reader')]], options());
  await supervisor.ready;
  const pids = ['writer', 'deaf', 'reader'].map((name) => runningPid(dir, name)!);
  await supervisor.stop();
  assert.deepEqual(pids.map(processIdentity), [null, null, null]);
  assert.equal(readFileSync(join(dir, 'order'), 'utf8'), 'writer reader ');
  assert.deepEqual(said, ['deaf did not stop in 0.5 s and was killed']);
});

test('a program is not started again once stopping has begun', async () => {
  const supervisor = supervise(
    [[program('once', `fs.appendFileSync(dir + '/starts', '.'); ${getReady('once')} ${stayUp}`)]],
    options(),
  );
  await supervisor.ready;
  await supervisor.stop();
  assert.equal(readFileSync(join(dir, 'starts'), 'utf8'), '.');
  assert.equal(runningPid(dir, 'once'), null);
});
