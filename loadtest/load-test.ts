import { mkdirSync, rmSync } from 'node:fs';
import { runningPid } from '../local/background.ts';
import { stackPaths } from '../local/paths.ts';
import { step } from '../local/progress.ts';
import type { Say } from '../local/progress.ts';
import { services } from '../local/services.ts';
import { openParts } from '../pipeline/replay/parts.ts';
import type { Parts } from '../pipeline/replay/parts.ts';
import { readConfig } from '../pipeline/service/config.ts';
import { beginEndToEnd } from './check/end-to-end.ts';
import { shapeVariables } from './gateways/shape.ts';
import type { ScenarioName, Shape } from './gateways/shape.ts';
import { answersFile, runK6 } from './k6-run.ts';
import { stopBrokerForAWhile } from './outage.ts';
import type { Leg } from './report/leg.ts';
import { sampleProcesses } from './report/processes.ts';
import type { Report } from './report/report.ts';
import { coresOfOthers, memoryOf, usageBetween } from './report/usage.ts';
import { costVerdict, endToEndVerdicts, memoryVerdict, thresholdVerdicts, whole } from './report/verdicts.ts';

export interface LoadTest {
  readonly scenario: ScenarioName;
  /** Run one after the other. */
  readonly shapes: readonly Shape[];
  readonly target: Target;
  readonly k6: string;
  /** Where what is written goes. */
  readonly dir: string;
  readonly say: Say;
  readonly stopping: AbortSignal;
}

export interface Target {
  readonly baseUrl: string;
  readonly apiKey: string;
  /** Its processes are those that the environment's folder knows. */
  readonly isLocal: boolean;
  /** It was started for this run: then what can't be checked is a failure. */
  readonly isOwn: boolean;
}

/** Runs a scenario and looks at what came of it. */
export async function loadTest(test: LoadTest): Promise<Report> {
  const { scenario, shapes, target, dir } = test;
  mkdirSync(dir, { recursive: true });
  const startedAt = new Date();
  const { parts, why } = await reachableParts(target);
  const legs: Leg[] = [];
  try {
    for (const shape of shapes) legs.push(await runLeg(test, shape, parts));
  } finally {
    await parts?.close();
  }
  return {
    scenario, startedAt, legs, target: target.baseUrl,
    verdicts: legs.length > 1 ? costVerdict(legs) : [],
    notes: [
      ...(parts === null ? [`What was accepted could not be held against what is stored: ${why}`] : []),
      ...(legs.some((leg) => acceptedReads(leg) === 0)
        ? [`Nothing was accepted: does ${target.baseUrl} answer, and is the API key right?`] : []),
    ],
  };
}

async function reachableParts({ isOwn }: Target): Promise<{ parts: Parts | null; why: string }> {
  try {
    return { parts: await openParts(readConfig(), 'load'), why: '' };
  } catch (error) {
    if (isOwn) throw error;
    return { parts: null, why: (error as Error).message };
  }
}

const SAMPLE_EVERY_MS = 1_000;
/** What they send grows; of all others nothing may grow in the time that their shape names, which is their last. */
const GROWING: readonly ScenarioName[] = ['rush', 'spike'];

async function runLeg(test: LoadTest, shape: Shape, parts: Parts | null): Promise<Leg> {
  const { scenario, target, k6, dir, say, stopping } = test;
  const run = `load-${Date.now().toString(36)}`;
  const title = titleOf(scenario, shape);
  await using cleanUp = new AsyncDisposableStack();
  const check = parts === null ? null
    : await step(say, 'Garages: making them known', 'Garages: known', () => beginEndToEnd(parts, run, shape));
  if (check !== null) cleanUp.defer(() => check.end());
  cleanUp.defer(() => rmSync(answersFile(dir, run), { force: true }));

  let k6Pid: number | null = null;
  const pids = (): [string, number][] =>
    [...(target.isLocal ? localPids() : []), ...(k6Pid === null ? [] : [['k6', k6Pid] as [string, number]])];
  const sampling = sampleProcesses(() => new Map(pids()), SAMPLE_EVERY_MS);
  cleanUp.defer(() => sampling.end());
  const ended = new AbortController();
  cleanUp.defer(() => ended.abort());
  const first = sampling.sample();
  const over = AbortSignal.any([stopping, ended.signal]);
  const disturbed = scenario === 'outage' ? stopBrokerForAWhile(answersFile(dir, run), say, over) : null;
  disturbed?.catch(() => {});
  const { summary, dashboard } = await step(say, `k6: ${title}`, 'k6: done', () => runK6({
    k6, script: scenario, dir, run, stopping, onStart: (pid) => (k6Pid = pid),
    env: { ...shapeVariables(shape), BASE_URL: target.baseUrl, API_KEY: target.apiKey },
  }));
  const steadyFromMs = Date.now() - shape.seconds * 1_000;
  const steady = sampling.samples.filter(({ atMs }) => atMs > steadyFromMs);
  await disturbed;
  if (check !== null) await step(say, 'Visits: catching up', 'Visits: all reads consumed', () => check.consumed());
  const last = sampling.sample();
  sampling.end();
  stopping.throwIfAborted();

  const found = check === null ? null
    : await step(say, 'Accepted against stored: comparing', 'Accepted against stored: compared', () =>
      check.result(answersFile(dir, run)));
  const memory = GROWING.includes(scenario) ? null : memoryOf('ingest', steady);
  return {
    title, shape, summary, dashboard, samples: sampling.samples,
    usage: usageBetween(first, last, acceptedReads({ summary })),
    others: coresOfOthers(first, last),
    verdicts: [
      ...thresholdVerdicts(summary),
      ...(found === null ? [] : endToEndVerdicts(found)),
      ...(memory === null ? [] : [memoryVerdict('ingest', memory)]),
    ],
  };
}

function acceptedReads({ summary }: Pick<Leg, 'summary'>): number {
  return summary.metrics.accepted_reads?.values.count ?? 0;
}

function titleOf(scenario: string, { readsPerSecond, readsPerRequest, seconds, garages, gateways }: Shape): string {
  return `${scenario}: ${whole(readsPerSecond)} reads/s in requests of ${readsPerRequest}, ${seconds} s, `
    + `${whole(garages)} garages behind ${gateways} gateways`;
}

/** The processes of the stack and the services that the environment's folder names. */
function localPids(): [string, number][] {
  const { run } = stackPaths();
  const names = [...services.flat().map(({ name }) => name), 'kafka', 'clickhouse', 'redis'];
  return names.flatMap((name): [string, number][] => {
    const pid = runningPid(run, name);
    return pid === null ? [] : [[name, pid]];
  });
}
