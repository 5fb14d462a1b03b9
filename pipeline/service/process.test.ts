import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { test } from 'node:test';

interface Ended {
  readonly code: number | null;
  readonly lines: readonly string[];
}

/** Runs a service whose start function is `start` (source text); sends SIGTERM at the line that `stopAt` matches. */
async function serve(start: string, options: { stopAt?: RegExp; env?: Record<string, string> } = {}): Promise<Ended> {
  const processUrl = new URL('./process.ts', import.meta.url).href;
  const source = `import { runService } from '${processUrl}'; await runService('trial', null, ${start});`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], {
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'close');
  const lines: string[] = [];
  const watch = (line: string): void => {
    lines.push(line);
    if (options.stopAt?.test(line)) child.kill('SIGTERM');
  };
  createInterface(child.stdout).on('line', watch);
  createInterface(child.stderr).on('line', watch);
  const [code] = (await ended) as [number | null];
  return { code, lines };
}

const IDLE = 'setInterval(() => {}, 1000); const failed = new Promise(() => {});';

test('a service that is asked to stop is unready before its work ends, and exits with 0', async () => {
  const { code, lines } = await serve(
    `async (service) => { ${IDLE}
      return { failed, stop: async () => console.log('stop called, ready: ' + service.ready) }; }`,
    { stopAt: /"started"/ },
  );
  assert.equal(code, 0);
  assert(lines.includes('stop called, ready: false'));
  assert.match(lines.at(-1)!, /"stopped"/);
});

test('a service that fails for good exits with 1 and says why in one line', async () => {
  const { code, lines } = await serve(
    `async () => ({ failed: Promise.resolve(new Error('the log is gone')), stop: async () => {} })`,
  );
  assert.equal(code, 1);
  const fatal = lines.map((line) => JSON.parse(line)).filter((line) => line.level === 60);
  assert.deepEqual(fatal.map((line) => line.msg), ['the log is gone']);
});

test('a service that can not start exits with 1 and says why', async () => {
  const { code, lines } = await serve(`async () => { throw new Error('no schema: run bomfri schemas apply'); }`);
  assert.equal(code, 1);
  assert.equal(JSON.parse(lines[0]!).msg, 'no schema: run bomfri schemas apply');
});

test('an error that nothing handles ends the process with 1', async () => {
  const { code, lines } = await serve(
    `async () => { ${IDLE} setImmediate(() => Promise.reject(new Error('lost'))); return { failed, stop: async () => {} }; }`,
  );
  assert.equal(code, 1);
  assert.equal(JSON.parse(lines.at(-1)!).err.message, 'lost');
});

test('a wrong setting ends the process with 1 and one plain sentence', async () => {
  const { code, lines } = await serve('async () => {}', { env: { BOMFRI_REPLICATION: '0' } });
  assert.equal(code, 1);
  assert.deepEqual(lines, ["BOMFRI_REPLICATION is '0', but must be a whole number from 1"]);
});
