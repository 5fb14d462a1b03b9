import { setTimeout as pause } from 'node:timers/promises';
import { applyAccounts } from '../../pipeline/accounts/apply.ts';
import { parseAccounts } from '../../pipeline/accounts/accounts-file.ts';
import { applyGarages } from '../../pipeline/garages/apply.ts';
import { defaultSettings, parseGarages } from '../../pipeline/garages/garages-file.ts';
import { lags, waitForStages } from '../../pipeline/replay/downstream.ts';
import { openGarageControls } from '../../pipeline/replay/garage-controls.ts';
import type { Parts } from '../../pipeline/replay/parts.ts';
import { openReadSender } from '../../pipeline/replay/read-sender.ts';
import { profiles } from '../fleet/faults.ts';
import { generateFleet } from '../fleet/generate.ts';
import type { Fleet } from '../fleet/generate.ts';
import { atSpeed } from '../fleet/pace.ts';
import type { TruthLine } from '../fleet/truth.ts';
import { closeDayOrLater } from './day-close.ts';
import { openLiveView } from './live-view.ts';
import type { Screen, Snapshot } from './live-view.ts';
import { readCharges, readIrregularities, readOverview, readVisits } from './read-back.ts';
import type { Books } from './reconcile.ts';
import { firstVehicleOf, nextRunNumber, runPrefix } from './run-number.ts';

export interface DemoOptions {
  readonly parts: Parts;
  readonly ingestUrl: string;
  readonly ingestKey: string;
  readonly seed: string;
  readonly garages: number;
  /** A simulated day passes so many times faster than a real one. */
  readonly speedup: number;
  readonly out: Screen;
}

export interface DemoResult {
  /** How the ids of this run begin. */
  readonly run: string;
  readonly books: Books;
}

const VEHICLES_PER_GARAGE = 150;
const DAY_MS = 86_400_000;

/**
 * A past working day of a new fleet through the running pipeline, over HTTP; then, once nothing is held and the day is
 * closed, what came of it beside the truth.
 */
export async function runDemo(options: DemoOptions): Promise<DemoResult> {
  const { parts, garages, seed, out } = options;
  const { log, ids, clickhouse, downstream } = parts;
  const number = await nextRunNumber(parts);
  const run = runPrefix(number);
  const day = workingDayBefore(Date.now());
  const fleet = generateFleet({
    seed, garages, vehicles: garages * VEHICLES_PER_GARAGE, days: 1, from: day, faults: profiles.demo,
    idPrefix: run, firstVehicle: firstVehicleOf(number),
  });
  out.write(`A day (${day}) in ${garages} garages, ${options.speedup} times as fast as it was:\n`);

  const accounts = [...fleet.accounts()];
  await applyGarages({ log, ids, garages: parseGarages(fleet.garages), issuedBy: 'demo' });
  await applyAccounts({ log, ids, accounts: parseAccounts(accounts), issuedBy: 'demo' });
  await waitForStages(log, downstream, ['visits', 'pricing']);

  const own = { prefix: `${run}-` };
  const watch = watchPipeline(options, fleet, own.prefix);
  const truth = await sendDay(options, fleet, watch.progress);
  watch.progress.phase = 'waiting until everything is through';
  await waitForStages(log, downstream, ['visits']);
  const garageIds = fleet.garages.map(({ garageId }) => garageId);
  const controls = openGarageControls({ log, ids, issuedBy: 'demo', reason: 'end of the simulated day' });
  // Held, so that no camera is thought to be silent after the day.
  await controls.hold(garageIds);
  await controls.advance(garageIds, fleet.to + defaultSettings.horizonMs);
  await controls.release(garageIds);
  await waitForStages(log, downstream, ['visits', 'pricing']);
  watch.progress.phase = 'closing the day';
  await closeDayOrLater(parts, day);
  watch.progress.phase = 'waiting for charges and warehouse';
  await waitForStages(log, downstream, ['charges', 'warehouse']);
  watch.progress.phase = 'done';
  await watch.end();

  return {
    run,
    books: {
      truth,
      garages: fleet.garages,
      accounts,
      visits: await readVisits(clickhouse, own),
      irregularities: await readIrregularities(clickhouse, own),
      charges: await readCharges(log, ids, own.prefix),
    },
  };
}

/** The last Monday to Friday that is over long enough for its clock, moved past the horizon, to lie in the past. */
function workingDayBefore(now: number): string {
  const date = new Date(now - 4 * DAY_MS);
  while (date.getUTCDay() === 0 || date.getUTCDay() === 6) date.setTime(date.getTime() - DAY_MS);
  return date.toISOString().slice(0, 10);
}

/** Where the demo is; the one who looks at the pipeline shows it. */
interface Progress {
  phase: string;
  /** Simulated time, UTC ms. */
  time: number;
  /** Reads accepted by ingest. */
  reads: () => number;
}

async function sendDay(
  { ingestUrl, ingestKey, speedup, parts }: DemoOptions, fleet: Fleet, progress: Progress,
): Promise<TruthLine[]> {
  const sender = openReadSender({ url: ingestUrl, key: ingestKey });
  progress.reads = () => sender.counts.accepted;
  const truth: TruthLine[] = [];
  const inTurn = atSpeed(speedup, fleet.from);
  for (const event of fleet.events()) {
    if (event.kind === 'truth') {
      truth.push(event.line);
      continue;
    }
    await inTurn(event);
    progress.time = event.deliverAt;
    await sender.send(event.read.garageId, event.read);
  }
  await sender.settled();
  if (sender.counts.refused > 0) parts.logger.error({ reads: sender.counts.refused }, 'ingest refused reads');
  return truth;
}

interface Watch {
  readonly progress: Progress;
  /** Shows the last figures. */
  end(): Promise<void>;
}

/** Looks at the pipeline again and again beside the main work. */
function watchPipeline({ parts, out }: DemoOptions, fleet: Fleet, prefix: string): Watch {
  const view = openLiveView(out);
  const progress: Progress = { phase: 'cameras are reading', time: fleet.from, reads: () => 0 };
  const ending = new AbortController();
  let last: Snapshot = {
    phase: progress.phase, time: progress.time, reads: 0, readsPerSecond: 0,
    inside: 0, closed: 0, irregularities: 0, lags: { visits: 0, pricing: 0, charges: 0, warehouse: 0 },
  };
  let lastAt = performance.now();

  const look = async (): Promise<void> => {
    const [overview, behind] = await Promise.all([
      readOverview(parts.clickhouse, { prefix }),
      lags(parts.log, parts.downstream),
    ]);
    const { phase, time } = progress;
    const reads = progress.reads();
    const at = performance.now();
    const readsPerSecond = (reads - last.reads) / ((at - lastAt) / 1000);
    lastAt = at;
    last = { phase, time, reads, readsPerSecond, ...overview, lags: behind };
    view.show(last);
  };
  const looking = (async () => {
    while (!ending.signal.aborted) {
      await pause(view.everyMs, undefined, { signal: ending.signal }).catch(() => {});
      // What keeps the figures from coming will fail the main work too, if it lasts.
      if (!ending.signal.aborted) {
        await look().catch(() => view.show({ ...last, phase: `${progress.phase} (no new figures)` }));
      }
    }
  })();
  return {
    progress,
    async end() {
      ending.abort();
      await looking;
      await look();
    },
  };
}
