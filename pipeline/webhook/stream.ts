import type { WebhookEndpoint } from '../records/records.ts';

/** How far an endpoint has got in one partition of one topic, and what it has not taken. */
export interface Stream {
  readonly endpointId: string;
  readonly topic: string;
  readonly partition: number;
  /** Each word of a person raises it: what was done under an earlier one counts no more. */
  readonly epoch: number;
  /** Everything before is taken, parked, or not for this endpoint. `FROM_START`: the log's start. */
  readonly position: number;
  /** Records of an earlier time (UTC ms) are passed over. */
  readonly from: number;
  /** Attempts in a row at the record at `position` that failed, and when the next one is due (UTC ms). */
  readonly failures: number;
  readonly nextAt: number;
  /** What the last failure was, in a word; empty: none since a record was taken. */
  readonly problem: string;
  /** A record was taken since the last was parked: the endpoint is there, so it is the record that it can't take. */
  readonly mayPark: boolean;
  /** In the order of the log; of an account only the first is tried. */
  readonly parked: readonly Parked[];
  /** UTC ms; null: enabled. */
  readonly disabledAt: number | null;
}

/** A record set aside, so that other accounts' records need not wait for it. Only its place in the log is kept. */
export interface Parked {
  readonly offset: number;
  readonly accountId: string;
  /** 0: not tried yet, it waits behind another of its account. */
  readonly failures: number;
  readonly nextAt: number;
}

export const FROM_START = -1;

/** What came of an attempt. */
export type Answer =
  | { readonly kind: 'taken' }
  /** 410: the endpoint wants nothing any more. */
  | { readonly kind: 'gone' }
  | {
    readonly kind: 'failed';
    readonly problem: string;
    /** It answered, so it may be this record that it can't take. */
    readonly answered: boolean;
    /** It asks to be left alone for so long; 0: it does not. */
    readonly retryAfterMs: number;
  };

/** A record for this endpoint. */
export interface Due {
  readonly offset: number;
  /** Where to read on after it. */
  readonly next: number;
  readonly accountId: string;
}

export type Work =
  | { readonly kind: 'parked'; readonly offset: number }
  | { readonly kind: 'head' }
  /** Nothing before that time (UTC ms), unless a person says otherwise. */
  | { readonly kind: 'idle'; readonly until: number };

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
/** Waits after the first, second, ... failed attempt at a record: three days and four hours in all. */
export const BACK_OFF_MS = [
  5 * SECOND, 30 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR,
] as const;
/** A record that was answered with an error so often is parked, if the endpoint has taken others. */
export const PARKED_AFTER = 3;
export const PARKED_MAX = 100;
export const RETRY_AFTER_MAX_MS = 24 * HOUR;

export function newStream({ endpointId, deliverFrom }: WebhookEndpoint, topic: string, partition: number): Stream {
  return {
    endpointId, topic, partition, epoch: 0, position: FROM_START, from: deliverFrom, failures: 0, nextAt: 0,
    problem: '', mayPark: false, parked: [], disabledAt: null,
  };
}

/** What is to be done at this time (UTC ms). Parked records that are due go first: they are the older ones. */
export function nextWork(stream: Stream, now: number): Work {
  if (stream.disabledAt !== null) return { kind: 'idle', until: Infinity };
  const firsts = firstOfEachAccount(stream.parked).filter((parked) => !isGivenUp(parked));
  const due = firsts.find(({ nextAt }) => nextAt <= now);
  if (due !== undefined) return { kind: 'parked', offset: due.offset };
  if (stream.nextAt <= now) return { kind: 'head' };
  return { kind: 'idle', until: Math.min(stream.nextAt, ...firsts.map(({ nextAt }) => nextAt)) };
}

/** Tried through the whole back-off: only a person has it tried again. */
export function isGivenUp({ failures }: Parked): boolean {
  return failures > BACK_OFF_MS.length;
}

/** The record is not for this endpoint. */
export function passedOver(stream: Stream, next: number): Stream {
  return { ...stream, position: next };
}

/** Whether the record must wait behind a parked one of its account. */
export function waitsBehind(stream: Stream, { accountId }: Due): boolean {
  return stream.parked.some((parked) => parked.accountId === accountId);
}

