import type { EngineClock } from './clock.ts';
import { InputOrder } from './input-order.ts';
import type { Log, TopicPartition, TransactionalWriter } from './log.ts';
import type { Logger } from './logger.ts';
import type { Stage, StageTask } from './stage.ts';
import { TaskState, type StateCodec, type Table } from './state.ts';

/** What an owner holds after its claim. */
export interface Claim {
  readonly writer: TransactionalWriter;
  readonly state: TaskState;
  /** The next offset to read of each input, part of the state and so of the changelog. */
  readonly offsets: Table<number>;
  readonly rules: StageTask;
  /** Null: the stage does not ask for one. */
  readonly order: InputOrder | null;
  /** Changelog records read by the restore. */
  readonly restoredRecords: number;
}

/** The group's offset and the changelog's differ: something else has moved the group, or the changelog is not ours. */
export class OffsetMismatchError extends Error {
  override name = 'OffsetMismatchError';
  constructor(group: string, at: TopicPartition, groupOffset: number, changelog: string, changelogOffset: number | null) {
    super(
      `${at.topic}[${at.partition}]: group ${group} stands at offset ${groupOffset}, the changelog ${changelog} ` +
        (changelogOffset === null ? 'knows none' : `at ${changelogOffset}`) +
        '; nothing is skipped or read twice by guessing: find out which is right, then set the group to it',
    );
  }
}

/** The changelog holds what this release can't read: written by a newer one, or damaged. */
export class UnreadableChangelogError extends Error {
  override name = 'UnreadableChangelogError';
  constructor({ topic, partition }: TopicPartition, offset: number, table: number, cause: unknown) {
    const why = cause instanceof Error ? cause.message : String(cause);
    super(`${topic}[${partition}]: offset ${offset}, of table ${table}, can't be read by this release: ${why}`, { cause });
  }
}

/** Records were deleted from the changelog's beginning, which compaction never does: some of the state is gone with them. */
export class TruncatedChangelogError extends Error {
  override name = 'TruncatedChangelogError';
  constructor({ topic, partition }: TopicPartition, start: number) {
    super(
      `${topic}[${partition}]: the changelog begins at offset ${start}, not 0: its first records were deleted, and the state that ` +
        'they held is lost; bring the topic back from a backup, or start the stage anew from its inputs',
    );
  }
}

/** Id of the engine's own table, that of input offsets. */
const OFFSETS_TABLE = 0;
const RESTORE_WAIT_MS = 500;
const RESTORE_PROGRESS_MS = 1_000;

export const groupOf = (stage: Stage): string => `bomfri-${stage.name}`;

/**
 * An owner's first act on a task, in this order: fence every former owner and settle what it left open; only then
 * ask where the changelog's committed data ends, and restore up to there; then hold the group's offsets against
 * the changelog's, which are the truth.
 * @throws {OffsetMismatchError} the two differ
 * @throws {UnreadableChangelogError} of another release
 * @throws {TruncatedChangelogError} it is not whole
 * @throws {OffsetOutOfRangeError} by the first fetch, when the log has lost what comes next
 */
export async function claimTask(
  stage: Stage, task: number, log: Log, clock: EngineClock, logger: Logger, stopping: AbortSignal,
): Promise<Claim> {
  const writer = await log.claim(`${groupOf(stage)}-${task}`);
  try {
    const state = new TaskState();
    const offsets = state.table(OFFSETS_TABLE, offsetCodec);
    const rules = stage.openTask(task, state);
    const restoredRecords = await restore(stage, task, state, log, clock, logger, stopping);
    await startOffsets(stage, task, offsets, log);
    const order = stage.order === undefined
      ? null : await InputOrder.open(log, { topic: stage.order, partition: task }, offsets, stage.inputs);
    return { writer, state, offsets, rules, order, restoredRecords };
  } catch (error) {
    await writer.close();
    throw error;
  }
}

async function restore(
  stage: Stage, task: number, state: TaskState, log: Log, clock: EngineClock, logger: Logger, stopping: AbortSignal,
): Promise<number> {
  const changelog = { topic: stage.changelog, partition: task };
  const { start, stable } = await log.bounds(changelog);
  if (start > 0) throw new TruncatedChangelogError(changelog, start);
  let position = start;
  let records = 0;
  let toldAtMs = clock.monotonicMs();
  while (position < stable) {
    stopping.throwIfAborted();
    const [batch] = await log.fetch([{ ...changelog, from: position }], RESTORE_WAIT_MS);
    if (batch === undefined) continue;
    for (const record of batch.records) {
      if (record.key === null) throw new Error(`${stage.changelog}[${task}]: offset ${record.offset} has no key`);
      try {
        state.restore(record.key, record.value);
      } catch (error) {
        throw new UnreadableChangelogError(changelog, record.offset, record.key[0]!, error);
      }
    }
    records += batch.records.length;
    position = batch.next;
    if (clock.monotonicMs() - toldAtMs >= RESTORE_PROGRESS_MS) {
      toldAtMs = clock.monotonicMs();
      logger.info({ stage: stage.name, task, records, percent: Math.floor((100 * position) / stable) }, 'restoring');
    }
  }
  return records;
}

/** Checks the group against the changelog; an input that neither knows begins at the log's start. */
async function startOffsets(stage: Stage, task: number, offsets: Table<number>, log: Log): Promise<void> {
  const inputs = stage.inputs.map((topic) => ({ topic, partition: task }));
  const group = groupOf(stage);
  for (const committed of await log.groupOffsets(group, inputs)) {
    const stored = offsets.get(committed.topic) ?? null;
    // The group may have forgotten (offsets expire when it is long empty), but it must not contradict.
    if (committed.offset !== null && committed.offset !== stored) {
      throw new OffsetMismatchError(group, committed, committed.offset, stage.changelog, stored);
    }
    if (stored === null) {
      const { start } = await log.bounds(committed);
      offsets.restore(committed.topic, start);
    }
  }
}

const OFFSET_BYTES = 8;

const offsetCodec: StateCodec<number> = {
  formatVersion: 1,
  encodeTo(offset, slab) {
    slab.reserve(OFFSET_BYTES);
    slab.end = slab.bytes.writeBigInt64BE(BigInt(offset), slab.end);
  },
  decode(bytes) {
    return Number(bytes.readBigInt64BE());
  },
};
