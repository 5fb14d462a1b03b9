import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { topics } from '../../topics/topics.ts';
import { unobserved } from '../../pipeline/engine/observer.ts';
import { runStage } from '../../pipeline/engine/runner.ts';
import { openKafkaLog } from '../../pipeline/kafka/kafka-log.ts';
import { openCodec } from '../../pipeline/records/codec.ts';

import { readConfig } from '../../pipeline/service/config.ts';
import { visitsStage } from '../../pipeline/visits/stage.ts';
import { renamedLog } from './renamed-log.ts';

/**
 * One drain of `--topic` by a fresh visits stage whose other topics begin with `--prefix`, in this process alone, so that its CPU seconds and its memory
 * are the stage's. Prints one JSON line.
 */
const { values } = parseArgs({ options: { topic: { type: 'string' }, prefix: { type: 'string' }, reads: { type: 'string' } } });
const prefix = values.prefix!;
const expected = Number(values.reads);

const config = readConfig();
const logger = pino({ level: 'warn' }, pino.destination(2));
const kafka = openKafkaLog({ brokers: config.brokers, clientId: 'bomfri-bench', logger });
const ids = { own: () => 1, fetch: async () => '' };

let reads = 0;
let transactions = 0;
let commitMs = 0;
let startedMs = 0;
let cpuAtStart = process.cpuUsage();
const finished = Promise.withResolvers<{ seconds: number; cpu: NodeJS.CpuUsage }>();

const stage = await runStage({
  stage: visitsStage({ ids, garages: { get: () => undefined, version: 0, reached: async () => {} } }),
  log: renamedLog(kafka, prefix, new Map([[topics.reads.name, values.topic!]])),
  logger,
  observer: {
    ...unobserved,
    claimed() {
      if (startedMs > 0) return;
      startedMs = performance.now();
      cpuAtStart = process.cpuUsage();
    },
    committed(_task, inputRecords, _outputRecords, _durationMs, waitedMs) {
      reads += inputRecords;
      transactions += 1;
      commitMs += waitedMs;
      if (reads < expected) return;
      finished.resolve({ seconds: (performance.now() - startedMs) / 1000, cpu: process.cpuUsage(cpuAtStart) });
    },
  },
});
const failure = stage.failed.then((error) => Promise.reject(error));
const { seconds, cpu } = await Promise.race([finished.promise, failure]);
const peakRssMb = Math.round(process.resourceUsage().maxRSS / 1024);
await stage.stop();

const visits = await countClosed();
await kafka.close();
console.log(JSON.stringify({
  loop: 'bomfri',
  reads,
  seconds: rounded(seconds),
  reads_per_s: Math.round(reads / seconds),
  visits,
  cpu_s: rounded((cpu.user + cpu.system) / 1e6),
  peak_rss_mb: peakRssMb,
  transactions,
  commit_wait_s: rounded(commitMs / 1000),
}));

/** Visits that were closed, by what stands committed. */
async function countClosed(): Promise<number> {
  const codec = openCodec('Visit', ids);
  const topic = prefix + topics.visits.name;
  const closed = new Set<string>();
  const partitions = (await kafka.partitionCounts([topic])).get(topic)!;
  for (let partition = 0; partition < partitions; partition++) {
    const { start, stable } = await kafka.bounds({ topic, partition });
    for (let from = start; from < stable; ) {
      const [batch] = await kafka.fetch([{ topic, partition, from }], 500);
      if (batch === undefined) continue;
      for (const { value } of batch.records) {
        const visit = codec.decode(value!);
        if (visit.status === 'closed') closed.add(visit.visitId);
      }
      from = batch.next;
    }
  }
  return closed.size;
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
