import { topics } from '../../topics/topics.ts';
import { openKeyRing } from '../access/open-key-ring.ts';
import { openRequestCounts } from '../access/request-counts.ts';
import { openGlobalTable } from '../engine/global-table.ts';
import { openKafkaLog } from '../kafka/kafka-log.ts';
import { openAccessLog } from '../privacy/access-log.ts';
import { openCodec } from '../records/codec.ts';
import { openRegistry } from '../records/registry.ts';
import { listen } from '../service/admin-server.ts';
import { localPort, readConfig } from '../service/config.ts';
import { engineObserver } from '../service/engine-metrics.ts';
import { openLogger } from '../service/logging.ts';
import { runService } from '../service/process.ts';
import type { RunningPart, Service } from '../service/process.ts';
import { openClickHouse } from '../warehouse/clickhouse.ts';
import { writeControl } from '../visits/review/tell-visits.ts';
import { openEntries } from './entries-of-range.ts';
import { beginEpoch } from './epoch.ts';
import { openEvidenceSource } from './evidence-source.ts';
import { openRedis, untilThere } from '../service/redis.ts';
import { newLiveServer } from './server.ts';
import { runProjection } from './projection.ts';
import { refreshedEvery } from './refreshed.ts';
import { openReviewQueue } from './review-queue.ts';
import { stageStatuses } from './stage-lags.ts';
import { openStatus } from './status.ts';
import { openTakeIn } from './take-in.ts';
import { openVisitsQuery } from '../warehouse/visits-query.ts';

const ASK_STAGES_EVERY_MS = 3_000;

/** The process that fills Redis from the topics and serves the read API, the event stream and the status page. */
export function main(): Promise<never> {
  return runService('live', localPort('liveAdmin'), startLive);
}

/**
 * `bomfri live --rebuild`: empties Redis; the process that fills it, now or when it starts, reads the
 * topics from their start.
 */
export async function rebuildMain(): Promise<void> {
  const config = readConfig();
  const redis = openRedis(config.redisUrl, openLogger('live-rebuild', 'warn'));
  try {
    await untilThere(redis, AbortSignal.timeout(REBUILD_WAIT_MS));
    console.log(`Epoch ${await beginEpoch(redis)} begun: \`npx bomfri live\` fills it from the start of the topics.`);
  } finally {
    redis.disconnect();
  }
}

const REBUILD_WAIT_MS = 5_000;

async function startLive(service: Service): Promise<RunningPart> {
  const { config, logger, metrics, setReady } = service;
  const ids = await openRegistry(config.registryUrl);
  const log = openKafkaLog({ brokers: config.brokers, clientId: 'bomfri-live', logger });
  const garages = await openGlobalTable({ log, topic: topics.garages.name, codec: openCodec('Garage', ids), logger });
  const keyRing = await openKeyRing(log, ids, garages, logger);
  const redis = openRedis(config.redisUrl, logger);
  const requestCounts = openRequestCounts(redis, metrics, logger);
  const clickhouse = openClickHouse(config.clickhouseUrl);

  const projection = runProjection({
    redis, log, logger, setReady,
    observerOf: (stage) => engineObserver(metrics, stage),
    entries: openEntries(ids, (garageId) => garages.get(garageId), logger),
    takeIn: openTakeIn(redis),
  });
  const app = newLiveServer({
    status: openStatus(redis, garages),
    visits: openVisitsQuery(clickhouse),
    review: {
      queue: openReviewQueue(redis, garages),
      evidence: openEvidenceSource(log, ids),
      noteLook: openAccessLog(log, ids),
      write: (control) => writeControl(log, ids, control),
      now: Date.now,
    },
    stages: refreshedEvery(ASK_STAGES_EVERY_MS, () => stageStatuses(config.stageUrls)),
    keyRing, requestCounts, readiness: service, logger,
  });
  await listen(app, { host: config.host, port: localPort('page') });

  return {
    failed: projection.failed,
    async stop() {
      await Promise.all([app.close(), projection.stop()]);
      requestCounts.close();
      await Promise.all([keyRing.close(), garages.close()]);
      await Promise.all([log.close(), clickhouse.close()]);
      redis.disconnect();
    },
  };
}
