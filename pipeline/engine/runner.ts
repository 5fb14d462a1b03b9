import { groupOf, OffsetMismatchError } from './claim.ts';
import { systemClock, type EngineClock } from './clock.ts';
import { DEAD_LETTER_TOPIC } from './dead-letters.ts';
import { restAfterFetch } from './fetch-pace.ts';
import { FencedError, NotMemberError, type Log, type Membership } from './log.ts';
import type { Logger } from './logger.ts';
import type { EngineObserver } from './observer.ts';
import { RuleErrorBudget } from './rule-errors.ts';
import { Signal } from './signal.ts';
import type { Stage } from './stage.ts';
import { isFinal, Task, type TaskContext } from './task.ts';
import { Turns } from './turns.ts';

/** How long a fetch waits for something new while there are tasks that it does not ask for: they may come to want more meanwhile. */
const FETCH_WAIT_MS = 50;
/** The same when it asks for all that any task could want: then whatever comes is answered at once. */
const FETCH_WAIT_IDLE_MS = 250;
/** While little comes in, the brokers are asked so often: tasks gather it for longer than that before they take it up. */
const FETCH_EVERY_MS = 25;
const BACK_OFF_FIRST_MS = 50;
const BACK_OFF_MAX_MS = 5_000;
/** After so many failures in a row, without one transaction in between, the process gives up: its supervisor knows more. */
const FAILURES_MAX = 30;
/** After so many claims in a row that found group and changelog contradicting each other, they do. */
const MISMATCHES_MAX = 3;

export interface StageOptions {
  readonly stage: Stage;
  readonly log: Log;
  readonly observer: EngineObserver;
  readonly logger: Logger;
  readonly clock?: EngineClock;
}

export interface RunningStage {
  /** Finishes or abandons what is under way, and leaves the group. */
  stop(): Promise<void>;
  /** Resolves only when the stage has failed for good and the process should stop. */
  readonly failed: Promise<Error>;
}

/**
 * Runs a stage in this process: joins its group, works on the tasks that the group hands out, until stopped.
 * @throws when topics are missing or their partition counts differ
 */
export async function runStage({ stage, log, observer, logger, clock = systemClock }: StageOptions): Promise<RunningStage> {
  await checkCoPartitioned(stage, log);
  const runner = new Runner({ stage, log, observer, logger, clock });
  await runner.start();
  return runner;
}

async function checkCoPartitioned(stage: Stage, log: Log): Promise<void> {
  const counts = await log.partitionCounts([...stage.inputs, stage.changelog, ...stage.outputs]);
  if (new Set(counts.values()).size > 1) {
    const list = [...counts].map(([topic, count]) => `${topic} ${count}`).join(', ');
    throw new Error(`the topics of stage ${stage.name} must have equal partition counts, but have: ${list}`);
  }
  // Not among the counted, but a missing one would come to light only with the first dead letter.
  await log.partitionCounts([DEAD_LETTER_TOPIC]);
}

/** One task that is ours, through as many claims as it takes. */
interface Ownership {
  current: Task | null;
  readonly released: AbortController;
  done: Promise<void>;
}

class Runner implements RunningStage {
  readonly failed: Promise<Error>;
  private readonly context: TaskContext;
  private readonly fail: (error: Error) => void;
  private readonly owned = new Map<number, Ownership>();
  /** Tasks given away, whose last transaction may still be ending. */
  private readonly leaving = new Set<Promise<void>>();
  private readonly stopping = new AbortController();
  private readonly signal = new Signal();
  private membership: Membership | null = null;
  private fetching: Promise<void> = Promise.resolve();
  private generation = 0;

  constructor(context: Omit<TaskContext, 'ruleErrors' | 'turns' | 'wantsMore'>) {
    this.context = { ...context, ruleErrors: new RuleErrorBudget(), turns: new Turns(), wantsMore: () => this.signal.wake() };
    const { promise, resolve } = Promise.withResolvers<Error>();
    this.failed = promise;
    this.fail = resolve;
  }

  async start(): Promise<void> {
    const { log, stage } = this.context;
    this.fetching = this.fetchLoop();
    this.membership = await log.join(groupOf(stage), stage.inputs, {
      assigned: (tasks) => this.assigned(tasks),
      // Going on is safe: whoever claims a task fences us, and until then the work counts.
      lost: () => {},
      failed: (error) => this.fail(error),
    });
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    for (const task of [...this.owned.keys()]) this.release(task);
    this.signal.wake();
    await Promise.all(this.leaving);
    await this.fetching;
    await this.membership?.leave();
  }

