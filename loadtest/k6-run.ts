import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../local/paths.ts';

export interface K6Options {
  readonly k6: string;
  /** File in loadtest/k6 without its ending. */
  readonly script: string;
  readonly env: Readonly<Record<string, string>>;
  /** Where k6's files go; the names begin with the run's. */
  readonly dir: string;
  readonly run: string;
  readonly stopping: AbortSignal;
  /** Told the process id as soon as there is one. */
  readonly onStart: (pid: number) => void;
}

export interface K6Outcome {
  readonly summary: K6Summary;
  /** k6's own page of charts. */
  readonly dashboard: string;
}

/** The parts that are used of what k6 hands to `handleSummary`. */
export interface K6Summary {
  readonly metrics: Readonly<Record<string, K6Metric>>;
}

export interface K6Metric {
  readonly values: Readonly<Record<string, number>>;
  readonly thresholds?: Readonly<Record<string, { readonly ok: boolean }>>;
}

/** k6's exit code when a threshold fails; any other but 0 is a failure of the run itself. */
const THRESHOLDS_FAILED = 99;
const ERROR_LINES = 10;

/** The file that a script's console goes to: what each request was answered. */
export function answersFile(dir: string, run: string): string {
  return join(dir, `${run}.answers`);
}

/** Runs a script to its end. @throws when k6 could not run it, with what it said */
export async function runK6({ k6, script, env, dir, run, stopping, onStart }: K6Options): Promise<K6Outcome> {
  const summaryFile = join(dir, `${run}.summary.json`);
  const dashboardFile = join(dir, `${run}.dashboard.html`);
  const child = spawn(k6, [
    'run', '--quiet', '--no-color', '--log-format', 'raw', '--console-output', answersFile(dir, run),
    join(projectRoot, 'loadtest', 'k6', `${script}.ts`),
  ], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      ...process.env, ...env, RUN: run, SUMMARY: summaryFile, K6_NO_USAGE_REPORT: 'true',
      // No server, only the page at the end.
      K6_WEB_DASHBOARD: 'true', K6_WEB_DASHBOARD_PORT: '-1',
      K6_WEB_DASHBOARD_PERIOD: '1s', K6_WEB_DASHBOARD_EXPORT: dashboardFile,
    },
  });
  if (child.pid !== undefined) onStart(child.pid);
  const stop = (): void => void child.kill('SIGINT');
  stopping.addEventListener('abort', stop);
  const complaints = new Map<string, number>();
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    for (const line of text.split('\n')) if (line !== '') complaints.set(line, (complaints.get(line) ?? 0) + 1);
  });
  const code = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode) => resolve(exitCode ?? 1));
  }).finally(() => stopping.removeEventListener('abort', stop));
  if (code !== 0 && code !== THRESHOLDS_FAILED) {
    const said = [...complaints].slice(0, ERROR_LINES).map(([line, times]) =>
      `  | ${line}${times > 1 ? ` (${times} times)` : ''}`);
    throw new Error([`k6 ended with ${code}:`, ...said].join('\n'));
  }
  const outcome = {
    dashboard: readFileSync(dashboardFile, 'utf8'), summary: JSON.parse(readFileSync(summaryFile, 'utf8')) as K6Summary,
  };
  rmSync(dashboardFile);
  rmSync(summaryFile);
  return outcome;
}
