import { UndecodableError, UnknownWriterError } from '../records/codec.ts';
import {
  claimTask, groupOf, OffsetMismatchError, TruncatedChangelogError, UnreadableChangelogError, type Claim,
} from './claim.ts';
import type { EngineClock } from './clock.ts';
import { DEAD_LETTER_TOPIC, deadLetter } from './dead-letters.ts';
import type { InputOrder } from './input-order.ts';
import { InputQueue } from './input-queue.ts';
import { OffsetOutOfRangeError, type FetchedBatch, type FetchPosition, type Log, type LogRecord } from './log.ts';
import type { Logger } from './logger.ts';
import type { EngineObserver } from './observer.ts';
import { Outputs } from './outputs.ts';
import { TooManyRuleErrors, type RuleErrorBudget } from './rule-errors.ts';
import { Signal } from './signal.ts';
import { NotYetError, RejectedError, type InputRecord, type Stage } from './stage.ts';
import type { Turns } from './turns.ts';

/** Limits of one transaction: large enough for the commit's 20 to 40 ms to be spread over many records. */
const TRANSACTION_RECORDS_MAX = 4_000;
const TRANSACTION_BYTES_MAX = 8 * 1024 * 1024;
/**
 * After so many records the answers of the brokers are looked at: another task's commit takes several, one after the other,
 * and goes on while this task computes.
 */
const RECORDS_A_BREATH = 250;
/** Or after so long: where each record takes much, the group would think that the process is gone. */
const BREATH_EVERY_MS = 100;
/**
 * While little comes in, what comes is gathered for so long after the transaction before: each costs the brokers the
 * same, however small it is (Kafka Streams' exactly once commits as often); a stage may say longer. With so many records
 * at hand nothing more need be gathered.
 */
const GATHER_MS = 100;
const GATHERED_RECORDS = 500;
/** How often a task that is at the end of its inputs looks whether time alone makes something due. */
const TICK_EVERY_MS = 250;
const NOT_YET_TIMEOUT_MS = 60_000;

export interface TaskContext {
  readonly stage: Stage;
  readonly log: Log;
  readonly clock: EngineClock;
  readonly observer: EngineObserver;
  readonly logger: Logger;
  readonly ruleErrors: RuleErrorBudget;
  /** Of the tasks of this process. */
  readonly turns: Turns;
  /** Called when the task may want to fetch more than before. */
  readonly wantsMore: () => void;
}

/**
 * One task from claim to stop: applies what is fetched to the state, and commits state, outputs and input offsets
 * in one transaction. One loop (`run`) changes things; `deliver` and `stop` only signal to it.
 */
export class Task {
  readonly id: number;
  private readonly context: TaskContext;
  private readonly signal = new Signal();
  private readonly stopping = new AbortController();
  private queues: InputQueue[] = [];
  private readonly out = new Outputs();
  private hasCommitted = false;

  constructor(id: number, context: TaskContext) {
    this.id = id;
    this.context = context;
  }

  /**
   * Claims the task and works until it is stopped; then everything committed is closed, and what was not committed
   * is for the next owner to do.
   * @throws {FencedError} a newer owner has the task
   * @throws {OffsetMismatchError | OffsetOutOfRangeError | TooManyRuleErrors | TruncatedChangelogError |
   *   UnreadableChangelogError} the stage must stop
   * @throws any other error: the outcome of the last transaction is unknown; a new claim finds out
   */
  async run(): Promise<void> {
    try {
      await this.claimAndWork();
    } catch (error) {
      // What a stopping task did not commit is the next owner's; only an outcome that stops the stage still counts.
      if (!this.stopping.signal.aborted || isFinal(error)) throw error;
    }
  }

  /** Whether this claim has led to at least one transaction. */
  get progressed(): boolean {
    return this.hasCommitted;
  }

  /** Ends `run` after the transaction that is under way. */
  stop(): void {
    this.stopping.abort();
    this.signal.wake();
  }

  /** Positions to fetch next; none before the claim, or while enough is queued. */
  wants(): FetchPosition[] {
    return this.queues.flatMap((queue) => queue.want() ?? []);
  }

  /** Whether `wants` has all that it ever may. */
  get wantsAll(): boolean {
    return this.queues.length > 0 && this.queues.every(({ wantsMore }) => wantsMore);
  }

  deliver(batch: FetchedBatch): void {
    const queue = this.queues.find(({ topic }) => topic === batch.topic);
    if (queue?.deliver(batch)) this.signal.wake();
  }

  private async claimAndWork(): Promise<void> {
    const { stage, log, clock, logger, observer } = this.context;
    const startedMs = clock.monotonicMs();
    const claim = await claimTask(stage, this.id, log, clock, logger, this.stopping.signal);
    try {
      observer.claimed(this.id, claim.state.size, clock.monotonicMs() - startedMs);
      this.queues = stage.inputs.map((topic) => new InputQueue(topic, this.id, claim.offsets.get(topic)!));
      await this.work(claim);
    } finally {
      this.queues = [];
      await claim.writer.close();
    }
  }

