import { Counter, Gauge, type Registry } from 'prom-client';
import { systemClock, type EngineClock } from '../engine/clock.ts';
import type { Log } from '../engine/log.ts';
import type { Logger } from '../engine/logger.ts';
import { addDays, dayOf } from '../pricing/calendar.ts';
import type { SchemaIds } from '../records/codec.ts';
import { askWhetherPriced } from './caught-up.ts';
import { nextClose } from './closer-rules.ts';
import { closeDay, lastClosedDay } from './day-close.ts';

export interface CloserOptions {
  readonly log: Log;
  readonly ids: SchemaIds;
  /** IANA zone of billing days. */
  readonly zone: string;
  readonly logger: Logger;
  readonly metrics: Registry;
  readonly clock?: EngineClock;
}

export interface RunningCloser {
  stop(): Promise<void>;
  /** Resolves only when it failed for good. */
  readonly failed: Promise<Error>;
}

const LOOK_EVERY_MS = 5_000;
/** Never longer, so that a wall clock that is set is followed. */
const SLEEP_MAX_MS = 60_000;
const FAILURES_MAX = 30;

/** Closes each billing day in its time, until stopped. Several may run: each day is closed once. */
export function runCloser(options: CloserOptions): RunningCloser {
  const { log, ids, zone, logger, clock = systemClock } = options;
  const metrics = newMetrics(options.metrics);
  const stopping = new AbortController();
  // Where no day was ever closed, the one on which the first closer begins is the first.
  const closedBefore = addDays(dayOf(clock.wallMs(), zone), -1);
  const { promise: failed, resolve: fail } = Promise.withResolvers<Error>();
  const done = closeDays();
  return {
    failed,
    async stop() {
      stopping.abort();
      await done;
    },
  };

  async function closeDays(): Promise<void> {
    let failures = 0;
    while (!stopping.signal.aborted) {
      try {
        await closeNextDay();
        failures = 0;
      } catch (error) {
        failures += 1;
        if (failures > FAILURES_MAX) return fail(error as Error);
        logger.warn({ err: error }, 'the day could not be closed, trying again');
        await clock.sleep(LOOK_EVERY_MS, stopping.signal);
      }
    }
  }

  async function closeNextDay(): Promise<void> {
    const lastClosed = await lastClosedDay(log, ids);
    if (lastClosed !== null) metrics.lastClosedDay.set(Date.parse(lastClosed) / 1000);
    const { billingDay, opensAt, latestAt } = nextClose(clock.wallMs(), lastClosed ?? closedBefore, zone);
    if (clock.wallMs() < opensAt) {
      await clock.sleep(Math.min(SLEEP_MAX_MS, opensAt - clock.wallMs()), stopping.signal);
      // Somebody may have closed it by hand in the meantime: look again.
      return;
    }
    const priced = await untilPriced(latestAt);
    if (stopping.signal.aborted) return;
    if (!priced) {
      metrics.unpricedCloses.inc();
      logger.error(
        { billingDay },
        'the day is closed although not all of it is priced: what comes later joins the next close',
      );
    }
    if (await closeDay({ log, ids, billingDay, closedAt: clock.wallMs() })) logger.info({ billingDay }, 'day closed');
  }

  async function untilPriced(latestAt: number): Promise<boolean> {
    const isPriced = askWhetherPriced(log);
    while (!stopping.signal.aborted) {
      if (await isPriced()) return true;
      if (clock.wallMs() >= latestAt) return false;
      await clock.sleep(LOOK_EVERY_MS, stopping.signal);
    }
    return false;
  }
}

function newMetrics(registry: Registry) {
  const registers = [registry];
  return {
    unpricedCloses: new Counter({
      name: 'bomfri_unpriced_closes_total', registers,
      help: 'Days closed at the latest time although not everything was priced. Alert on any.',
    }),
    lastClosedDay: new Gauge({
      name: 'bomfri_last_closed_day_timestamp_seconds', registers,
      help: 'The last closed billing day, as the epoch time of its midnight in UTC.',
    }),
  };
}
