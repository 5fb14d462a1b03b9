import { topics } from '../../topics/topics.ts';
import { openKeyRing } from '../access/open-key-ring.ts';
import { openRequestCounts } from '../access/request-counts.ts';
import { openGlobalTable } from '../engine/global-table.ts';
import { openKafkaLog } from '../kafka/kafka-log.ts';
import { openCodec } from '../records/codec.ts';
import { openRegistry } from '../records/registry.ts';
import { listen } from '../service/admin-server.ts';
import { localPort } from '../service/config.ts';
import { runService } from '../service/process.ts';
import { openRedis } from '../service/redis.ts';
import { openCameraIndex } from './cameras/camera-index.ts';
import { heldBatches } from './cameras/held-event.ts';
import { openWatchTeller } from './cameras/watch-channel.ts';
import { probeLog } from './log-probe.ts';
import { newLogWriter } from './log-writer.ts';
import { newIngestServer } from './server.ts';

const PROBE_EVERY_MS = 5_000;
const PROBE_LIMIT_MS = 3_000;

/** The process that takes reads over HTTP and writes them to `parking.reads`. */
export function main(): Promise<never> {
  return runService('ingest', localPort('ingestAdmin'), async (service) => {
    const { config, logger, metrics, stopping } = service;
    const ids = await openRegistry(config.registryUrl);
    const log = openKafkaLog({ brokers: config.brokers, clientId: 'bomfri-ingest', logger });
    const partitions = (await log.partitionCounts([topics.reads.name])).get(topics.reads.name)!;
    const garages = await openGlobalTable({ log, topic: topics.garages.name, codec: openCodec('Garage', ids), logger });
    const keyRing = await openKeyRing(log, ids, garages, logger);
    const redis = openRedis(config.redisUrl, logger);
    const requestCounts = openRequestCounts(redis, metrics, logger);
    const watchTeller = openWatchTeller(redis);
    const heldCodec = openCodec('HeldEvent', ids);
    const app = newIngestServer({
      writer: newLogWriter(log, openCodec('CameraRead', ids), partitions),
      cameras: {
        index: openCameraIndex(garages),
        hold: (events) => log.append(heldBatches(events, heldCodec)),
        told: watchTeller.told,
      },
      keyRing, requestCounts, readiness: service, metrics, logger,
    });
    await listen(app, { host: config.host, port: localPort('ingest') });
    const probing = probeLog(log, { topic: topics.reads.name, partition: 0 }, {
      everyMs: PROBE_EVERY_MS, limitMs: PROBE_LIMIT_MS, stopping, told: service.setReady,
    });
    return {
      async stop() {
        await app.close();
        requestCounts.close();
        watchTeller.close();
        redis.disconnect();
        await Promise.all([keyRing.close(), garages.close()]);
        await log.close();
        await probing;
      },
      failed: new Promise(() => {}),
    };
  });
}
