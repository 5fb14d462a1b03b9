import { topics } from '../../topics/topics.ts';
import type { LogRecord } from '../engine/log.ts';
import type { Logger } from '../engine/logger.ts';
import type { SinkRange } from '../engine/sink.ts';
import { learning, openCodec, UndecodableError } from '../records/codec.ts';
import type { SchemaIds } from '../records/codec.ts';
import { chargeEntry, irregularityEntry, visitEntry } from './entry.ts';
import type { Entry } from './entry.ts';

export type EntriesOfRange = (range: Omit<SinkRange, 'from' | 'to'>) => Promise<Entry[]>;

/**
 * Makes entries of records. One that can't be decoded is logged and passed over: the warehouse, which reads the same
 * topics, makes the dead letter.
 */
export function openEntries(ids: SchemaIds, timezoneOf: (garageId: string) => string, logger: Logger): EntriesOfRange {
  const visits = openCodec('Visit', ids);
  const irregularities = openCodec('Irregularity', ids);
  const charges = openCodec('Charge', ids);
  const entryOf: Record<string, (bytes: Buffer) => Entry> = {
    [topics.visits.name]: (bytes) => {
      const visit = visits.decode(bytes);
      return visitEntry(visit, timezoneOf(visit.garageId));
    },
    [topics.irregularities.name]: (bytes) => irregularityEntry(irregularities.decode(bytes)),
    [topics.charges.name]: (bytes) => chargeEntry(charges.decode(bytes)),
  };

  return async ({ topic, partition, records }) => {
    const make = entryOf[topic];
    if (make === undefined) throw new Error(`nothing is counted of ${topic}`);
    const entries: Entry[] = [];
    for (const record of records) {
      try {
        entries.push(await learning(() => make(bytesOf(record))));
      } catch (error) {
        if (!(error instanceof UndecodableError)) throw error;
        logger.error({ topic, partition, offset: record.offset, err: error }, 'a record that can not be decoded is passed over');
      }
    }
    return entries;
  };
}

function bytesOf({ value }: LogRecord): Buffer {
  if (value === null) throw new UndecodableError('a record without a value');
  return value;
}
