import { topics } from '../../topics/topics.ts';
import { openAnnouncer } from '../configuration/announcement.ts';
import { systemClock, type EngineClock } from '../engine/clock.ts';
import { DEAD_LETTER_TOPIC } from '../engine/dead-letters.ts';
import {
  FencedError, NotMemberError, type CommitOffset, type Log, type Membership, type OutBatch, type OutRecord,
  type TransactionalWriter,
} from '../engine/log.ts';
import type { Logger } from '../engine/logger.ts';
import { Signal } from '../engine/signal.ts';
import { openCodec, type SchemaIds } from '../records/codec.ts';
import { announceCards } from './card-announcement.ts';
import type { Command } from './commands.ts';
import { openControls, type ControlJob } from './controls.ts';
import { pendingOver, type Directory, type PendingDirectory } from './directory.ts';
import { ACCOUNTS, DETAILS, followDirectory } from './followed-directory.ts';
import { BusyError, RefusedError } from './refused.ts';

/** Whoever has claimed this, and has then read the tables to their end, is the only one who can change them. */
export const ACCOUNTS_WRITER = 'bomfri-accounts';

/** This process does not write now: another one does, or will in a moment. */
export class StandbyError extends Error {
  override name = 'StandbyError';
}

/** Not known to be done in time; it may have been. */
export class LateError extends Error {
  override name = 'LateError';
}

export interface AccountWriterOptions {
  readonly log: Log;
  readonly ids: SchemaIds;
  /** IANA zone in which a card's month ends. */
  readonly zone: string;
  readonly logger: Logger;
  /** Told whenever `isActive` changes. */
  readonly told: (isActive: boolean) => void;
  readonly clock?: EngineClock;
}

export interface AccountWriter {
  /** All accounts as the log has them. */
  readonly directory: Directory;
  /** This process is the one that writes. It stays so while it claims anew after a file was applied beside it. */
  readonly isActive: boolean;
  /**
   * Runs the command when its turn comes; resolves once what it changes is committed and stands in `directory`.
   * @throws {RefusedError} by the command
   * @throws {StandbyError | BusyError} nothing was done here
   * @throws {LateError} the outcome is unknown
   */
  run<T>(command: Command<T>): Promise<T>;
  stop(): Promise<void>;
  /** Resolves only when it failed for good. */
  readonly failed: Promise<Error>;
}

/**
 * The one writer of parking.accounts and parking.accounts.details. Instances share out a consumer group with one task:
 * who has it claims the transactional id, which fences every other, and reads both tables to their end; only then does
 * it take commands, several in one transaction. The tables in memory are what the log says, nothing else; so a plate on
 * two accounts would need two writers past each other's fence.
 */
