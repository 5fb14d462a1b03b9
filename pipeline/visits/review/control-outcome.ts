import { partitionCounts, topics } from '../../../topics/topics.ts';
import type { FetchPosition, Log, LogRecord } from '../../engine/log.ts';
import { learning, openCodec, type SchemaIds } from '../../records/codec.ts';
import { partitionOf } from '../../records/partition.ts';
import type { Control } from '../../records/records.ts';
import { refusedControl } from './refused-control.ts';

/** What became of a control record: the rules took it in, or set it aside for a reason. */
export type Outcome =
  | { readonly status: 'applied' }
  | { readonly status: 'refused'; readonly reason: string; readonly message: string };

/** Follows the topics that tell what becomes of a garage's control records, from now on. */
export interface OutcomeWatch {
  /** Null: nothing was told of it within the time. */
  of(control: Control, withinMs: number): Promise<Outcome | null>;
}

/** To be opened before the record is written. */
export async function watchOutcomes(log: Log, ids: SchemaIds, garageId: string): Promise<OutcomeWatch> {
  const clock = { topic: topics.visitsClock.name, partition: partitionOf(garageId, partitionCounts.garage) };
  const letters = { topic: topics.deadLetters.name, partition: 0 };
  const positions: FetchPosition[] = [];
  for (const at of [clock, letters]) positions.push({ ...at, from: (await log.bounds(at)).stable });
  const moves = openCodec('ClockMove', ids);
  const controls = openCodec('Control', ids);

  return {
    async of({ controlId }, withinMs) {
      for (const until = performance.now() + withinMs; performance.now() < until;) {
        for (const { topic, next, records } of await log.fetch(positions, FETCH_WAIT_MS)) {
          const position = positions.findIndex((each) => each.topic === topic);
          positions[position] = { ...positions[position]!, from: next };
          for (const record of records) {
            const told = topic === clock.topic ? await applied(record, controlId) : await refused(record, controlId);
            if (told !== null) return told;
          }
        }
      }
      return null;
    },
  };

  async function applied({ key, value }: LogRecord, controlId: string): Promise<Outcome | null> {
    if (value === null || key?.toString() !== garageId) return null;
    const move = await learning(() => moves.decode(value));
    return move.controlId === controlId ? { status: 'applied' } : null;
  }

  async function refused(record: LogRecord, controlId: string): Promise<Outcome | null> {
    const found = await refusedControl(record, controls);
    return found?.control.controlId === controlId ? { status: 'refused', reason: found.reason, message: found.message } : null;
  }
}

const FETCH_WAIT_MS = 500;
