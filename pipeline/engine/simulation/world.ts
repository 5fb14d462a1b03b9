import { DEAD_LETTER_TOPIC } from '../dead-letters.ts';
import type { Log } from '../log.ts';
import { unobserved, type EngineObserver } from '../observer.ts';
import { runStage, type RunningStage } from '../runner.ts';
import { isFinal } from '../task.ts';
import { Feed } from './inputs.ts';
import { MemoryCluster } from './memory-log.ts';
import type { ReadCommittedFilter } from './memory-partition.ts';
import { quietLogger } from './quiet-logger.ts';
import { readCommitted } from './read-committed.ts';
import { Schedule, SimulatedProcess } from './schedule.ts';
import type { Subject } from './subject.ts';
import { check, isSettled } from './verdict.ts';

export interface WorldOptions {
  readonly seed: number;
  readonly subject: Subject;
  /** Keeps every step for `trace`. */
  readonly traced?: boolean;
  /** For mutations: what stands between the engine and the log. */
  readonly wrapLog?: (log: Log) => Log;
  readonly filter?: ReadCommittedFilter;
}

export interface Outcome {
  /** Null: all is as the pure rules say. */
  readonly failure: Error | null;
  /** The steps that led there; empty unless traced. */
  readonly trace: readonly string[];
  readonly steps: number;
  /** How often what came up, so that nobody trusts schedules in which nothing happens. */
  readonly happened: ReadonlyMap<Happening, number>;
}

export type Happening =
  | 'kill' | 'kill in a transaction' | 'freeze' | 'stop' | 'rebalance' | 'eviction' | 'expired transaction' | 'compaction'
  | 'request lost' | 'answer lost' | 'claim' | 'commit' | 'fenced' | 'error' | 'dead letter';

/**
 * One schedule: a few processes run the stage while they are killed, frozen and stopped, calls are lost, the group is
 * rebalanced and transactions time out, all by one seed. Then troubles end, the stage must come to its end, and
 * what it has committed is held against the rules.
 */
export async function runWorld(options: WorldOptions): Promise<Outcome> {
  const world = new World(options);
  let failure: Error | null = null;
  try {
    await world.run();
  } catch (error) {
    failure = error as Error;
  }
  return { failure, trace: world.schedule.trace ?? [], steps: world.steps, happened: world.happened };
}

const STEPS_MAX = 40_000;

class World {
  readonly schedule: Schedule;
  steps = 0;
  readonly happened = new Map<Happening, number>();
  private readonly subject: Subject;
  private readonly cluster: MemoryCluster;
  private readonly feed: Feed;
  private readonly wrapLog: (log: Log) => Log;
  private readonly troubles: Troubles;
  private readonly processesWanted: number;
  private readonly running = new Map<SimulatedProcess, RunningStage | null>();
  private started = 0;
  private broken: Error | null = null;

  constructor({ seed, subject, traced = false, wrapLog = (log) => log, filter = readCommitted }: WorldOptions) {
    this.schedule = new Schedule(seed, traced);
    const { random } = this.schedule;
    this.subject = subject;
    this.wrapLog = wrapLog;
    this.troubles = drawTroubles(random);
    this.schedule.slowCall = random.pick(SLOW_CALLS);
    this.cluster = new MemoryCluster({
      schedule: this.schedule,
      filter,
      faults: (_call, fault) => {
        const chance = fault === 'request lost' ? this.troubles.requestLost : this.troubles.answerLost;
        return this.isTroubled && random.chance(chance) && this.count(fault);
      },
    });
    const { inputs, changelog, outputs } = subject.stage;
    for (const topic of [...inputs, changelog, ...outputs]) this.cluster.createTopic(topic, subject.partitions);
    this.cluster.createTopic(DEAD_LETTER_TOPIC, 1);
    this.feed = new Feed(this.cluster, subject.plan(random));
    this.processesWanted = random.between(1, 3);
  }

  private readonly observer: EngineObserver = {
    ...unobserved,
    claimed: () => this.count('claim'),
    committed: () => this.count('commit'),
    interrupted: (_task, reason) => this.count(reason),
    deadLetter: () => this.count('dead letter'),
  };

  private count(what: Happening): true {
    this.happened.set(what, (this.happened.get(what) ?? 0) + 1);
    return true;
  }

  async run(): Promise<void> {
    const allAtHand = this.schedule.random.chance(0.3);
    if (allAtHand) this.feed.all();
    void this.letTimePass();
    await this.schedule.run(() => this.isOver(), { disturb: () => this.disturb(), decisionsMax: STEPS_MAX });
    await check(this.subject, this.cluster, allAtHand);
  }

  /** Time goes on also when no process is there. */
  private async letTimePass(): Promise<never> {
    for (;;) {
      const untilMs = this.schedule.nowMs + TIME_STEP_MS;
      await this.schedule.turn(null, 'time passes', () => untilMs);
    }
  }

  private get isTroubled(): boolean {
    return this.steps < this.troubles.steps;
  }

  private isOver(): boolean {
    if (this.broken !== null) throw this.broken;
    return !this.isTroubled && this.steps % SETTLED_EVERY === 0 && isSettled(this.subject, this.cluster);
  }

