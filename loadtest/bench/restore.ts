import { claimTask } from '../../pipeline/engine/claim.ts';
import { systemClock } from '../../pipeline/engine/clock.ts';
import type { Log } from '../../pipeline/engine/log.ts';
import type { Logger } from '../../pipeline/engine/logger.ts';
import { RecordBlock } from '../../pipeline/engine/record-block.ts';
import { TaskState } from '../../pipeline/engine/state.ts';
import type { SchemaIds } from '../../pipeline/records/codec.ts';
import type { CameraRead } from '../../pipeline/records/records.ts';
import { openVisitRules } from '../../pipeline/visits/rules.ts';
import { visitsStage } from '../../pipeline/visits/stage.ts';

const CHUNK_STAYS = 20_000;
const FIRST_ENTRY_MS = Date.UTC(2026, 0, 5);

export interface Restore {
  readonly keys: number;
  readonly seconds: number;
  readonly keys_per_s: number;
  readonly peak_rss_mb: number;
}

/** How long a fresh owner needs to restore one task of the visits stage with so many open stays in its changelog. */
export async function measureRestore(log: Log, ids: SchemaIds, stays: number, logger: Logger): Promise<Restore> {
  const stage = visitsStage({ ids, garages: { get: () => undefined, version: 0, reached: async () => {} } });
  await writeChangelog(log, stage.changelog, stays);
  const startedMs = performance.now();
  const claim = await claimTask(stage, 0, log, systemClock, logger, new AbortController().signal);
  const seconds = (performance.now() - startedMs) / 1000;
  await claim.writer.close();
  return {
    keys: claim.state.size,
    seconds: Math.round(seconds * 100) / 100,
    keys_per_s: Math.round(claim.state.size / seconds),
    peak_rss_mb: Math.round(process.resourceUsage().maxRSS / 1024),
  };
}

/** The changelog that a long row of entries leaves, written as the stage would, but for the transactions. */
async function writeChangelog(log: Log, topic: string, stays: number): Promise<void> {
  let state = new TaskState();
  let rules = openVisitRules(state);
  const nowhere = { visit() {}, irregularity() {}, clockMove() {}, occupancy() {}, ignored() {} };
  for (let n = 0; n < stays; n++) {
    rules.read(entryOf(n), n, 0, nowhere);
    if ((n + 1) % CHUNK_STAYS > 0 && n + 1 < stays) continue;
    const changelog = new RecordBlock();
    state.settle(changelog, Date.now());
    await log.append([{ topic, partition: 0, records: [...changelog] }]);
    // Every plate is a new one: what came before need not be kept here.
    state = new TaskState();
    rules = openVisitRules(state);
  }
}

function entryOf(n: number): CameraRead {
  const at = FIRST_ENTRY_MS + n * 10;
  return {
    readId: `r${n}`, garageId: 'bench-restore', cameraId: 'in-1', laneId: 'in', direction: 'IN', plate: `RS${n}`, country: 'NO',
    confidence: 0.95, candidates: [], capturedAt: at, receivedAt: at, source: 'bench', timing: '',
  };
}
