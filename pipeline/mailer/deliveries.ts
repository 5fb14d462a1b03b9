import { WarehouseAwayError } from '../warehouse/rows-from.ts';
import type { EngineClock } from '../engine/clock.ts';
import type { Logger } from '../engine/logger.ts';
import type { MailOutcome } from '../records/records.ts';
import { atMost } from '../service/at-most.ts';
import { messageIdOf, type Message, type NoMessage } from './compose.ts';
import type { Mail } from './state.ts';

/** What became of a mail for good. */
export interface Decided {
  readonly mailId: string;
  readonly outcome: MailOutcome;
  readonly code: string;
  readonly messageId: string;
}

/** One task's mails that are under way, and what became of them. */
export interface Deliveries {
  /** Sees the mail through, once. Told again and again while it is wanted, which does nothing but say so. */
  begin(mail: Mail): void;
  /** What was decided since the last time, in that order. */
  decided(): readonly Decided[];
}

/** The mail server refuses the mail for good; anything else that `send` throws is tried again. */
export class RefusedMailError extends Error {
  override name = 'RefusedMailError';
  readonly code: string;
  constructor(code: string) {
    super(`the mail server refuses it with ${code}`);
    this.code = code;
  }
}

/** The mail server takes this one not now, but others perhaps. */
export class DeferredMailError extends Error {
  override name = 'DeferredMailError';
}

/** Not this mail is the trouble: no connection, a wrong password, a sender that is not allowed. */
export class SmtpAwayError extends Error {
  override name = 'SmtpAwayError';
}

export interface DeliveriesOptions {
  /** @throws {WarehouseAwayError} @throws anything else: it can't be made now, others perhaps */
  readonly compose: (mail: Mail) => Promise<Message | NoMessage>;
  /** @throws {RefusedMailError} @throws {DeferredMailError} @throws {SmtpAwayError} */
  readonly send: (message: Message) => Promise<void>;
  readonly clock: EngineClock;
  readonly logger: Logger;
  /** Aborts when no mail is to be begun any more. */
  readonly stopping: AbortSignal;
}

/** Mails at the same time, of all tasks of a process. */
const AT_ONCE_MAX = 4;
const RETRY_FIRST_MS = 1_000;
/** While the server or the warehouse is away; a mail that is put off waits up to the other. */
const AWAY_MAX_MS = 60_000;
const DEFERRED_MAX_MS = 3_600_000;
const SETTLE_MS = 5_000;
const SETTLE_LOOK_MS = 50;
/** The task has another owner, or none: its ticks come several times a second. */
const ABANDONED_MS = 15_000;

/** The deliveries of a process. */
export interface AllDeliveries {
  /** Those of a task that begins; all tasks share the mails that may be under way. */
  forTask(): Deliveries;
  /**
   * After `stopping`: resolves once what was under way is decided and told, so that it need not be sent again; or after
   * some seconds all the same.
   */
  settled(): Promise<void>;
}

export function openDeliveries({ compose, send, clock, logger, stopping }: DeliveriesOptions): AllDeliveries {
  const slot = atMost(AT_ONCE_MAX);
  /** Attempts in a row that met no server or no warehouse. */
  let awayAttempts = 0;
  /** Mails that are with the server now, or decided and not told yet. */
  let unsettled = 0;

  return { forTask, settled };

  async function settled(): Promise<void> {
    const untilMs = clock.monotonicMs() + SETTLE_MS;
    while (unsettled > 0 && clock.monotonicMs() < untilMs) await clock.sleep(SETTLE_LOOK_MS);
  }

  function forTask(): Deliveries {
    const underway = new Set<string>();
    let wantedAtMs = clock.monotonicMs();
    let news: Decided[] = [];
    const isWanted = (): boolean => !stopping.aborted && clock.monotonicMs() - wantedAtMs < ABANDONED_MS;
    return {
      begin(mail) {
        wantedAtMs = clock.monotonicMs();
        if (underway.has(mail.mailId)) return;
        underway.add(mail.mailId);
        void seeThrough(mail, isWanted).then((decided) => {
          if (decided === null) underway.delete(mail.mailId);
          else {
            unsettled += 1;
            news.push(decided);
          }
        });
      },
      decided() {
        const told = news;
        news = [];
        unsettled -= told.length;
        for (const { mailId } of told) underway.delete(mailId);
        return told;
      },
    };
  }

  /** Tries until the server has decided. Null: nobody waits for it any more. */
  async function seeThrough(mail: Mail, isWanted: () => boolean): Promise<Decided | null> {
    const messageId = messageIdOf(mail.mailId);
    for (let [deferrals, aways] = [0, 0]; isWanted(); ) {
      const tried = await slot(() => attempt(mail, isWanted, aways));
      if (tried === null) return null;
      if (tried === 'away') aways += 1;
      else if (tried === 'deferred') {
        await pause(DEFERRED_MAX_MS, deferrals);
        deferrals += 1;
      } else return { mailId: mail.mailId, messageId, ...tried };
    }
    return null;
  }

  /**
   * Who finds the server or the warehouse away keeps its slot while it waits, so that few ask in vain; then another has a turn, for it
   * may be this mail at which the server hangs up.
   * @param aways how often this mail has found it so
   */
  async function attempt(
    mail: Mail, isWanted: () => boolean, aways: number,
  ): Promise<Omit<Decided, 'mailId' | 'messageId'> | 'deferred' | 'away' | null> {
    if (!isWanted()) return null;
    try {
      const message = await compose(mail);
      if ('none' in message) return { outcome: message.none, code: '' };
      if (!isWanted()) return null;
      unsettled += 1;
      await send(message).finally(() => (unsettled -= 1));
      awayAttempts = 0;
      return { outcome: 'accepted', code: '' };
    } catch (error) {
      if (error instanceof RefusedMailError) return { outcome: 'refused', code: error.code };
      const { name, message } = error as Error;
      logger.warn({ reason: name, message }, 'a mail can not be sent now, trying again');
      if (!(error instanceof SmtpAwayError || error instanceof WarehouseAwayError)) return 'deferred';
      awayAttempts += 1;
      await pause(AWAY_MAX_MS, Math.max(awayAttempts - 1, aways));
      return 'away';
    }
  }

  function pause(mostMs: number, failures: number): Promise<void> {
    return clock.sleep(Math.min(mostMs, RETRY_FIRST_MS * 2 ** Math.min(failures, 30)), stopping);
  }
}
