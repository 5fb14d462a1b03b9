import { accessSync, constants, existsSync, mkdirSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { Trouble } from './trouble.ts';

const MIB = 1024 * 1024;

/**
 * @param neededMib what is about to be written, with room to work
 * @param remedy what to do when the disk that holds `dir` (which need not exist yet) has less
 * @throws {Trouble}
 */
export function requireDiskSpace(dir: string, neededMib: number, remedy: string, freeMib = freeMibAt): void {
  const free = freeMib(dir);
  if (free >= neededMib) return;
  throw new Trouble(`The disk of ${dir} has ${free} MiB free, but ${neededMib} MiB are needed: ${remedy}.`);
}

/** Makes the folder, with those above it, if it is not there. @throws {Trouble} it can't be made, or not be written to */
export function requireWritable(dir: string): void {
  try {
    mkdirSync(dir, { recursive: true });
    accessSync(dir, constants.W_OK);
  } catch (error) {
    throw new Trouble(`The folder ${dir} can not be written to (${(error as NodeJS.ErrnoException).code}):`
      + ' set BOMFRI_DATA_DIR to one that can, or let this user write there.');
  }
}

function freeMibAt(dir: string): number {
  let existing = dir;
  while (!existsSync(existing)) existing = dirname(existing);
  const disk = statfsSync(existing);
  return Math.floor((disk.bavail * disk.bsize) / MIB);
}
