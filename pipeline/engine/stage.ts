import type { TaskState } from './state.ts';
import type { LogRecord } from './log.ts';
import type { Outputs } from './outputs.ts';

/**
 * A stage as the engine runs it: the topics it joins and the rules of one task. A stage's folder holds its
 * rules as pure functions and one thin file that makes this of them.
 */
export interface Stage {
  /** Group id and transactional ids come from it: `bomfri-<name>`, `bomfri-<name>-<task>`. */
  readonly name: string;
  /** Co-partitioned input topics, control topics among them. */
  readonly inputs: readonly string[];
  readonly changelog: string;
  /** Topics that the rules write to under the task's own partition number: equal counts are checked at start. */
  readonly outputs: readonly string[];
  /**
   * Where the task writes in what order it has read its inputs, so that the same logs read again give the same; for a stage
   * whose decisions depend on it. One of the outputs.
   */
  readonly order?: string;
  /**
   * While little comes in, a transaction gathers it for so long, ms; 100 unless it is said. Longer for a stage whose outputs
   * nobody waits for: a transaction costs the brokers the same for one record as for a thousand.
   */
  readonly gatherMs?: number;
  /** Fresh rules over a fresh state, before any restore. */
  openTask(task: number, state: TaskState): StageTask;
}

/** The rules of one task. Nothing here waits or does I/O: it reads and changes tables and adds outputs. */
export interface StageTask {
  /**
   * One record of an input. May throw: UndecodableError and RejectedError make a dead letter, UnknownWriterError
   * is learned and tried again, NotYetError waits, anything else is a `rule_error`; each undoes what the record did.
   */
  apply(record: InputRecord, out: Outputs): void;
  /**
   * Called when all inputs are read to their end, and again and again while they stay so; a transaction of its own.
   * Says whether anything was done; a false must have changed nothing.
   */
  tick?(now: TickTime, out: Outputs): boolean;
}

/** One instance a task, changed for each record: do not keep it. */
export interface InputRecord {
  readonly topic: string;
  readonly record: LogRecord;
  /** A clock that never jumps, ms; only for how long something has been quiet. */
  readonly monotonicMs: number;
}

export interface TickTime {
  readonly monotonicMs: number;
  /** For record timestamps only, never for a decision. */
  readonly wallMs: number;
}

/** The record is well-formed but not acceptable; `reason` is a short word such as `wrong_partition`. */
export class RejectedError extends Error {
  override name = 'RejectedError';
  readonly reason: string;
  constructor(reason: string, message: string) {
    super(message);
    this.reason = reason;
  }
}

/** The record needs something that is on its way (a global table's version): `ready` resolves when it is there. */
export class NotYetError extends Error {
  override name = 'NotYetError';
  readonly ready: () => Promise<void>;
  constructor(message: string, ready: () => Promise<void>) {
    super(message);
    this.ready = ready;
  }
}
