import type { EngineClock } from '../clock.ts';
import { Random } from './random.ts';

/** What can be killed and frozen as one: everything that waits on its behalf goes with it. */
export class SimulatedProcess {
  readonly name: string;
  alive = true;
  /** Virtual time before which nothing of it moves. */
  frozenUntilMs = 0;

  constructor(name: string) {
    this.name = name;
  }
}

/** Nothing more can happen, or all that happens leads nowhere. */
export class StuckError extends Error {
  override name = 'StuckError';
}

export interface RunOptions {
  /** Called before each decision: the place to kill, freeze and disturb. */
  readonly disturb?: () => void;
  /** @throws {StuckError} after so many */
  readonly decisionsMax: number;
}

/**
 * Runs asynchronous code one step at a time. Every wait goes through `turn`; between two steps all that the last
 * one set going has come to rest, and a seeded choice says which wait ends next. Time is virtual: it moves a little
 * with every step, and jumps to the next due moment when nothing else can go on.
 */
export class Schedule {
  readonly random: Random;
  nowMs = 0;
  /** Steps taken so far, newest last; null when nobody will read it. */
  readonly trace: string[] | null;
  /** Waits whose name begins so are mostly left for later; empty: none. */
  slowCall = '';
  private waits: Wait[] = [];
  private readonly broker = new SimulatedProcess('broker');

  constructor(seed: number, traced = false) {
    this.random = new Random(seed);
    this.trace = traced ? [] : null;
  }

  /**
   * Waits until the schedule chooses it, no earlier than `dueMs` tells in virtual time; a null process is the broker.
   * Never settles for a dead process.
   */
  turn(process: SimulatedProcess | null, what: string, dueMs: () => number = AT_ONCE): Promise<void> {
    return new Promise((resolve) => {
      const owner = process ?? this.broker;
      if (owner.alive) this.waits.push({ owner, what, dueMs, resolve });
    });
  }

  /** All that it waits for is forgotten, and it never waits for anything again. */
  kill(process: SimulatedProcess): void {
    this.note(process.name, 'KILLED');
    process.alive = false;
    this.waits = this.waits.filter(({ owner }) => owner !== process);
  }

  /** It stands still and goes on later, without knowing. */
  freeze(process: SimulatedProcess, forMs: number): void {
    this.note(process.name, `FROZEN for ${forMs} ms`);
    process.frozenUntilMs = this.nowMs + forMs;
  }

  clockOf(process: SimulatedProcess): EngineClock {
    return {
      monotonicMs: () => this.nowMs,
      wallMs: () => WALL_START_MS + this.nowMs,
      sleep: async (ms, signal) => {
        const untilMs = this.nowMs + ms;
        await this.turn(process, 'sleep', () => (signal?.aborted ? 0 : untilMs));
      },
      breathe: () => this.turn(process, 'breath'),
    };
  }

  /** Lets one wait after another end until `isDone`. */
  async run(isDone: () => boolean, { disturb, decisionsMax }: RunOptions): Promise<void> {
    for (let decisions = 0; ; decisions++) {
      await rest();
      if (isDone()) return;
      if (decisions === decisionsMax) throw new StuckError(`not done after ${decisionsMax} steps and ${this.nowMs} ms`);
      disturb?.();
      this.step();
    }
  }

  note(who: string, what: string): void {
    this.trace?.push(`${String(this.nowMs).padStart(7)} ms  ${who}: ${what}`);
  }

  private step(): void {
    const ready: Wait[] = [];
    let earliestMs = Infinity;
    for (const wait of this.waits) {
      const dueMs = Math.max(wait.dueMs(), wait.owner.frozenUntilMs);
      if (dueMs <= this.nowMs) ready.push(wait);
      else if (dueMs < earliestMs) earliestMs = dueMs;
    }
    if (ready.length === 0) {
      if (earliestMs === Infinity) throw new StuckError(`nothing is left to happen after ${this.nowMs} ms`);
      this.nowMs = earliestMs;
      return;
    }
    const chosen = this.choose(ready);
    this.waits.splice(this.waits.indexOf(chosen), 1);
    this.nowMs += this.random.below(STEP_MS_BELOW);
    this.note(chosen.owner.name, chosen.what);
    chosen.resolve();
  }

  private choose(ready: readonly Wait[]): Wait {
    const chosen = this.random.pick(ready);
    const isPutOff = this.slowCall !== '' && chosen.what.startsWith(this.slowCall) && this.random.chance(PUT_OFF_CHANCE);
    if (!isPutOff) return chosen;
    const others = ready.filter(({ what }) => !what.startsWith(this.slowCall));
    return others.length > 0 ? this.random.pick(others) : chosen;
  }
}

interface Wait {
  readonly owner: SimulatedProcess;
  readonly what: string;
  readonly dueMs: () => number;
  resolve(): void;
}

const AT_ONCE = (): number => 0;
const PUT_OFF_CHANCE = 0.95;
/** A step takes less than this, so that timeouts come up among steps too. */
const STEP_MS_BELOW = 3;
const WALL_START_MS = Date.UTC(2030, 0, 1);

/** All microtasks end before the next tick's callbacks are called. */
function rest(): Promise<void> {
  return new Promise((resolve) => {
    process.nextTick(resolve);
  });
}
