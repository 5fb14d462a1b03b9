import { partitionCounts, topics } from '../../topics/topics.ts';
import type { Log } from '../engine/log.ts';
import { recordsBetween } from '../engine/read-between.ts';
import { openKafkaLog } from '../kafka/kafka-log.ts';
import { learning, openCodec, type SchemaIds } from '../records/codec.ts';
import { partitionOf } from '../records/partition.ts';
import type { Irregularity, RecordOf, Visit } from '../records/records.ts';
import { openRegistry } from '../records/registry.ts';
import { readConfig } from '../service/config.ts';
import { openLogger } from '../service/logging.ts';

/** What waits for a person in a garage: visits in review, and open irregularities that only a person can settle. */
export interface Waiting {
  readonly visits: readonly Visit[];
  readonly irregularities: readonly Irregularity[];
}

/** `bomfri review list GARAGE`: reads the garage's partitions of visits and irregularities as far as they are kept. */
export async function list(garageId: string, { json = false }: { readonly json?: boolean }): Promise<void> {
  const config = readConfig();
  const ids = await openRegistry(config.registryUrl);
  const logger = openLogger('cli', 'warn');
  const log = openKafkaLog({ brokers: config.brokers, clientId: 'bomfri-cli', logger });
  try {
    const waiting = await waitingIn(log, ids, garageId);
    if (json) return console.log(JSON.stringify(waiting));
    for (const visit of waiting.visits) {
      console.log(`${visit.visitId}  review  ${times(visit)}  sure ${visit.matchConfidence.toFixed(3)}  ${visit.flags.join(' ')}`);
    }
    for (const { irregularityId, at, visitIds, action } of waiting.irregularities) {
      console.log(`${irregularityId}  ${new Date(at).toISOString()}  visits ${visitIds.join(' ')}  ${action}`);
    }
    console.log(`waiting: ${waiting.visits.length} visits, ${waiting.irregularities.length} irregularities`);
  } finally {
    await log.close();
  }
}

/** The newest revisions that wait, the oldest first. */
export async function waitingIn(log: Log, ids: SchemaIds, garageId: string): Promise<Waiting> {
  const visits = new Map<string, Visit>();
  for await (const visit of recordsOf(log, ids, 'Visit', topics.visits.name, garageId)) {
    if (visit.status === 'review') visits.set(visit.visitId, visit);
    else visits.delete(visit.visitId);
  }
  const irregularities = new Map<string, Irregularity>();
  for await (const found of recordsOf(log, ids, 'Irregularity', topics.irregularities.name, garageId)) {
    if (found.status === 'open' && forPersons.has(found.type)) irregularities.set(found.irregularityId, found);
    else irregularities.delete(found.irregularityId);
  }
  return {
    visits: [...visits.values()].sort((a, b) => a.firstSeenAt - b.firstSeenAt),
    irregularities: [...irregularities.values()].sort((a, b) => a.at - b.at),
  };
}

/** The rules have left them undecided, or may have decided wrongly. */
const forPersons: ReadonlySet<string> = new Set(['similar_inside', 'exit_without_entry']);

async function* recordsOf<Name extends 'Visit' | 'Irregularity'>(
  log: Log, ids: SchemaIds, name: Name, topic: string, garageId: string,
): AsyncGenerator<RecordOf[Name]> {
  const codec = openCodec(name, ids);
  const of = { topic, partition: partitionOf(garageId, partitionCounts.garage) };
  const { start, stable } = await log.bounds(of);
  for await (const records of recordsBetween(log, of, start, stable)) {
    for (const { key, value } of records) {
      if (value !== null && key?.toString() === garageId) yield await learning(() => codec.decode(value));
    }
  }
}

function times({ enteredAt, exitedAt }: Visit): string {
  return [enteredAt, exitedAt].map((at) => (at === null ? '-' : new Date(at).toISOString())).join(' to ');
}