export async function openAccountWriter(options: AccountWriterOptions): Promise<AccountWriter> {
  const { log, ids, zone, logger, told, clock = systemClock } = options;
  const accountCodec = openCodec('Account', ids);
  const detailsCodec = openCodec('AccountDetails', ids);
  const controls = openControls(log, ids, zone);
  const tables = await followDirectory({ log, accountCodec, detailsCodec, logger, clock });
  const { directory } = tables;

  const signal = new Signal();
  const stopping = new AbortController();
  const failure = Promise.withResolvers<Error>();
  let queue: Job[] = [];
  /** The group has given the task to this process. */
  let isOurs = false;
  let isActive = false;
  /** A batch whose commit was not answered. */
  let underway: Batch | null = null;

  const membership: Membership = await log.join(ACCOUNTS_WRITER, [topics.accountsControl.name], {
    assigned(tasks) {
      isOurs = tasks.length > 0;
      signal.wake();
    },
    // Going on is safe: whoever claims fences us, and until then the work counts.
    lost() {},
    failed: failure.resolve,
  });
  const ended = lead();

  return {
    directory,
    get isActive() {
      return isActive;
    },
    run(command) {
      if (!isOurs || stopping.signal.aborted) return Promise.reject(new StandbyError());
      if (queue.length >= QUEUE_MAX) return Promise.reject(new BusyError(`more than ${QUEUE_MAX} commands wait`));
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          job.isGivenUp = true;
          reject(new LateError());
        }, LATE_MS);
        const settled = <V>(settle: (value: V) => void) => (value: V): void => {
          clearTimeout(timer);
          settle(value);
        };
        const job: Job = {
          command, control: null, isGivenUp: false,
          done: settled(resolve as (result: unknown) => void), refused: settled(reject),
        };
        queue.push(job);
        signal.wake();
      });
    },
    async stop() {
      stopping.abort();
      signal.wake();
      await ended;
      await membership.leave();
      await tables.close();
    },
    failed: failure.promise,
  };

  async function lead(): Promise<void> {
    let failures = 0;
    while (!stopping.signal.aborted) {
      if (!isOurs) {
        setActive(false);
        giveUpQueue();
        await signal.wait();
        continue;
      }
      try {
        await claimAndWrite(() => {
          failures = 0;
        });
      } catch (error) {
        failures += 1;
        if (failures > 1) setActive(false);
        if (failures > FAILURES_MAX) return failure.resolve(error as Error);
        logger.warn({ error: (error as Error).message }, 'the accounts can not be written, claiming again');
        if (error instanceof FencedError && (await isGivenAway())) isOurs = false;
        else await clock.sleep(Math.min(BACK_OFF_MAX_MS, BACK_OFF_FIRST_MS * 2 ** failures), stopping.signal);
      }
    }
    setActive(false);
    giveUpQueue();
  }

  function setActive(active: boolean): void {
    if (active === isActive) return;
    isActive = active;
    told(active);
    if (active) logger.info({ writer: ACCOUNTS_WRITER }, 'this process writes the accounts');
  }

  /** Two that were fenced and both just claimed again would fence each other for ever: the group decides. */
  async function isGivenAway(): Promise<boolean> {
    try {
      await membership.heartbeat();
      return false;
    } catch (error) {
      return error instanceof NotMemberError;
    }
  }

  async function claimAndWrite(progressed: () => void): Promise<void> {
    const writer = await log.claim(ACCOUNTS_WRITER);
    const reading = new AbortController();
    let following: Promise<void> = Promise.resolve();
    try {
      await tables.reached(await tables.end());
      settleUnderway();
      let controlFailure: unknown = null;
      const from = await controls.position(ACCOUNTS_WRITER);
      following = controls.follow(from, reading.signal, enqueueControl).catch((error) => {
        controlFailure = error;
        signal.wake();
      });
      setActive(true);
      while (isOurs && !stopping.signal.aborted) {
        if (controlFailure !== null) throw controlFailure;
        if (queue.length === 0) await signal.wait();
        else {
          await commitNext(writer);
          progressed();
        }
      }
    } finally {
      reading.abort();
      queue = queue.filter(({ control }) => control === null);
      await writer.close();
      await following;
    }
  }

  function enqueueControl(control: ControlJob): void {
    queue.push({ command: control.command, control, isGivenUp: false, done() {}, refused() {} });
    signal.wake();
  }

  /** After a commit without an answer the log alone knows: either all of the batch is there, or none. */
  function settleUnderway(): void {
    if (underway === null) return;
    const { jobs, outcomes, pending } = underway;
    underway = null;
    if (hasLanded(pending)) for (const outcome of outcomes) outcome();
    else queue = [...jobs.filter(({ control }) => control === null), ...queue];
  }

  /**
   * All of it stands there. What was written as it is stands there in any case, so that alone
   * tells nothing, and need not.
   */
  function hasLanded({ accounts: changed, changedDetails }: PendingDirectory): boolean {
    const isThere = [...changed].every(([accountId, account]) => {
      const present = directory.account(accountId);
      return present !== undefined && accountCodec.encode(present).equals(accountCodec.encode(account));
    });
    return isThere && [...changedDetails].every(([accountId, newest]) => {
      const present = directory.details(accountId);
      if (newest === null || present === undefined) return newest === null && present === undefined;
      return detailsCodec.encode(present).equals(detailsCodec.encode(newest));
    });
  }

  async function commitNext(writer: TransactionalWriter): Promise<void> {
    const jobs = queue.splice(0, BATCH_MAX).filter(({ isGivenUp }) => !isGivenUp);
    const batch = evaluate(jobs);
    const { pending, deadLetters, offsets, outcomes } = batch;
    const now = clock.wallMs();
    if (pending.accounts.size + pending.changedDetails.size + offsets.length > 0) {
      underway = batch;
      const end = await tables.end();
      const version = {
        accounts: end.accounts + pending.accounts.size,
        details: end.details + pending.changedDetails.size,
      };
      const batches: OutBatch[] = [
        { ...ACCOUNTS, records: records(pending.accounts, (account) => accountCodec.encode(account), now) },
        {
          ...DETAILS,
          records: records(pending.changedDetails, (newest) => newest && detailsCodec.encode(newest), now),
        },
        { topic: DEAD_LETTER_TOPIC, partition: 0, records: deadLetters },
        ...(pending.accounts.size === 0
          ? []
          : openAnnouncer(ids, 'accounts', now).toPricing('accounts', version.accounts)),
        ...announceCards(ids, pending.accounts.values(), (accountId) => directory.account(accountId), 'accounts', now),
      ];
      await writer.commit({ batches, group: ACCOUNTS_WRITER, offsets });
      // It has landed; what follows only waits until the tables have it.
      await tables.reached(version);
      underway = null;
    }
    for (const outcome of outcomes) outcome();
  }

  /** One command after the other, each over what those before it will have changed. */
  function evaluate(jobs: readonly Job[]): Batch {
    const pending = pendingOver(directory);
    const outcomes: (() => void)[] = [];
    const deadLetters: OutRecord[] = [];
    let offset: number | null = null;
    for (const { command, control, done, refused } of jobs) {
      if (control !== null) offset = control.offset + 1;
      try {
        const { change, result } = command(pending, clock.wallMs());
        pending.put(change);
        if (control !== null) putAsItIs(pending, control.accountId);
        outcomes.push(() => done(result));
      } catch (error) {
        outcomes.push(() => refused(error));
        if (control === null) continue;
        const { name, message } = error as Error;
        logger.warn({ offset: control.offset, reason: name, message }, 'a control record is set aside');
        deadLetters.push(control.deadLetter(error instanceof RefusedError ? error.refusal : 'undecodable', message));
      }
    }
    const offsets = offset === null ? [] : [{ topic: topics.accountsControl.name, partition: 0, offset }];
    return { jobs, pending, outcomes, deadLetters, offsets };
  }

  /**
   * A transaction needs a record for the control's position to go with: where it changes
   * nothing, its account once more.
   */
  function putAsItIs(pending: PendingDirectory, accountId: string): void {
    const account = pending.account(accountId);
    if (account !== undefined && !pending.accounts.has(accountId)) {
      pending.put({ accounts: new Map([[accountId, account]]) });
    }
  }

  function giveUpQueue(): void {
    const waiting = [...(underway?.jobs ?? []), ...queue];
    underway = null;
    queue = [];
    for (const { refused } of waiting) refused(new StandbyError());
  }
}

interface Job {
  readonly command: Command<unknown>;
  /** The control record it comes from; null: a request's. */
  readonly control: ControlJob | null;
  /** Its asker has been told that it came too late. */
  isGivenUp: boolean;
  done(result: unknown): void;
  refused(error: unknown): void;
}

interface Batch {
  readonly jobs: readonly Job[];
  readonly pending: PendingDirectory;
  /** What to tell each asker once it is committed. */
  readonly outcomes: readonly (() => void)[];
  readonly deadLetters: readonly OutRecord[];
  readonly offsets: readonly CommitOffset[];
}

function records<V>(
  changed: ReadonlyMap<string, V>, encode: (value: V) => Buffer | null, timestamp: number,
): OutRecord[] {
  return Array.from(changed, ([key, value]) => ({ key: Buffer.from(key), value: encode(value), timestamp }));
}

const BATCH_MAX = 100;
const QUEUE_MAX = 2_000;
const LATE_MS = 15_000;
const FAILURES_MAX = 30;
const BACK_OFF_FIRST_MS = 50;
const BACK_OFF_MAX_MS = 5_000;
