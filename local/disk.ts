import { existsSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { Trouble } from './trouble.ts';

const MIB = 1024 * 1024;

/**
 * @param neededMib what is about to be written, with room to work
 * @throws {Trouble} when the disk that holds `dir` (which need not exist yet) has less
 */
export function requireDiskSpace(dir: string, neededMib: number, purpose: string, freeMib = freeMibAt): void {
  const free = freeMib(dir);
  if (free >= neededMib) return;
  throw new Trouble(
    `The disk of ${dir} has ${free} MiB free, but ${purpose} needs ${neededMib} MiB: free some space`
    + ' (`npx bomfri local wipe` deletes the local stack\'s data) or set BOMFRI_DATA_DIR to a folder on another disk.',
  );
}

function freeMibAt(dir: string): number {
  let existing = dir;
  while (!existsSync(existing)) existing = dirname(existing);
  const disk = statfsSync(existing);
  return Math.floor((disk.bavail * disk.bsize) / MIB);
}
