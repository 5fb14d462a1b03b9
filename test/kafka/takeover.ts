import assert from 'node:assert/strict';
import { until } from '../../local/until.ts';
import { groupOf } from '../../pipeline/engine/claim.ts';
import { DEAD_LETTER_TOPIC } from '../../pipeline/engine/dead-letters.ts';
import type { Log, LogRecord, Membership, OutRecord, Transaction } from '../../pipeline/engine/log.ts';
import { unobserved } from '../../pipeline/engine/observer.ts';
import { runStage, type RunningStage } from '../../pipeline/engine/runner.ts';
import type { Stage } from '../../pipeline/engine/stage.ts';
import { CONTROL, INPUT } from '../../pipeline/engine/simulation/counting-stage.ts';
import { subjectOf } from '../../pipeline/engine/simulation/counting-subject.ts';
import { quietLogger } from '../../pipeline/engine/simulation/quiet-logger.ts';
import type { Committed } from '../../pipeline/engine/simulation/verdict.ts';
import { renamedLog } from '../../loadtest/bench/renamed-log.ts';
import { newTopic, openLog, readAll, unique } from './kafka-fixture.ts';

/** The counting stage with one task. */
export const subject = subjectOf(0);

/**
 * A task changes hands on the real broker while input keeps coming: the former owner does not know that the group has
 * gone on without it, commits once more before the new owner claims, and then has a transaction written and not yet
 * ended. Each step waits for the one before, so that every run is the same.
 * @param mutate what stands between the engine of both owners and the log
 * @returns what is committed when all is over
 * @throws when a stage fails, or a step does not come about
 */
export async function takeOver(mutate: (log: Log) => Log): Promise<Committed> {
  const place = await newPlace();
  const feed = new Feed(place);
  const [former, next] = [new Owner(place, mutate), new Owner(place, mutate)];
  const owners = [former, next];
  const reached = async (step: string, isReached: () => boolean): Promise<void> => {
    const inTime = await until(() => isReached() || owners.some(({ failure }) => failure !== null), STEP_MS);
    for (const { failure } of owners) if (failure !== null) throw failure;
    assert.ok(inTime, `not in time: ${step}`);
  };
  try {
    await former.start();
    await feed.portion();
    await reached('the former owner works', () => feed.isTakenBy(former));

    next.beforeClaim.close();
    await former.leaveGroupUnknowingly();
    await next.start();
    // Who restores before it fences has restored by now.
    await reached('the next owner is about to fence', () => next.beforeClaim.isWaitedAt || next.isRestored);
    await feed.portion();
    await reached('the former owner commits once more', () => feed.isTakenBy(former));

    former.beforeEnd.close();
    await feed.portion();
    await reached('the former owner has a transaction open', () => former.beforeEnd.isWaitedAt);
    next.beforeClaim.open();
    await reached('the next owner has fenced', () => next.hasFenced);
    former.beforeEnd.open();
    await reached('the former owner finds itself fenced', () => former.isFenced);

    await feed.portion();
    await reached('the next owner has taken the rest', () => feed.isTakenBy(next));
  } finally {
    await Promise.all(owners.map((owner) => owner.stop()));
    await feed.close();
  }
  return readCommitted(place);
}

/** Topics of its own, under the names that the stage knows; group and transactional ids under a prefix. */
interface Place {
  readonly topics: ReadonlyMap<string, string>;
  readonly prefix: string;
}

async function newPlace(): Promise<Place> {
  const { inputs, changelog, outputs } = subject.stage;
  const names = [...inputs, changelog, ...outputs, DEAD_LETTER_TOPIC];
  // The stage's outputs are of 1970: the broker must not delete them by age.
  const topics =
    await Promise.all(names.map(async (name) => [name, await newTopic(1, { 'retention.ms': '-1' })] as const));
  return { topics: new Map(topics), prefix: `${unique('takeover')}.` };
}

/** Without ticks, whose moment no test can choose: there are no transactions but those of the input. */
const stage: Stage = {
  ...subject.stage,
  openTask: (task, state) => ({ apply: subject.stage.openTask(task, state).apply }),
};

/** What a process is: the stage over connections of its own; with places where it can be held up. */
class Owner {
  readonly beforeClaim = new Gate();
  /** All of the transaction is written, only its end is not asked for. */
  readonly beforeEnd = new Gate();
  /** Next offset of each input by its committed transactions. */
  readonly positions = new Map<string, number>();
  hasFenced = false;
  isRestored = false;
  isFenced = false;
  failure: Error | null = null;
  private readonly kafka = openLog();
  private readonly log: Log;
  private membership: Membership | null = null;
  private running: RunningStage | null = null;

