import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { projectRoot } from '../local/paths.ts';
import { ownKey } from '../pipeline/access/own-key.ts';
import { endsOf } from '../pipeline/engine/consumed.ts';
import type { Log } from '../pipeline/engine/log.ts';
import { recordsBetween } from '../pipeline/engine/read-between.ts';
import { openKafkaLog } from '../pipeline/kafka/kafka-log.ts';
import { openCodec } from '../pipeline/records/codec.ts';
import { openRegistry } from '../pipeline/records/registry.ts';
import { readConfig } from '../pipeline/service/config.ts';
import { openLogger } from '../pipeline/service/logging.ts';
import { topics } from '../topics/topics.ts';
import { compareDelivered, toldIn } from './delivered.ts';
import { requireK6 } from './k6-binary.ts';
import { requireOwnTarget } from './target.ts';

interface LoadOptions {
  readonly rate: string;
  readonly duration: string;
  readonly to?: string;
  readonly yes?: boolean;
}

/** k6's exit code when a threshold fails. */
const THRESHOLDS_FAILED = 99;

/**
 * `npm run load -- steady`: runs a k6 script against ingest, then holds the reads that were accepted against what
 * stands on parking.reads. Exits with 1 when k6's thresholds fail, or when a read is lost or doubled.
 */
const program = new Command('load').description('load tests with k6 against the running pipeline')
  .argument('<script>', 'file in loadtest/k6, such as steady')
  .option('--rate <n>', 'reads per second', '500')
  .option('--duration <time>', 'how long, such as 30s or 10m', '30s')
  .option('--to <url>', 'ingest service (default: BOMFRI_INGEST_URL)')
  .option('--yes', 'yes, load a machine that is not this one')
  .action(load);
await program.parseAsync().catch((error: Error) => {
  console.error(error.message);
  process.exit(1);
});

async function load(script: string, { rate, duration, to, yes }: LoadOptions): Promise<void> {
  const config = readConfig();
  const target = to ?? config.ingestUrl;
  requireOwnTarget(target, yes ?? false);
  const path = join(projectRoot, 'loadtest', 'k6', `${script}.ts`);
  if (!existsSync(path)) throw new Error(`there is no load test '${script}' in loadtest/k6`);
  const k6 = await requireK6((line) => console.log(line));
  const ids = await openRegistry(config.registryUrl);
  const log = openKafkaLog({ brokers: config.brokers, clientId: 'bomfri-load', logger: openLogger('load', 'error') });
  try {
    const run = `k6-${Date.now().toString(36)}`;
    const begin = await readsEnd(log);
    mkdirSync(config.dataDir, { recursive: true });
    const answers = join(config.dataDir, `${run}.log`);
    const code = await runK6(k6, path, answers, { INGEST_URL: target, API_KEY: ownKey(config), RATE: rate, DURATION: duration, RUN: run });
    const told = toldIn(readFileSync(answers, 'utf8').split('\n'));
    rmSync(answers);
    const { accepted, lost, doubled } = compareDelivered(told, await standingReads(log, openCodec('CameraRead', ids), begin, run));
    console.log(`${accepted} reads accepted; on ${topics.reads.name} ${lost.length} of them are lost, ${doubled.length} doubled`);
    for (const readId of [...lost, ...doubled].slice(0, 10)) console.log(`  ${readId}`);
    if (accepted === 0) console.log('Nothing was accepted: is ingest running?');
    if (code !== 0) console.log(`k6 ended with ${code}${code === THRESHOLDS_FAILED ? ': a threshold failed' : ''}`);
    if (code !== 0 || accepted === 0 || lost.length + doubled.length > 0) process.exitCode = 1;
  } finally {
    await log.close();
  }
}

function runK6(k6: string, script: string, answers: string, env: Record<string, string>): Promise<number> {
  const child = spawn(k6, ['run', '--quiet', '--log-format', 'raw', '--console-output', answers, script], {
    stdio: 'inherit', env: { ...process.env, ...env, K6_NO_USAGE_REPORT: 'true' },
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

/** Where each partition of parking.reads ends now. */
async function readsEnd(log: Log): Promise<number[]> {
  return (await endsOf(log, [topics.reads.name])).map(({ end }) => end);
}

/** How often each read of the run stands on parking.reads. */
async function standingReads(
  log: Log, codec: ReturnType<typeof openCodec<'CameraRead'>>, begin: readonly number[], run: string,
): Promise<Map<string, number>> {
  const standing = new Map<string, number>();
  const ends = await readsEnd(log);
  for (let partition = 0; partition < ends.length; partition++) {
    const at = { topic: topics.reads.name, partition };
    for await (const records of recordsBetween(log, at, begin[partition]!, ends[partition]!)) {
      for (const { key, value } of records) {
        if (value === null || !key?.toString().startsWith(run)) continue;
        const { readId } = codec.decode(value);
        standing.set(readId, (standing.get(readId) ?? 0) + 1);
      }
    }
  }
  return standing;
}
