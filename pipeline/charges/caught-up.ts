import { topics } from '../../topics/topics.ts';
import type { Log, TopicPartition } from '../engine/log.ts';

/**
 * Makes a question that is asked again and again: has everything that was on parking.reads at the first asking
 * been made visits, and those visits been priced? New reads that keep coming don't matter.
 */
export function askWhetherPriced(log: Log): () => Promise<boolean> {
  let readEnds: Ends | null = null;
  let visitEnds: Ends | null = null;
  return async () => {
    readEnds ??= await endsOf(log, topics.reads.name);
    if (visitEnds === null) {
      if (!(await hasRead(log, 'bomfri-visits', readEnds))) return false;
      visitEnds = await endsOf(log, topics.visits.name);
    }
    return hasRead(log, 'bomfri-pricing', visitEnds);
  };
}

type Ends = readonly { readonly at: TopicPartition; readonly start: number; readonly end: number }[];

async function endsOf(log: Log, topic: string): Promise<Ends> {
  const count = (await log.partitionCounts([topic])).get(topic)!;
  return Promise.all(Array.from({ length: count }, async (_, partition) => {
    const at = { topic, partition };
    const { start, stable } = await log.bounds(at);
    return { at, start, end: stable };
  }));
}

async function hasRead(log: Log, group: string, ends: Ends): Promise<boolean> {
  const offsets = await log.groupOffsets(group, ends.map(({ at }) => at));
  for (const { at, start, end } of ends) {
    const committed = offsets.find(({ topic, partition }) => topic === at.topic && partition === at.partition);
    if (await holdsRecords(log, at, committed?.offset ?? start, end)) return false;
  }
  return true;
}

/** A log's last offsets may be those of transaction markers alone, which nobody needs to have read. */
async function holdsRecords(log: Log, at: TopicPartition, from: number, end: number): Promise<boolean> {
  for (let position = from; position < end; ) {
    const [batch] = await log.fetch([{ ...at, from: position }], FETCH_WAIT_MS);
    if (batch === undefined) return true;
    if (batch.records.some(({ offset }) => offset < end)) return true;
    position = batch.next;
  }
  return false;
}

const FETCH_WAIT_MS = 500;