  private async work(claim: Claim): Promise<void> {
    const { clock, stage } = this.context;
    let tickedAtMs = -Infinity;
    let committedAtMs = -Infinity;
    while (!this.stopping.signal.aborted) {
      this.context.wantsMore();
      this.reportLag();
      const waiting = this.readable(claim).reduce((sum, queue) => sum + queue.size, 0);
      if (waiting > 0) {
        const restMs = committedAtMs + (stage.gatherMs ?? GATHER_MS) - clock.monotonicMs();
        if (waiting < GATHERED_RECORDS && restMs > 0) await clock.sleep(restMs, this.stopping.signal);
        await this.transactRecords(claim);
        committedAtMs = clock.monotonicMs();
      } else if (this.queues.every((queue) => queue.isAtEnd) && clock.monotonicMs() - tickedAtMs >= TICK_EVERY_MS) {
        tickedAtMs = clock.monotonicMs();
        await this.transactTick(claim);
      } else {
        await this.signal.wait();
      }
    }
  }

  private async transactRecords(claim: Claim): Promise<void> {
    const { clock, turns } = this.context;
    await turns.take();
    const startedMs = clock.monotonicMs();
    let count: number;
    try {
      if (this.stopping.signal.aborted) return;
      count = await this.applyRecords(claim, startedMs);
    } finally {
      turns.pass();
    }
    await this.commit(claim, count, startedMs);
  }

  /** @returns how many records */
  private async applyRecords(claim: Claim, startedMs: number): Promise<number> {
    const { out } = this;
    const input = { topic: '', record: EMPTY_RECORD, monotonicMs: startedMs };
    let count = 0;
    const { clock } = this.context;
    let breathedMs = startedMs;
    for (const queue of this.readable(claim)) {
      input.topic = queue.topic;
      for (let record = queue.peek(); record !== undefined; record = queue.peek()) {
        if (count >= TRANSACTION_RECORDS_MAX || out.sizeBytes >= TRANSACTION_BYTES_MAX) break;
        if (claim.order !== null ? !this.isInTurn(claim.order, queue, out) : this.isOlderElsewhere(queue, record)) break;
        if (count % RECORDS_A_BREATH === 0 || clock.monotonicMs() - breathedMs >= BREATH_EVERY_MS) {
          await clock.breathe();
          breathedMs = clock.monotonicMs();
        }
        input.record = record;
        let failure = attempt(claim, input, out);
        // Rare: what waiting can mend is waited for; the record is tried until it is applied or set aside.
        while (failure !== null && !this.isSetAside(failure, queue.topic, record, out)) {
          failure = (await this.waitFor(failure)) ?? attempt(claim, input, out);
        }
        queue.take();
        count += 1;
      }
    }
    return count;
  }

  /** The inputs in the order in which they are read, where one is asked for: first the one that was read last. */
  private readable({ order }: Claim): InputQueue[] {
    if (order === null) return this.queues;
    const must = order.mustRead(this.nextOf);
    if (must !== null) return this.queues.filter(({ topic }) => topic === must);
    const { current } = order;
    return this.queues.toSorted((one, other) => Number(other.topic === current) - Number(one.topic === current));
  }

  /**
   * Whether another input has what was written before the record: of what is at hand the older is applied first, so that
   * a backlog of reads does not overtake the word that configures their garage.
   */
  private isOlderElsewhere(queue: InputQueue, { timestamp }: LogRecord): boolean {
    for (const other of this.queues) {
      if (other !== queue && (other.peek()?.timestamp ?? Infinity) < timestamp) return true;
    }
    return false;
  }

  /** Notes that the input is read now; false: another must be read before it. */
  private isInTurn(order: InputOrder, { topic }: InputQueue, out: Outputs): boolean {
    const must = order.mustRead(this.nextOf);
    if (must !== null) return must === topic;
    const { current } = order;
    order.read(topic, current === null ? 0 : this.positionOf(current), out, this.context.clock.wallMs());
    return true;
  }

  private readonly positionOf = (topic: string): number => this.queues.find((queue) => queue.topic === topic)!.position;

  /** The offset of the next record, or where it will be looked for: there may be markers before it. */
  private readonly nextOf = (topic: string): number =>
    this.queues.find((queue) => queue.topic === topic)!.peek()?.offset ?? this.positionOf(topic);

