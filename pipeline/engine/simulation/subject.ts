import type { LogRecord, TopicPartition } from '../log.ts';
import type { Stage } from '../stage.ts';
import type { PlannedInput } from './inputs.ts';
import type { Random } from './random.ts';

/** Committed data, read in order. */
export type Read = (at: TopicPartition) => readonly LogRecord[];

/** A stage under simulation: what it is fed with, and what must have come of it. */
export interface Subject {
  readonly stage: Stage;
  readonly partitions: number;
  /** The inputs of one schedule. */
  plan(random: Random): PlannedInput[];
  /** Why a rule or a check will set the record aside; null: it won't. */
  setAsideAs(topic: string, record: LogRecord): string | null;
  /** All inputs are passed: does nothing more come of time alone? */
  isSettled(read: Read): boolean;
  /**
   * Holds the outputs of one task against its pure rules over its committed inputs.
   * @param allAtHand all inputs were there before the stage began, so that no tick may come between them
   * @returns the changelog that the rules end with, without the engine's own table: key in hex to value in hex.
   * @throws {assert.AssertionError}
   */
  check(task: number, read: Read, allAtHand: boolean): Promise<Map<string, string>>;
}