  private disturb(): void {
    this.steps += 1;
    const { random } = this.schedule;
    if (this.steps === this.troubles.steps) this.calm();
    if (this.running.size < this.processesWanted && (!this.isTroubled || random.chance(START_CHANCE))) this.start();
    if (!this.feed.isOver && random.chance(FEED_CHANCE)) this.feed.step();
    if (!this.isTroubled) return;
    for (const [trouble, chance] of this.troubles.disturbances) if (random.chance(chance)) this[trouble]();
  }

  /** From now on everything works; who is frozen goes on as a zombie soon. */
  private calm(): void {
    this.schedule.note('world', 'TROUBLES ARE OVER');
    this.feed.all();
    const { random, nowMs } = this.schedule;
    for (const process of this.running.keys()) {
      process.frozenUntilMs = Math.min(process.frozenUntilMs, nowMs + random.below(FROZEN_MS_BELOW));
    }
  }

  private start(): void {
    this.started += 1;
    const process = new SimulatedProcess(`process ${this.started}`);
    this.schedule.note(process.name, 'STARTED');
    this.running.set(process, null);
    void this.serve(process);
  }

  private async serve(process: SimulatedProcess): Promise<void> {
    try {
      const running = await runStage({
        stage: this.subject.stage,
        log: this.wrapLog(this.cluster.openClient(process)),
        observer: this.observer,
        logger: quietLogger,
        clock: this.schedule.clockOf(process),
      });
      this.running.set(process, running);
      throw await running.failed;
    } catch (error) {
      // A process may give up when the log is away: its supervisor starts another. Errors that stop a stage are failures.
      if (isFinal(error)) this.broken ??= error as Error;
      this.schedule.note(process.name, `GAVE UP: ${error}`);
      this.end(process);
    }
  }

  private end(process: SimulatedProcess): void {
    if (!this.running.delete(process)) return;
    this.schedule.kill(process);
  }

  private kill(): void {
    const process = this.someProcess();
    if (process === null) return;
    const inTransaction = this.cluster.allProducers.some(({ transaction }) => transaction?.outcome === null);
    this.count(inTransaction ? 'kill in a transaction' : 'kill');
    this.end(process);
  }

  private freeze(): void {
    const process = this.someProcess();
    if (process === null) return;
    this.count('freeze');
    this.schedule.freeze(process, this.schedule.random.below(FROZEN_MS_BELOW));
  }

  private stop(): void {
    const process = this.someProcess();
    const running = process === null ? null : this.running.get(process)!;
    if (process === null || running === null) return;
    this.count('stop');
    this.schedule.note(process.name, 'STOPPING');
    void running.stop().then(() => this.end(process), () => this.end(process));
  }

  private rebalance(): void {
    for (const group of this.cluster.allGroups) {
      this.count('rebalance');
      group.beginRebalance(this.schedule.nowMs);
    }
  }

  private evict(): void {
    for (const group of this.cluster.allGroups) {
      if (group.everyone.length === 0) continue;
      this.count('eviction');
      group.leave(this.schedule.random.pick(group.everyone), this.schedule.nowMs);
    }
  }

  private expireTransaction(): void {
    const open = this.cluster.allProducers.filter(({ transaction }) => transaction?.outcome === null);
    if (open.length === 0) return;
    this.count('expired transaction');
    this.cluster.expireTransaction(this.schedule.random.pick(open));
  }

  private compact(): void {
    this.count('compaction');
    for (const partition of this.cluster.partitionsOf(this.subject.stage.changelog)) partition.compact();
  }

  private someProcess(): SimulatedProcess | null {
    return this.running.size === 0 ? null : this.schedule.random.pick([...this.running.keys()]);
  }
}

type Disturbance = 'kill' | 'freeze' | 'stop' | 'rebalance' | 'evict' | 'expireTransaction' | 'compact';

/** How bad one schedule is: each kind of trouble is often absent, so that rare combinations of the others come up. */
interface Troubles {
  readonly steps: number;
  readonly requestLost: number;
  readonly answerLost: number;
  readonly disturbances: readonly (readonly [Disturbance, number])[];
}

function drawTroubles(random: Schedule['random']): Troubles {
  const rate = (): number => random.pick(RATES);
  const kinds: Disturbance[] = ['kill', 'freeze', 'stop', 'rebalance', 'evict', 'expireTransaction', 'compact'];
  return {
    steps: random.between(100, 600),
    requestLost: rate(),
    answerLost: rate(),
    disturbances: kinds.map((kind) => [kind, rate()] as const).filter(([, chance]) => chance > 0),
  };
}

/** The beginnings of what the in-memory log calls its waits. */
const SLOW_CALLS = [
  '', '', '', 'fetch', 'claim', 'bounds', 'group offsets', 'transaction', 'produce', 'end transaction', 'commit marker',
  'heartbeat',
];
const RATES = [0, 0, 0, 0.003, 0.01, 0.03];
const TIME_STEP_MS = 1_000;
const START_CHANCE = 0.05;
const FEED_CHANCE = 0.15;
const FROZEN_MS_BELOW = 30_000;
/** Looking whether all is done costs more than a step. */
const SETTLED_EVERY = 16;