/** Parks a record behind another of its account, or disables the endpoint if there is no room. */
export function parkedBehind(stream: Stream, due: Due, now: number): Stream {
  if (stream.parked.length >= PARKED_MAX) return disabled(stream, 'too_many_parked', now);
  return { ...park(stream, due, 0, 0), mayPark: stream.mayPark };
}

/** After an attempt at the record at the stream's position. */
export function afterHead(stream: Stream, due: Due, answer: Answer, now: number): Stream {
  switch (answer.kind) {
    case 'taken':
      return { ...stream, position: due.next, failures: 0, nextAt: 0, problem: '', mayPark: true };
    case 'gone':
      return disabled(stream, 'gone', now);
    case 'failed': {
      const failures = stream.failures + 1;
      const failed = { ...stream, failures, problem: answer.problem };
      if (failures > BACK_OFF_MS.length) return disabled(failed, answer.problem, now);
      if (answer.answered && failures >= PARKED_AFTER && stream.mayPark) {
        if (stream.parked.length >= PARKED_MAX) return disabled(failed, 'too_many_parked', now);
        return park(failed, due, failures, now + pauseMs(failures, answer.retryAfterMs));
      }
      return { ...failed, nextAt: now + pauseMs(failures, answer.retryAfterMs) };
    }
  }
}

/** After an attempt at a parked record. */
export function afterParked(stream: Stream, offset: number, answer: Answer, now: number): Stream {
  switch (answer.kind) {
    case 'taken':
      return { ...withoutParked(stream, offset), mayPark: true };
    case 'gone':
      return disabled(stream, 'gone', now);
    case 'failed': {
      const parked = stream.parked.map((each) => {
        if (each.offset !== offset) return each;
        const failures = each.failures + 1;
        return { ...each, failures, nextAt: now + pauseMs(failures, answer.retryAfterMs) };
      });
      return { ...stream, parked, problem: answer.problem };
    }
  }
}

/** A parked record that is no longer in the log, or no longer for this endpoint. */
export function withoutParked(stream: Stream, offset: number): Stream {
  return { ...stream, parked: stream.parked.filter((each) => each.offset !== offset) };
}

/** The log has dropped records that were still to be delivered: a person must know before the rest goes on. */
export function afterLoss(stream: Stream, now: number): Stream {
  return disabled({ ...stream, position: FROM_START }, 'records_gone', now);
}

/** A person's word: go on from where it stopped, and try what is parked at once. */
export function enabled(stream: Stream): Stream {
  return {
    ...stream, epoch: stream.epoch + 1, failures: 0, nextAt: 0, problem: '', mayPark: false, disabledAt: null,
    parked: stream.parked.map((each) => ({ ...each, failures: 0, nextAt: 0 })),
  };
}

/** A person's word: send nothing until it is enabled again. */
export function disabledByHand(stream: Stream, now: number): Stream {
  return { ...disabled(stream, 'by_hand', now), epoch: stream.epoch + 1 };
}

/** A person's word: everything since that time (UTC ms) once more, under the same ids. */
export function replayed(stream: Stream, from: number): Stream {
  return { ...enabled(stream), position: FROM_START, from, parked: [] };
}

function disabled(stream: Stream, problem: string, now: number): Stream {
  return { ...stream, problem, disabledAt: now };
}

function park(stream: Stream, { offset, next, accountId }: Due, failures: number, nextAt: number): Stream {
  return {
    ...stream, position: next, failures: 0, nextAt: 0, mayPark: false,
    parked: [...stream.parked, { offset, accountId, failures, nextAt }],
  };
}

function pauseMs(failures: number, retryAfterMs: number): number {
  const backOff = BACK_OFF_MS[failures - 1] ?? BACK_OFF_MS.at(-1)!;
  return Math.max(backOff, Math.min(retryAfterMs, RETRY_AFTER_MAX_MS));
}

function firstOfEachAccount(parked: readonly Parked[]): readonly Parked[] {
  const seen = new Set<string>();
  return parked.filter(({ accountId }) => !seen.has(accountId) && seen.add(accountId));
}