  /** Makes a dead letter of the record, in the transaction that passes it; false when waiting may mend the failure. */
  private isSetAside(failure: unknown, topic: string, record: LogRecord, out: Outputs): boolean {
    if (failure instanceof UnknownWriterError || failure instanceof NotYetError) return false;
    const { stage, logger, observer, clock, ruleErrors } = this.context;
    const { reason, message } = explain(failure);
    if (reason === 'rule_error') ruleErrors.spend(clock.monotonicMs(), `${topic}[${this.id}]@${record.offset}`, message);
    out.add(DEAD_LETTER_TOPIC, 0, deadLetter(topic, this.id, record, { stage: stage.name, reason, message }));
    observer.deadLetter(reason);
    logger.warn({ stage: stage.name, topic, partition: this.id, offset: record.offset, reason, message }, 'dead letter');
    return true;
  }

  /**
   * Waits for what the record lacked; other tasks compute meanwhile. Answers null to try again, or why it never will be there.
   * @throws when it did not come in time, or the one who has it can't be reached
   */
  private async waitFor(failure: unknown): Promise<UndecodableError | null> {
    const { turns } = this.context;
    turns.pass();
    try {
      if (failure instanceof UnknownWriterError) await failure.learn();
      if (failure instanceof NotYetError) await this.untilReady(failure);
      return null;
    } catch (error) {
      if (error instanceof UndecodableError) return error;
      throw error;
    } finally {
      await turns.take();
    }
  }

  private async untilReady({ ready, message }: NotYetError): Promise<void> {
    const done = new AbortController();
    const signal = AbortSignal.any([done.signal, this.stopping.signal]);
    const timeout = this.context.clock.sleep(NOT_YET_TIMEOUT_MS, signal).then(() => {
      if (!done.signal.aborted) throw new Error(`gave up waiting: ${message}`);
    });
    try {
      await Promise.race([ready(), timeout]);
    } finally {
      done.abort();
    }
  }

  private async transactTick(claim: Claim): Promise<void> {
    const { clock } = this.context;
    const startedMs = clock.monotonicMs();
    const did = claim.rules.tick?.({ monotonicMs: startedMs, wallMs: clock.wallMs() }, this.out) ?? false;
    // Positions can move without a record, past what was aborted: the group must learn of it too.
    const moved = this.queues.some((queue) => queue.position !== claim.offsets.get(queue.topic));
    if (did || moved) await this.commit(claim, 0, startedMs);
  }

  /** State, outputs and offsets, all or nothing. */
  private async commit(claim: Claim, inputRecords: number, startedMs: number): Promise<void> {
    const { out } = this;
    const { stage, clock, observer } = this.context;
    const offsets = [];
    for (const { topic, position } of this.queues) {
      if (claim.offsets.get(topic) === position) continue;
      claim.offsets.put(topic, position);
      offsets.push({ topic, partition: this.id, offset: position });
    }
    const outputRecords = out.count;
    claim.state.settle(out.blockOf(stage.changelog, this.id), clock.wallMs());
    if (out.count === 0) return;

    const commitStartedMs = clock.monotonicMs();
    await claim.writer.commit({ batches: out.batches(), group: groupOf(stage), offsets });
    out.clear();
    this.hasCommitted = true;
    const endedMs = clock.monotonicMs();
    observer.committed(this.id, inputRecords, outputRecords, endedMs - startedMs, endedMs - commitStartedMs);
    observer.stateKeys(this.id, claim.state.size);
  }

  private reportLag(): void {
    const wallMs = this.context.clock.wallMs();
    for (const queue of this.queues) this.context.observer.lag(queue.topic, this.id, queue.lagSeconds(wallMs));
  }
}

/** Errors that no new claim can mend: a wrong result is worse than a stopped stage. */
export function isFinal(error: unknown): boolean {
  return FINAL.some((kind) => error instanceof kind);
}

const FINAL = [
  OffsetMismatchError, OffsetOutOfRangeError, TooManyRuleErrors, TruncatedChangelogError, UnreadableChangelogError,
];

/** Applies one record; when its rule throws, undoes what it did and answers what was thrown. */
function attempt(claim: Claim, input: InputRecord, out: Outputs): unknown {
  claim.state.mark();
  out.mark();
  try {
    claim.rules.apply(input, out);
    return null;
  } catch (failure) {
    claim.state.undo();
    out.undo();
    return failure ?? new Error('a rule threw nothing');
  }
}

function explain(failure: unknown): { reason: string; message: string } {
  if (failure instanceof UndecodableError) return { reason: 'undecodable', message: failure.message };
  if (failure instanceof RejectedError) return { reason: failure.reason, message: failure.message };
  return { reason: 'rule_error', message: stackWithoutMessage(failure) };
}

/** Where it was thrown; the message itself may quote the record. */
function stackWithoutMessage(failure: unknown): string {
  if (!(failure instanceof Error)) return typeof failure;
  const frame = failure.stack?.split('\n').find((line) => line.trimStart().startsWith('at '));
  return `${failure.name} ${frame?.trim().replace(/\(?(file:\/\/)?\/.*\//, '(') ?? ''}`;
}

const EMPTY_RECORD: LogRecord = { offset: 0, key: null, value: null, timestamp: 0, headers: null };
