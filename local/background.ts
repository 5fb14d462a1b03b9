import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { processIdentity } from '../bin/lock.mjs';
import { until } from './until.ts';

/** What to run, and the folders that its log and its pid file go to. */
export interface Launch {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly logs: string;
  readonly run: string;
}

/**
 * Starts a process of its own group, so that a Ctrl-C in the terminal does not reach it, with its output appended
 * to `<logs>/<name>.log`, and notes in `<run>/<name>.pid` which process it is.
 */
export function launch({ name, command, args, env, cwd, logs, run }: Launch): ChildProcess {
  mkdirSync(logs, { recursive: true });
  mkdirSync(run, { recursive: true });
  const log = openSync(logFile(logs, name), 'a');
  try {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      detached: true,
      stdio: ['ignore', log, log],
    });
    if (child.pid !== undefined) noteOrKill(run, name, child.pid);
    return child;
  } finally {
    closeSync(log);
  }
}

/** One that is not noted nobody would ever stop. */
function noteOrKill(run: string, name: string, pid: number): void {
  try {
    notePid(run, name, pid);
  } catch (error) {
    signal(pid, 'SIGKILL');
    throw error;
  }
}

/** Notes that this name is run by the process with this pid. */
export function notePid(run: string, name: string, pid: number): void {
  mkdirSync(run, { recursive: true });
  writeFileSync(pidFile(run, name), processIdentity(pid) ?? `${pid} gone`);
}

export function forgetPid(run: string, name: string): void {
  rmSync(pidFile(run, name), { force: true });
}

/** The pid noted for a name, if that very process still runs; a pid that was given to another process is not it. */
export function runningPid(run: string, name: string): number | null {
  const noted = readOrNull(pidFile(run, name));
  if (noted === null) return null;
  const pid = Number.parseInt(noted, 10);
  return processIdentity(pid) === noted ? pid : null;
}

/** When the process of a name was started (ms since 1970), by its pid file. */
export function startedAt(run: string, name: string): number {
  return statSync(pidFile(run, name)).mtimeMs;
}

/** Stops the process noted for a name: SIGTERM, then SIGKILL when it has not ended in time. */
export async function stopNoted(
  run: string, name: string, graceMs: number,
): Promise<'stopped' | 'killed' | 'not running'> {
  const pid = runningPid(run, name);
  if (pid === null) {
    forgetPid(run, name);
    return 'not running';
  }
  const gone = () => runningPid(run, name) === null;
  signal(pid, 'SIGTERM');
  const stopped = await until(gone, graceMs);
  if (!stopped) {
    signal(pid, 'SIGKILL');
    await until(gone, 5_000);
  }
  forgetPid(run, name);
  return stopped ? 'stopped' : 'killed';
}

export function logFile(logs: string, name: string): string {
  return join(logs, `${name}.log`);
}

/** The last lines that are not blank of a log file, or nothing when there is none. */
export function lastLines(file: string, count: number): string[] {
  const lines = (readOrNull(file) ?? '').split('\n').filter((line) => line.trim() !== '');
  return lines.slice(-count);
}

function pidFile(run: string, name: string): string {
  return join(run, `${name}.pid`);
}

function readOrNull(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    // It ended by itself between the look and the signal.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
