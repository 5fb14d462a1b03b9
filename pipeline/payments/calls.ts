import type { EngineClock } from '../engine/clock.ts';
import type { Logger } from '../engine/logger.ts';
import { UnknownOutcomeError, type Gateway, type LookedUp, type OperationAnswer } from './gateway.ts';
import type { Heard, Payment } from './rules.ts';
import { atMost } from '../service/at-most.ts';

/** The operations of one task's payments that are under way at the gateway, and what was heard of them. */
export interface Calls {
  /**
   * Sees the payment's present operation through. Told again and again while the payment is in that phase, which does
   * nothing but say that somebody still waits for the answer.
   * @param isNew the gateway can't have heard of it: nothing needs to be looked up first
   */
  begin(payment: Payment, isNew: boolean): void;
  /** What was heard since the last time, in that order. */
  heard(): readonly { readonly requestId: string; readonly phase: Payment['phase']; readonly heard: Heard }[];
}

export interface CallsOptions {
  readonly gateway: Gateway;
  readonly clock: EngineClock;
  readonly logger: Logger;
  /** Aborts when nobody waits for answers any more. */
  readonly stopping: AbortSignal;
}

/** Requests to the gateway at the same time, of all tasks of a process. */
const REQUESTS_MAX = 16;
const RETRY_FIRST_MS = 1_000;
const RETRY_MAX_MS = 60_000;
/** An authorisation that the gateway did not take in, sent so often, is given up. */
const SENDS_MAX = 6;
/** The task has another owner, or none: its ticks come several times a second. */
const ABANDONED_MS = 120_000;
/** How long after a request was sent the gateway may still take it in. */
const STRAGGLING_MS = 60_000;

/** Makes calls for one task after the other; all share the requests that may be under way. */
export function callsFor({ gateway, clock, logger, stopping }: CallsOptions): () => Calls {
  const slot = atMost(REQUESTS_MAX);

  return () => {
    const underway = new Map<string, Payment['phase']>();
    let wantedAtMs = clock.monotonicMs();
    let news: { requestId: string; phase: Payment['phase']; heard: Heard }[] = [];
    return {
      begin(payment, isNew) {
        const { requestId, phase } = payment;
        wantedAtMs = clock.monotonicMs();
        if (underway.get(requestId) === phase) return;
        underway.set(requestId, phase);
        const tell = (heard: Heard): void => void news.push({ requestId, phase, heard });
        const isWanted = (): boolean => !stopping.aborted && clock.monotonicMs() - wantedAtMs < ABANDONED_MS;
        void seeThrough(payment, isNew, isWanted, () => tell({ kind: 'unknown' })).then((answer) => {
          if (answer !== null) tell(answer);
          else if (underway.get(requestId) === phase) underway.delete(requestId);
        }, (error: unknown) => {
          // A defect: it is not tried again before the next claim, and the payment stays as it is.
          logger.error({ err: error, phase }, 'a payment can not be seen through');
        });
      },
      heard() {
        const told = news;
        news = [];
        // Not before: told to begin once more, an operation that was given up would be sent again.
        for (const { requestId, phase, heard } of told) {
          if (heard.kind !== 'unknown' && underway.get(requestId) === phase) underway.delete(requestId);
        }
        return told;
      },
    };
  };

  /**
   * Asks until the outcome is known: a lost answer is looked up, and only what the gateway has not taken in is sent
   * again, under the same reference. Null: nobody waits for it any more.
   */
  async function seeThrough(
    payment: Payment, isNew: boolean, isWanted: () => boolean, unknown: () => void,
  ): Promise<OperationAnswer | null> {
    let isSent = !isNew;
    let sends = 0;
    for (let failures = 0; isWanted(); ) {
      try {
        if (isSent) {
          const found = await slot(() => lookUp(payment));
          if (found.kind !== 'none') return found;
          if (payment.phase === 'authorising' && sends >= SENDS_MAX) return { kind: 'refused', code: 'never_taken_in' };
        }
        isSent = true;
        sends += 1;
        return await slot(() => send(payment));
      } catch (error) {
        if (!(error instanceof UnknownOutcomeError)) throw error;
        failures += 1;
        unknown();
        const { phase } = payment;
        logger.warn({ phase, failures, reason: error.message }, 'the outcome of a payment is unknown, looking it up');
        const pauseMs = Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** (failures - 1));
        await clock.sleep(sends >= SENDS_MAX ? Math.max(pauseMs, STRAGGLING_MS) : pauseMs, stopping);
      }
    }
    return null;
  }

  function send(
    { phase, orderId, authorisationReference, captureReference, ...payment }: Payment,
  ): Promise<OperationAnswer> {
    switch (phase) {
      case 'authorising': return gateway.authorise({ ...payment, reference: authorisationReference });
      case 'capturing': return gateway.capture({ ...payment, reference: captureReference, orderId });
      case 'reversing': return gateway.reverse({ ...payment, reference: captureReference, orderId });
      case 'ended': throw new Error('an ended payment has no operation under way');
    }
  }

  function lookUp({ phase, orderId, authorisationReference, captureReference }: Payment): Promise<LookedUp> {
    switch (phase) {
      case 'authorising': return gateway.lookUpAuthorisation(authorisationReference);
      case 'capturing': return gateway.lookUpCapture(captureReference, orderId);
      case 'reversing': return gateway.lookUpReversal(captureReference, orderId);
      case 'ended': throw new Error('an ended payment has no operation under way');
    }
  }
}
