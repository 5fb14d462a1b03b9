import type { EngineClock } from '../clock.ts';
import type { Log } from '../log.ts';
import { MemoryCluster } from './memory-log.ts';
import { readCommitted } from './read-committed.ts';
import { Schedule, SimulatedProcess } from './schedule.ts';

/** What a test over the in-memory log works with. */
export interface InCluster {
  readonly schedule: Schedule;
  readonly cluster: MemoryCluster;
  openClient(name: string): Client;
  /** Lets the rest of the world go on until it is so. */
  until(condition: () => boolean): Promise<void>;
}

export interface Client {
  readonly process: SimulatedProcess;
  readonly log: Log;
  readonly clock: EngineClock;
}

/** Runs a test in virtual time over a fresh cluster with these topics (name: partitions); no faults until it asks for some. */
export async function inCluster(
  topics: Record<string, number>, body: (world: InCluster) => Promise<void>, seed = 1,
): Promise<void> {
  const schedule = new Schedule(seed);
  const cluster = new MemoryCluster({ schedule, filter: readCommitted, faults: () => false });
  for (const [topic, partitions] of Object.entries(topics)) cluster.createTopic(topic, partitions);
  const observer = new SimulatedProcess('observer');
  let isOver = false;
  const bodyEnded = body({
    schedule,
    cluster,
    openClient(name) {
      const process = new SimulatedProcess(name);
      return { process, log: cluster.openClient(process), clock: schedule.clockOf(process) };
    },
    until: (condition) => schedule.turn(observer, 'until', () => (condition() ? 0 : Infinity)),
  }).finally(() => {
    isOver = true;
  });
  await Promise.all([bodyEnded, schedule.run(() => isOver, { decisionsMax: DECISIONS_MAX })]);
}

const DECISIONS_MAX = 50_000;
