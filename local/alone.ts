import { join } from 'node:path';
import { withLock } from '../bin/lock.mjs';
import { requireWritable } from './disk.ts';
import { stackPaths } from './paths.ts';
import type { Say } from './progress.ts';

/** Runs `work` while nobody else starts or stops parts of this stack: two at once would do it twice to the same part. */
export function alone(say: Say, work: () => Promise<void>): Promise<void> {
  requireWritable(stackPaths().run);
  const waiting = () => say('Another `bomfri` command starts or stops parts of this stack: waiting for it.');
  return withLock(join(stackPaths().run, '..', 'local.lock'), waiting, work);
}
