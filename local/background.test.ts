import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { processIdentity } from '../bin/lock.mjs';
import { lastLines, launch, logFile, notePid, runningPid, stopNoted } from './background.ts';
import { until } from './until.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'background-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const node = (name: string, code: string) =>
  launch({ name, command: process.execPath, args: ['-e', code], logs: dir, run: dir });

test('a launched process is known by its name until it is stopped', async () => {
  const child = node('part', 'setInterval(() => {}, 1000)');
  assert.equal(runningPid(dir, 'part'), child.pid);
  assert.equal(await stopNoted(dir, 'part', 5_000), 'stopped');
  assert.equal(runningPid(dir, 'part'), null);
  assert.equal(await stopNoted(dir, 'part', 5_000), 'not running');
});

test('a process that was given the pid of an earlier one is left alone', async () => {
  const bystander = node('bystander', 'setInterval(() => {}, 1000)');
  writeFileSync(join(dir, 'part.pid'), `${bystander.pid} 1`);
  assert.equal(runningPid(dir, 'part'), null);
  assert.equal(await stopNoted(dir, 'part', 5_000), 'not running');
  assert.equal(runningPid(dir, 'bystander'), bystander.pid);
  await stopNoted(dir, 'bystander', 5_000);
});

test('a process that can not be noted does not stay: nobody would ever stop it', async () => {
  const marker = `marker-of-${process.pid}`;
  mkdirSync(join(dir, 'part.pid'));
  assert.throws(() => node('part', `setInterval(() => {}, 1000) // ${marker}`), { code: 'EISDIR' });
  assert.ok(await until(() => !execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' }).includes(marker), 10_000));
});

test('a pid file without sense names no process', () => {
  writeFileSync(join(dir, 'part.pid'), 'half a file');
  assert.equal(runningPid(dir, 'part'), null);
});

test('this process is the one that notes itself', () => {
  notePid(dir, 'start', process.pid);
  assert.equal(runningPid(dir, 'start'), process.pid);
});

test('what a process says goes to its log, start after start', async () => {
  for (const word of ['first', 'second']) {
    const child = node('part', `console.log('${word}')`);
    assert.ok(await until(() => processIdentity(child.pid!) === null, 10_000));
  }
  assert.deepEqual(lastLines(logFile(dir, 'part'), 5), ['first', 'second']);
});
