import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { promisify } from 'node:util';

/** A project of one package, and an npm that notes its runs and installs in a blink. */
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'install-'));
  lockFile('package-lock.json', '1.0.0');
  mkdirSync(join(root, 'npm'));
  writeFileSync(join(root, 'npm', 'npm'), `#!/bin/sh
echo run >> npm-runs
mkdir -p node_modules/.bin && touch node_modules/.bin/node && cp package-lock.json node_modules/.package-lock.json
`);
  chmodSync(join(root, 'npm', 'npm'), 0o755);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function lockFile(path: string, version: string): void {
  const packages = {
    '': {},
    'node_modules/gate': { version },
    'node_modules/gate-for-others': { version, optional: true },
  };
  writeFileSync(join(root, path), JSON.stringify({ packages }));
}

/** Runs the installer in a process of its own, as each command does. */
function ensureInstalled(): Promise<unknown> {
  const installer = join(import.meta.dirname, '..', 'bin', 'install.mjs');
  const code =
    `import { ensureInstalled } from ${JSON.stringify(installer)}; await ensureInstalled(${JSON.stringify(root)});`;
  const env = { ...process.env, PATH: [join(root, 'npm'), process.env.PATH].join(delimiter) };
  return promisify(execFile)(process.execPath, ['--input-type=module', '-e', code], { env });
}

function npmRuns(): number {
  const file = join(root, 'npm-runs');
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').length - 1 : 0;
}

test('commands that start at once on a clean clone install once', async () => {
  await Promise.all([ensureInstalled(), ensureInstalled(), ensureInstalled()]);
  assert.equal(npmRuns(), 1);
});

test('what is installed is not installed again, until the lock file asks for another version', async () => {
  await ensureInstalled();
  await ensureInstalled();
  assert.equal(npmRuns(), 1);
  lockFile('package-lock.json', '1.0.1');
  await ensureInstalled();
  assert.equal(npmRuns(), 2);
});

test('a package for another kind of machine is not missed', async () => {
  await ensureInstalled();
  writeFileSync(join(root, 'node_modules', '.package-lock.json'),
    JSON.stringify({ packages: { 'node_modules/gate': { version: '1.0.0' } } }));
  await ensureInstalled();
  assert.equal(npmRuns(), 1);
});

test('an installation that fails is told in one sentence, and the next command tries again', async () => {
  writeFileSync(join(root, 'npm', 'npm'), '#!/bin/sh\nexit 1\n');
  await assert.rejects(ensureInstalled(), /not installed, for `npm ci` ended with code 1: check the network/);
  await assert.rejects(ensureInstalled(), /not installed/);
});
