import { once } from 'node:events';
import { pino } from 'pino';
import { topics } from '../../topics/topics.ts';
import { unobserved } from '../../pipeline/engine/observer.ts';
import { runStage } from '../../pipeline/engine/runner.ts';
import { openKafkaLog } from '../../pipeline/kafka/kafka-log.ts';
import { openRegistry } from '../../pipeline/records/registry.ts';
import { readConfig } from '../../pipeline/service/config.ts';
import { visitsStage } from '../../pipeline/visits/stage.ts';
import { renamedLog } from './renamed-log.ts';

/**
 * A visits stage in a process of its own, so that its CPU seconds and its memory are the stage's alone. It drains the
 * topic of its first argument on topics that begin with its second: it begins when told, for the loading of another process
 * is no part of a drain, tells its parent of each commit, and ends when told again.
 */
export type Told =
  | { readonly kind: 'loaded' }
  | { readonly kind: 'claimed'; readonly atMs: number }
  | { readonly kind: 'committed'; readonly atMs: number; readonly reads: number; readonly commitMs: number }
  | { readonly kind: 'stopped'; readonly cpuSeconds: number; readonly peakRssMb: number };

const tell = (told: Told): void => void process.send!(told);

const [topic, prefix] = process.argv.slice(2) as [string, string];
const config = readConfig();
const logger = pino({ level: 'warn' }, pino.destination(2));
const kafka = openKafkaLog({ brokers: config.brokers, clientId: 'bomfri-bench', logger });
const ids = await openRegistry(config.registryUrl);
let cpuAtStart: NodeJS.CpuUsage | null = null;
const begin = once(process, 'message');
tell({ kind: 'loaded' });
await begin;

const running = await runStage({
  stage: visitsStage({ ids, garages: { get: () => undefined, version: 0, reached: async () => {} } }),
  log: renamedLog(kafka, prefix, new Map([[topics.reads.name, topic]])),
  logger,
  observer: {
    ...unobserved,
    claimed() {
      cpuAtStart ??= process.cpuUsage();
      tell({ kind: 'claimed', atMs: Date.now() });
    },
    committed(_task, reads, _outputRecords, _durationMs, commitMs) {
      tell({ kind: 'committed', atMs: Date.now(), reads, commitMs });
    },
  },
});
process.once('message', async () => {
  const cpu = process.cpuUsage(cpuAtStart ?? undefined);
  const peakRssMb = Math.round(process.resourceUsage().maxRSS / 1024);
  await running.stop();
  await kafka.close();
  tell({ kind: 'stopped', cpuSeconds: (cpu.user + cpu.system) / 1e6, peakRssMb });
  process.disconnect();
});
void running.failed.then((error) => {
  console.error(error);
  process.exit(1);
});
