import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheDir } from '../local/paths.ts';
import { step } from '../local/progress.ts';
import type { Say } from '../local/progress.ts';
import { Trouble } from '../local/trouble.ts';

const VERSION = 'v1.8.1';

const dir = join(cacheDir, `k6-${VERSION}`);

/** The command that runs k6, from the PATH or from the cache; null: there is none yet. */
export async function presentK6(): Promise<string | null> {
  if (await runs('k6', 'version')) return 'k6';
  const cached = join(dir, 'k6');
  return existsSync(cached) ? cached : null;
}

/** The same, built with Go if there is none. @throws {Trouble} */
export async function requireK6(say: Say): Promise<string> {
  const present = await presentK6();
  if (present !== null) return present;
  if (!(await runs('go', 'version'))) {
    throw new Trouble('The load test runs k6, which is not on the PATH, and `go`, which would build it, does not run:'
      + ' install k6 (https://grafana.com/docs/k6) or Go 1.24 or later and try again.');
  }
  // Go moves the program into place only when it is whole.
  await step(say, `k6 ${VERSION}: building with Go, this once`, `k6 ${VERSION}: built`, () =>
    run('go', ['install', `go.k6.io/k6@${VERSION}`], { env: { ...process.env, GOBIN: dir } }));
  return join(dir, 'k6');
}

const run = promisify(execFile);

async function runs(command: string, argument: string): Promise<boolean> {
  try {
    await run(command, [argument]);
    return true;
  } catch {
    return false;
  }
}
