import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * Runs `work` while no other process that asks for the same lock file does.
 * A lock whose holder is gone is taken over, so a kill leaves nothing to clean up.
 *
 * @template T
 * @param {string} file the lock file; its folder is made when absent
 * @param {() => void} onWait called once when another process holds the lock
 * @param {() => Promise<T> | T} work
 * @returns {Promise<T>}
 */
export async function withLock(file, onWait, work) {
  mkdirSync(dirname(file), { recursive: true });
  let told = false;
  while (!takeLock(file)) {
    if (removeIfAbandoned(file)) continue;
    if (!told) onWait();
    told = true;
    await pause(200);
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

/**
 * Names one process for good: its pid alone may be given to another one later, pid and start together not.
 * Null when no such process runs.
 *
 * @param {number} pid
 * @returns {string | null}
 */
export function processIdentity(pid) {
  const started = startOf(pid);
  return started === null ? null : `${pid} ${started}`;
}

function startOf(pid) {
  if (process.platform === 'linux') {
    try {
      // The fields behind the command's closing bracket: state first, start in clock ticks the twentieth.
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ');
      return fields[0] === 'Z' ? null : fields[19];
    } catch {
      return null;
    }
  }
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim().replaceAll(' ', '-');
  } catch {
    return null;
  }
}

function takeLock(file) {
  const mine = `${file}.${process.pid}`;
  writeFileSync(mine, processIdentity(process.pid));
  try {
    // A link is made whole or not at all: nobody ever reads a lock without its holder.
    linkSync(mine, file);
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    return false;
  } finally {
    rmSync(mine, { force: true });
  }
}

/** Says whether the lock may be free now. */
function removeIfAbandoned(file) {
  const holder = contentOf(file);
  if (holder === null) return true;
  if (processIdentity(Number.parseInt(holder, 10)) === holder) return false;
  const aside = `${file}.${process.pid}.abandoned`;
  try {
    renameSync(file, aside);
    // Between the look and the move another process may have taken it over: then it is its lock, give it back.
    if (contentOf(aside) !== holder) linkSync(aside, file);
  } catch (error) {
    if (error.code !== 'ENOENT' && error.code !== 'EEXIST') throw error;
  } finally {
    rmSync(aside, { force: true });
  }
  return true;
}

function contentOf(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
