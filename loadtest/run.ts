import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { withLock } from '../bin/lock.mjs';
import { projectRoot } from '../local/paths.ts';
import { scenarioNames, shapeOf } from './gateways/shape.ts';
import type { ScenarioName, Shape } from './gateways/shape.ts';
import { requireK6 } from './k6-binary.ts';
import { nameOwnStack } from './own-stack.ts';
import { isOwnMachine, requireOwnTarget } from './target.ts';

/** How many garages `many-garages` is run with when nobody says otherwise; the first is for warming up. */
const GARAGES_OF_LEGS = ['1', '10', '10000'];

const say = (line: string): void => console.log(line);

/**
 * `npm run load -- SCENARIO`: a k6 script against ingest, then what was accepted against what is stored.
 * Without BASE_URL it is run on a pipeline of its own, made for it and taken down after it. Exits with 1
 * when anything does not hold.
 */
const program = new Command('load')
  .description('load tests with k6; BASE_URL and API_KEY aim them at a pipeline that runs')
  .argument('<scenario>', `one of ${scenarioNames.join(', ')}`)
  .option('--rate <n>', 'reads per second')
  .option('--batch <n>', 'reads per request')
  .option('--duration <time>', 'how long, such as 30s, 10m or 2h')
  .option('--garages <n>', 'garages')
  .option('--gateways <n>', 'senders at the same time')
  .option('--yes', 'yes, load a machine that is not this one')
  .action(load);
await program.parseAsync().catch((error: Error) => {
  console.error(error.message);
  process.exit(1);
});

interface LoadArguments {
  readonly rate?: string;
  readonly batch?: string;
  readonly duration?: string;
  readonly garages?: string;
  readonly gateways?: string;
  readonly yes?: boolean;
}

async function load(name: string, options: LoadArguments): Promise<void> {
  const scenario = scenarioNames.find((known) => known === name);
  if (scenario === undefined) {
    throw new Error(`there is no load test '${name}': take one of ${scenarioNames.join(', ')}`);
  }
  const shapes = shapesOf(scenario, options);
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stopping.abort());
  const baseUrl = process.env.BASE_URL ?? '';
  if (baseUrl !== '') {
    requireOwnTarget(baseUrl, options.yes ?? false);
    if (scenario === 'outage') {
      throw new Error('outage stops the broker, so it is only run on a pipeline of its own: leave BASE_URL out');
    }
    return run(await requireK6(say), scenario, shapes, baseUrl, stopping.signal);
  }
  const waiting = () => console.log('Another load test is under way in this checkout: waiting for it.');
  await withLock(join(projectRoot, '.bomfri', 'load.lock'), waiting, () =>
    runOnOwnPipeline(scenario, shapes, stopping.signal));
}

function shapesOf(scenario: ScenarioName, { rate, batch, duration, garages, gateways }: LoadArguments): Shape[] {
  const shape = (ofGarages: string | undefined): Shape => shapeOf(scenario, {
    RATE: rate, BATCH: batch, SECONDS: duration === undefined ? undefined : secondsOf(duration),
    GARAGES: ofGarages, GATEWAYS: gateways,
  });
  return scenario === 'many-garages' && garages === undefined ? GARAGES_OF_LEGS.map(shape) : [shape(garages)];
}

function secondsOf(duration: string): string {
  const match = /^(\d+)(s|m|h)$/.exec(duration);
  if (match === null) throw new Error(`--duration is '${duration}', but must be like 30s, 10m or 2h`);
  return String(Number(match[1]) * { s: 1, m: 60, h: 3600 }[match[2] as 's' | 'm' | 'h']);
}

async function runOnOwnPipeline(
  scenario: ScenarioName, shapes: readonly Shape[], stopping: AbortSignal,
): Promise<void> {
  // Before a pipeline is made for it: without k6 or Go there is no load test.
  const k6 = await requireK6(say);
  await nameOwnStack('load');
  // Only now, for it reads the environment.
  const { startOwnPipeline } = await import('./own-pipeline.ts');
  const pipeline = await startOwnPipeline(say);
  try {
    await run(k6, scenario, shapes, null, stopping);
  } finally {
    await pipeline.stop(process.exitCode === undefined);
  }
}

/** @param baseUrl null: the pipeline of its own */
async function run(
  k6: string, scenario: ScenarioName, shapes: readonly Shape[], baseUrl: string | null, stopping: AbortSignal,
): Promise<void> {
  const { loadTest } = await import('./load-test.ts');
  const { holds, reportLines, reportPage } = await import('./report/report.ts');
  const { ownKey } = await import('../pipeline/access/own-key.ts');
  const { readConfig } = await import('../pipeline/service/config.ts');
  const config = readConfig();
  const isLocal = baseUrl === null || isOwnMachine(baseUrl);
  const dir = join(projectRoot, '.bomfri', 'reports');
  const report = await loadTest({
    scenario, shapes, dir, say, stopping,
    k6,
    target: {
      baseUrl: baseUrl ?? config.ingestUrl,
      apiKey: process.env.API_KEY ?? (isLocal ? ownKey(config) : ''),
      isLocal,
      isOwn: baseUrl === null,
    },
  });
  for (const line of reportLines(report)) console.log(line);
  const page = join(dir, `${scenario}-${report.startedAt.toISOString().replace(/[:.]/g, '-')}.html`);
  writeFileSync(page, reportPage(report));
  console.log(`Report: ${page}`);
  if (!holds(report)) process.exitCode = 1;
}
