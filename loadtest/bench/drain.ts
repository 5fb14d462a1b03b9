import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Log } from '../../pipeline/engine/log.ts';
import { recordsBetween } from '../../pipeline/engine/read-between.ts';
import { openCodec, type SchemaIds } from '../../pipeline/records/codec.ts';
import { topics } from '../../topics/topics.ts';
import type { Told } from './drain-process.ts';

export interface Drained {
  readonly loop: 'bomfri';
  readonly processes: number;
  readonly reads: number;
  readonly seconds: number;
  readonly reads_per_s: number;
  readonly visits: number;
  readonly cpu_s: number;
  readonly peak_rss_mb: number;
  readonly transactions: number;
  readonly commit_wait_s: number;
}

/**
 * Drains a preloaded topic by a fresh visits stage of so many processes; `prefix` begins the stage's other topics.
 * From the first claim to the commit of the last read; all processes are loaded before one begins.
 */
export async function drain(
  log: Log, ids: SchemaIds, topic: string, prefix: string, expected: number, processes: number,
): Promise<Drained> {
  let loaded = 0;
  let startMs = Infinity;
  let endMs = 0;
  let reads = 0;
  let transactions = 0;
  let commitMs = 0;
  let cpuSeconds = 0;
  let peakRssMb = 0;
  const finished = Promise.withResolvers<void>();
  const children = Array.from({ length: processes }, () => fork(new URL('drain-process.ts', import.meta.url), [topic, prefix]));
  for (const child of children) {
    child.on('message', (told: Told) => {
      if (told.kind === 'loaded' && ++loaded === processes) for (const each of children) each.send('begin');
      if (told.kind === 'claimed') startMs = Math.min(startMs, told.atMs);
      if (told.kind === 'stopped') {
        cpuSeconds += told.cpuSeconds;
        peakRssMb = Math.max(peakRssMb, told.peakRssMb);
      }
      if (told.kind !== 'committed') return;
      endMs = told.atMs;
      reads += told.reads;
      commitMs += told.commitMs;
      transactions += 1;
      if (reads >= expected) finished.resolve();
    });
    child.once('exit', (code) => finished.reject(new Error(`the stage's process ended with code ${code}`)));
  }
  await finished.promise;
  await Promise.all(children.map(stop));

  const seconds = (endMs - startMs) / 1000;
  return {
    loop: 'bomfri',
    processes,
    reads,
    seconds,
    reads_per_s: Math.round(reads / seconds),
    visits: await countClosed(log, ids, prefix),
    cpu_s: Math.round(cpuSeconds * 1000) / 1000,
    peak_rss_mb: peakRssMb,
    transactions,
    commit_wait_s: Math.round(commitMs) / 1000,
  };
}

async function stop(child: ChildProcess): Promise<void> {
  child.send('stop');
  await once(child, 'exit');
}

/** Visits that were closed, by what stands committed. */
async function countClosed(log: Log, ids: SchemaIds, prefix: string): Promise<number> {
  const codec = openCodec('Visit', ids);
  const closed = new Set<string>();
  const topic = prefix + topics.visits.name;
  const partitions = (await log.partitionCounts([topic])).get(topic)!;
  for (let partition = 0; partition < partitions; partition++) {
    // A commit is answered before its markers are written; a claim waits for them.
    await (await log.claim(`${prefix}bomfri-visits-${partition}`)).close();
    const { start, stable } = await log.bounds({ topic, partition });
    for await (const records of recordsBetween(log, { topic, partition }, start, stable)) {
      for (const { value } of records) {
        const visit = codec.decode(value!);
        if (visit.status === 'closed') closed.add(visit.visitId);
      }
    }
  }
  return closed.size;
}
