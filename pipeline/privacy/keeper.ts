import { Counter, Gauge, type Registry } from 'prom-client';
import type { EngineClock } from '../engine/clock.ts';
import type { Logger } from '../engine/logger.ts';
import type { Anonymised } from './round.ts';
import { ROUND_EVERY_MS } from './retention.ts';

export interface KeeperOptions {
  /** One round at that time (UTC ms). */
  readonly round: (now: number, told: (what: Anonymised, count: number) => void, signal: AbortSignal) => Promise<void>;
  /** Plates that are past their time. */
  readonly overdue: (now: number) => Promise<number>;
  readonly logger: Logger;
  readonly metrics: Registry;
  /** False: no round has succeeded for more than a day and a bit. */
  readonly setReady: (ready: boolean) => void;
  readonly clock: EngineClock;
}

const FIRST_RETRY_MS = 1_000;
const RETRY_MAX_MS = 5 * 60_000;
/** Never longer, so that a wall clock that is set is followed. */
const SLEEP_MAX_MS = 60_000;
/** A round that is two hours late is told by the health check. */
const LATE_AFTER_MS = ROUND_EVERY_MS + 2 * 3_600_000;

/**
 * A round at once and every day from then on, until stopped. Several may run: a round over a round takes nothing twice.
 */
export function runKeeper(options: KeeperOptions): { stop(): Promise<void> } {
  const { round, overdue, logger, setReady, clock } = options;
  const metrics = newMetrics(options.metrics);
  const stopping = new AbortController();
  let succeededAt: number | null = null;
  const ended = keep();
  return {
    async stop() {
      stopping.abort();
      await ended;
    },
  };

  async function keep(): Promise<void> {
    setReady(false);
    for (let failures = 0; !stopping.signal.aborted; ) {
      const now = clock.wallMs();
      try {
        if (succeededAt === null || now >= succeededAt + ROUND_EVERY_MS) {
          await round(now, tell, stopping.signal);
          if (stopping.signal.aborted) return;
          metrics.overdue.set(await overdue(now));
          metrics.lastRound.set(now / 1_000);
          succeededAt = now;
          failures = 0;
          setReady(true);
        }
        await clock.sleep(
          Math.min(SLEEP_MAX_MS, Math.max(0, succeededAt + ROUND_EVERY_MS - clock.wallMs())),
          stopping.signal,
        );
      } catch (error) {
        if (succeededAt === null || now > succeededAt + LATE_AFTER_MS) setReady(false);
        metrics.failures.inc();
        logger.warn({ err: error }, 'what is past its time could not be anonymised, trying again');
        await clock.sleep(Math.min(RETRY_MAX_MS, FIRST_RETRY_MS * 2 ** failures), stopping.signal);
        failures += 1;
      }
    }
  }

  function tell(what: Anonymised, count: number): void {
    metrics.anonymised.inc({ what }, count);
    if (count > 0) logger.info({ what, count }, 'anonymised what is past its time');
  }
}

function newMetrics(registry: Registry) {
  const registers = [registry];
  return {
    anonymised: new Counter({
      name: 'bomfri_anonymised_total', registers, labelNames: ['what'],
      help: 'Plates of visits, holders, accounts with something past, permits and owners that were past their time '
        + 'and are gone.',
    }),
    failures: new Counter({
      name: 'bomfri_anonymisation_failures_total', registers,
      help: 'Rounds that could not do everything and are tried again.',
    }),
    overdue: new Gauge({
      name: 'bomfri_overdue_plates', registers,
      help: 'Visits that had a plate past its time when the last round had ended. Alert on any.',
    }),
    lastRound: new Gauge({
      name: 'bomfri_last_anonymisation_timestamp_seconds', registers,
      help: 'When the last round that did everything began. Alert when it is older than 26 hours.',
    }),
  };
}