  /** Keeps what stays ours with its state, gives up what went, begins what came. */
  private assigned(tasks: readonly number[]): void {
    if (this.stopping.signal.aborted) return;
    this.generation += 1;
    for (const task of [...this.owned.keys()]) if (!tasks.includes(task)) this.release(task);
    for (const task of tasks) if (!this.owned.has(task)) this.own(task);
    this.context.observer.tasksOwned(tasks.length);
    this.context.logger.info({ stage: this.context.stage.name, tasks }, 'tasks assigned');
  }

  private own(task: number): void {
    const ownership: Ownership = { current: null, released: new AbortController(), done: Promise.resolve() };
    this.owned.set(task, ownership);
    ownership.done = this.keepRunning(task, ownership).catch((error: Error) => this.fail(error));
  }

  private release(task: number): void {
    const { current, released, done } = this.owned.get(task)!;
    this.owned.delete(task);
    released.abort();
    current?.stop();
    const left = done.finally(() => this.leaving.delete(left));
    this.leaving.add(left);
  }

  /** Claims and works again after every error that a new claim can mend. */
  private async keepRunning(id: number, ownership: Ownership): Promise<void> {
    const { clock, logger, observer, stage } = this.context;
    const { signal } = ownership.released;
    let failures = 0;
    let mismatches = 0;
    while (!signal.aborted) {
      const task = new Task(id, this.context);
      ownership.current = task;
      try {
        await task.run();
      } catch (error) {
        // A former owner that wakes up in the middle of its claim meets what the newer one has committed since. So a
        // contradiction counts like being fenced, until it has stayed through several claims.
        mismatches = error instanceof OffsetMismatchError ? mismatches + 1 : 0;
        const doubted = mismatches > 0 && mismatches < MISMATCHES_MAX;
        if (isFinal(error) && !doubted) throw error;
        const fenced = error instanceof FencedError || doubted;
        observer.interrupted(id, fenced ? 'fenced' : 'error');
        logger.warn({ stage: stage.name, task: id, error: messageOf(error) }, 'task interrupted, claiming again');
        failures = task.progressed ? 1 : failures + 1;
        if (failures > FAILURES_MAX) throw error;
        if (fenced && (await this.isGivenAway())) return this.forget(id, ownership);
        await clock.sleep(Math.min(BACK_OFF_MAX_MS, BACK_OFF_FIRST_MS * 2 ** (failures - 1)), signal);
      } finally {
        ownership.current = null;
      }
    }
  }

  /**
   * A fenced owner asks the group before it claims again: two owners that both just start over would fence each
   * other for ever. Not given away if a new assignment came while we asked, for then the refusal is an old one.
   */
  private async isGivenAway(): Promise<boolean> {
    const { generation } = this;
    try {
      await this.membership?.heartbeat();
      return false;
    } catch (error) {
      return error instanceof NotMemberError && this.generation === generation;
    }
  }

  /** The group has given the task to somebody else; the next `assigned` says what is ours. */
  private forget(task: number, ownership: Ownership): void {
    if (this.owned.get(task) === ownership) this.owned.delete(task);
  }

  /** One fetch at a time for all tasks; what comes is handed over, never applied here. */
  private async fetchLoop(): Promise<void> {
    const { clock, log, logger, stage } = this.context;
    let failures = 0;
    while (!this.stopping.signal.aborted) {
      const tasks = [...this.owned.values()].map(({ current }) => current);
      const wants = tasks.flatMap((task) => task?.wants() ?? []);
      if (wants.length === 0) {
        // All tasks are being claimed, or have enough; they tell when they want more.
        await this.signal.wait();
        continue;
      }
      try {
        const askedMs = clock.monotonicMs();
        const batches = await log.fetch(wants, tasks.every((task) => task?.wantsAll) ? FETCH_WAIT_IDLE_MS : FETCH_WAIT_MS);
        failures = 0;
        for (const batch of batches) this.owned.get(batch.partition)?.current?.deliver(batch);
        await restAfterFetch(batches, askedMs, FETCH_EVERY_MS, clock, this.stopping.signal);
      } catch (error) {
        failures += 1;
        if (isFinal(error) || failures > FAILURES_MAX) return this.fail(error as Error);
        logger.warn({ stage: stage.name, error: messageOf(error) }, 'fetch failed, trying again');
        await clock.sleep(Math.min(BACK_OFF_MAX_MS, BACK_OFF_FIRST_MS * 2 ** (failures - 1)), this.stopping.signal);
      }
    }
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? `${error.name}: ${error.message}` : String(error));
