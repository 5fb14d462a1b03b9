import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';

const cli = fileURLToPath(new URL('cli.ts', import.meta.url));

test('what goes into a record with its reason is refused without one, before anything is asked or done', () => {
  for (const command of [
    ['privacy', 'visits', 'NO', 'XX00000'], ['privacy', 'erase-holder', 'account-1'], ['accounts', 'block', 'account-1'],
  ]) {
    const { status, stderr } = spawnSync(process.execPath, [cli, ...command, '--reason', ' '], { encoding: 'utf8' });
    assert.equal(status, 1);
    assert.match(stderr, /^error: option '--reason <text>' argument ' ' is invalid\. Say it in words/);
  }
});