  constructor({ prefix, topics }: Place, mutate: (log: Log) => Log) {
    this.log = this.noting(mutate(this.held(renamedLog(this.heldInTransactions(this.kafka), prefix, topics))));
  }

  async start(): Promise<void> {
    const observer = {
      ...unobserved,
      claimed: () => {
        this.isRestored = true;
      },
      interrupted: (_task: number, reason: 'fenced' | 'error') => {
        this.isFenced ||= reason === 'fenced';
      },
    };
    this.running = await runStage({ stage, log: this.log, observer, logger: quietLogger });
    void this.running.failed.then((error) => {
      this.failure = error;
    });
  }

  async leaveGroupUnknowingly(): Promise<void> {
    await this.membership!.leave();
  }

  async stop(): Promise<void> {
    this.beforeClaim.open();
    this.beforeEnd.open();
    await this.running?.stop();
    await this.kafka.close();
  }

  private heldInTransactions(log: Log): Log {
    return {
      ...log,
      claim: async (transactionalId) => {
        const writer = await log.claim(transactionalId);
        const inside = writer as unknown as { end(deadline: number): Promise<void> };
        const end = inside.end.bind(writer);
        inside.end = async (deadline) => {
          await this.beforeEnd.pass();
          await end(deadline);
        };
        return writer;
      },
    };
  }

  private held(log: Log): Log {
    return {
      ...log,
      join: async (group, topics, listener) => (this.membership = await log.join(group, topics, listener)),
      claim: async (transactionalId) => {
        await this.beforeClaim.pass();
        const writer = await log.claim(transactionalId);
        this.hasFenced = true;
        return writer;
      },
    };
  }

  /** Stands before any mutation, and so hears what the engine itself committed. */
  private noting(log: Log): Log {
    const claim = async (transactionalId: string) => {
      const writer = await log.claim(transactionalId);
      return {
        commit: async (transaction: Transaction) => {
          await writer.commit(transaction);
          for (const { topic, offset } of transaction.offsets) this.positions.set(topic, offset);
        },
        close: () => writer.close(),
      };
    };
    return Object.assign(Object.create(log) as Log, { claim });
  }
}

/** Lets through while it is open. */
class Gate {
  private opened: PromiseWithResolvers<void> | null = null;
  isWaitedAt = false;

  close(): void {
    this.opened = Promise.withResolvers();
  }

  open(): void {
    this.opened?.resolve();
    this.opened = null;
  }

  async pass(): Promise<void> {
    if (this.opened === null) return;
    this.isWaitedAt = true;
    await this.opened.promise;
  }
}

/** Writes to both inputs, a few records at a time. */
class Feed {
  private readonly kafka = openLog();
  private readonly log: Log;
  private portions = 0;

  constructor({ prefix, topics }: Place) {
    this.log = renamedLog(this.kafka, prefix, topics);
  }

  async portion(): Promise<void> {
    const records = KEYS.map((key, i) => record(key, this.portions === 0 && i === 0 ? 'refused' : String(i + 1)));
    this.portions += 1;
    await this.log.append([
      { topic: INPUT, partition: 0, records },
      { topic: CONTROL, partition: 0, records: [record('factor', String(this.portions))] },
    ]);
  }

  isTakenBy({ positions }: Owner): boolean {
    return positions.get(INPUT) === this.portions * KEYS.length && positions.get(CONTROL) === this.portions;
  }

  async close(): Promise<void> {
    await this.kafka.close();
  }
}

function record(key: string, value: string): OutRecord {
  return { key: Buffer.from(key, 'latin1'), value: Buffer.from(value), timestamp: Date.now() };
}

async function readCommitted({ topics, prefix }: Place): Promise<Committed> {
  const log = openLog();
  try {
    const records = new Map<string, LogRecord[]>();
    for (const [name, topic] of topics) records.set(name, await readAll(log, { topic, partition: 0 }));
    const inputs = stage.inputs.map((topic) => ({ topic, partition: 0 }));
    const offsets = await renamedLog(log, prefix, topics).groupOffsets(groupOf(stage), inputs);
    return {
      read: ({ topic }) => records.get(topic)!,
      groupOffset: (at) => offsets.find(({ topic }) => topic === at.topic)?.offset ?? undefined,
    };
  } finally {
    await log.close();
  }
}

/** The last looks like an abort marker to a reader that judges by the key. */
const KEYS = ['a', 'b', 'a', 'c', '\0\0\0\0'];
const STEP_MS = 20_000;
