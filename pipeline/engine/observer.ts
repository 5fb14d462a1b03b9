/** What the engine tells about itself; metrics implement it. Calls must be cheap and never throw. */
export interface EngineObserver {
  /** Tasks that this process owns now, claimed or about to be. */
  tasksOwned(count: number): void;
  /** A claim ended: the task is restored and reads on. */
  claimed(task: number, restoredKeys: number, durationMs: number): void;
  /** A transaction is committed. `durationMs` from its first record to the commit's answer, `commitMs` of it waiting for the log. */
  committed(task: number, inputRecords: number, outputRecords: number, durationMs: number, commitMs: number): void;
  /** A task lost its work and claims again, or waits for an assignment. */
  interrupted(task: number, reason: 'fenced' | 'error'): void;
  deadLetter(reason: string): void;
  /** How far behind an input is; 0 when read to its end. */
  lag(topic: string, partition: number, seconds: number): void;
  /** Keys in a task's state. */
  stateKeys(task: number, keys: number): void;
}

/** For those who do not watch. */
export const unobserved: EngineObserver = {
  tasksOwned() {},
  claimed() {},
  committed() {},
  interrupted() {},
  deadLetter() {},
  lag() {},
  stateKeys() {},
};
