import { topics } from '../../topics/topics.ts';
import type { LogRecord } from '../engine/log.ts';
import type { Logger } from '../engine/logger.ts';
import type { SinkRange } from '../engine/sink.ts';
import { learning, openCodec, UndecodableError } from '../records/codec.ts';
import type { SchemaIds } from '../records/codec.ts';
import type { Control, Garage } from '../records/records.ts';
import { letterOf } from '../redrive/letter.ts';
import { isReviewAction } from '../visits/acceptance.ts';
import {
  appliedEntry, chargeEntry, controlEntry, irregularityEntry, occupancyEntry, refusedEntry, visitEntry,
} from './entry.ts';
import type { Entry } from './entry.ts';

export type EntriesOfRange = (range: Omit<SinkRange, 'from' | 'to'>) => Promise<Entry[]>;

/**
 * Makes entries of records. One that can't be decoded is logged and passed over: the warehouse, which reads the same
 * topics, makes the dead letter.
 */
export function openEntries(
  ids: SchemaIds, garageOf: (garageId: string) => Garage | undefined, logger: Logger,
): EntriesOfRange {
  const visits = openCodec('Visit', ids);
  const irregularities = openCodec('Irregularity', ids);
  const charges = openCodec('Charge', ids);
  const controls = openCodec('Control', ids);
  const clockMoves = openCodec('ClockMove', ids);
  const occupancies = openCodec('Occupancy', ids);
  const entryOf: Record<string, (record: LogRecord) => Entry | null> = {
    [topics.visits.name]: (record) => {
      const visit = visits.decode(bytesOf(record));
      const garage = garageOf(visit.garageId);
      return visitEntry(visit, garage?.timezone ?? 'UTC', garage?.settings.horizonMs);
    },
    [topics.irregularities.name]: (record) => irregularityEntry(irregularities.decode(bytesOf(record))),
    [topics.occupancy.name]: (record) => occupancyEntry(occupancies.decode(bytesOf(record))),
    [topics.charges.name]: (record) => chargeEntry(charges.decode(bytesOf(record))),
    [topics.visitsControl.name]: (record) => ofPerson(controls.decode(bytesOf(record)), controlEntry),
    [topics.visitsClock.name]: (record) => {
      const { controlId, ...move } = clockMoves.decode(bytesOf(record));
      return controlId !== null && isReviewAction(move.cause as Control['type'])
        ? appliedEntry({ ...move, controlId })
        : null;
    },
    [topics.deadLetters.name]: (record) => {
      const letter = letterOf(record);
      if (letter?.topic !== topics.visitsControl.name) return null;
      return ofPerson(controls.decode(bytesOf(record)), (control) =>
        refusedEntry(control, letter.reason, letter.message));
    },
  };

  return async ({ topic, partition, records }) => {
    const make = entryOf[topic];
    if (make === undefined) throw new Error(`nothing is counted of ${topic}`);
    const entries: Entry[] = [];
    for (const record of records) {
      try {
        const entry = await learning(() => make(record));
        if (entry !== null) entries.push(entry);
      } catch (error) {
        if (!(error instanceof UndecodableError)) throw error;
        logger.error(
          { topic, partition, offset: record.offset, err: error },
          'a record that can not be decoded is passed over',
        );
      }
    }
    return entries;
  };
}

/** What becomes of a replay's or a configuration's word nobody asks here. */
function ofPerson(control: Control, entry: (control: Control) => Entry): Entry | null {
  return isReviewAction(control.type) ? entry(control) : null;
}

function bytesOf({ value }: LogRecord): Buffer {
  if (value === null) throw new UndecodableError('a record without a value');
  return value;
}
