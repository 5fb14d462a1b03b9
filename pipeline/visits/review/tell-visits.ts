import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import { partitionCounts, topics } from '../../../topics/topics.ts';
import { askGlobalTable } from '../../engine/global-table.ts';
import type { Log } from '../../engine/log.ts';
import { openCodec, type SchemaIds } from '../../records/codec.ts';
import { partitionOf } from '../../records/partition.ts';
import type { Control } from '../../records/records.ts';
import { withLog, type CommandLog } from '../../service/with-log.ts';
import { watchOutcomes, type Outcome } from './control-outcome.ts';

/** What a person says to the visits stage, and who it was. */
export type Word = Pick<Control, 'type' | 'subject' | 'reason'> & Partial<Control>;

/**
 * Writes a person's word to the visits stage as a control record, and waits a little for what becomes of it; null: nobody has
 * taken it in yet.
 * @param by who says so; the user of this machine unless given
 * @throws when no garage of that id is configured
 */
export function tellVisits(word: Word, by: string | undefined): Promise<Outcome | null> {
  return withLog(async (at) => {
    const { log, ids } = at;
    await requireGarage(at, word.subject);
    const issuedAt = Date.now();
    const control: Control = {
      controlId: randomUUID(), to: null, version: null, issuedAt, issuedBy: by ?? userInfo().username, ...word,
    };
    const outcomes = await watchOutcomes(log, ids, word.subject);
    await writeControl(log, ids, control);
    return await outcomes.of(control, OUTCOME_WITHIN_MS);
  }, 'warn');
}

/** @throws when no garage of that id is configured */
export async function requireGarage({ log, ids, logger }: Pick<CommandLog, 'log' | 'ids' | 'logger'>, garageId: string): Promise<void> {
  const garages = { log, topic: topics.garages.name, codec: openCodec('Garage', ids), logger };
  if (await askGlobalTable(garages, garageId) !== undefined) return;
  throw new Error(`there is no garage '${garageId}': see \`npx bomfri garages apply\``);
}

/** The visits stage takes a word in within a second, when it runs and is not behind. */
const OUTCOME_WITHIN_MS = 5_000;

/** Resolves when the brokers have the control record of a garage. */
export async function writeControl(log: Log, ids: SchemaIds, control: Control): Promise<void> {
  const { subject, issuedAt } = control;
  await log.append([{
    topic: topics.visitsControl.name,
    partition: partitionOf(subject, partitionCounts.garage),
    records: [{ key: Buffer.from(subject), value: openCodec('Control', ids).encode(control), timestamp: issuedAt }],
  }]);
}
