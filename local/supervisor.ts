import type { ChildProcess } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { deathsInARow, restartDelayMs } from './back-off.ts';
import type { BackOff } from './back-off.ts';
import { forgetPid, lastLines, launch, logFile, stopNoted } from './background.ts';
import type { Say } from './progress.ts';
import { Trouble } from './trouble.ts';
import { until } from './until.ts';

/** A process that is to run for as long as its supervisor does. */
export interface Program {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Whether it is ready to work. */
  isReady(): Promise<boolean>;
}

export interface SupervisorOptions {
  readonly backOff: BackOff;
  /** How long a program may take to stop (ms) before it is killed. */
  readonly graceMs: number;
  /** How long all programs together may take to become ready (ms). */
  readonly readyWithinMs: number;
  readonly logs: string;
  readonly run: string;
  readonly say: Say;
}

export interface Supervisor {
  /** Resolves once every program has been ready; rejects with a Trouble when one can't get there. */
  readonly ready: Promise<void>;
  /** Stops row after row, the programs of one row together. */
  stop(): Promise<void>;
}

/** A program that dies this often before it was ever ready will not get there by being started again. */
const HOPELESS_DEATHS = 3;

/**
 * Starts all programs and starts each again, with growing waits, whenever it dies.
 * @param rows in the order in which they are to be stopped
 */
export function supervise(rows: readonly (readonly Program[])[], options: SupervisorOptions): Supervisor {
  const kept = rows.map((row) => row.map((program) => keepRunning(program, options)));
  const ready = Promise.all(kept.flat().map((keeper) => keeper.ready)).then(() => {});
  // Whoever awaits `ready` sees the failure; one that stops before that need not.
  ready.catch(() => {});
  return {
    ready,
    stop: async () => {
      for (const row of kept) await Promise.all(row.map((keeper) => keeper.stop()));
    },
  };
}

function keepRunning(program: Program, options: SupervisorOptions): Supervisor {
  const { backOff, logs, run, say, graceMs } = options;
  const stopping = new AbortController();
  const hopeless = new AbortController();
  let deaths = 0;
  let everReady = false;

  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const started = performance.now();
      const end = await ended(() => launch({ ...program, logs, run }));
      forgetPid(run, program.name);
      if (stopping.signal.aborted) return;
      deaths = deathsInARow(deaths, performance.now() - started, backOff);
      if (!everReady && deaths >= HOPELESS_DEATHS) hopeless.abort();
      const waitMs = restartDelayMs(deaths, backOff);
      say(`${program.name} ${end} and starts again in ${waitMs / 1000} s; its log: ${logFile(logs, program.name)}`);
      await pause(waitMs, undefined, { signal: stopping.signal }).catch(() => {});
    }
  };

  const ready = async (): Promise<void> => {
    const over = AbortSignal.any([stopping.signal, hopeless.signal]);
    everReady = await until(() => program.isReady(), options.readyWithinMs, over);
    if (everReady || stopping.signal.aborted) return;
    const log = logFile(logs, program.name);
    const lines = lastLines(log, 8).map((line) => `  | ${line}`);
    throw new Trouble([`${program.name} does not get ready; its log is ${log} and ends with:`, ...lines].join('\n'));
  };

  const running = loop();
  return {
    ready: ready(),
    stop: async () => {
      stopping.abort();
      if ((await stopNoted(run, program.name, graceMs)) === 'killed') {
        say(`${program.name} did not stop in ${graceMs / 1000} s and was killed`);
      }
      await running;
    },
  };
}

/** What could not be noted, as on a full disk, is no end of the supervisor: it may be noted at the next try. */
function ended(started: () => ChildProcess): Promise<string> {
  return new Promise((resolve: (end: string) => void) => {
    const child = started();
    child.once('error', (error) => resolve(`could not be started (${error.message})`));
    child.once('exit', (code, signal) => resolve(`ended with ${signal ?? `code ${code}`}`));
  }).catch((error: Error) => `could not be started (${error.message})`);
}
