import { topics } from '../../topics/topics.ts';
import { openKafkaLog } from '../kafka/kafka-log.ts';
import { openCodec } from '../records/codec.ts';
import { openRegistry } from '../records/registry.ts';
import { listen } from '../service/admin-server.ts';
import { localPort } from '../service/config.ts';
import { runService } from '../service/process.ts';
import { probeLog } from './log-probe.ts';
import { newLogWriter } from './log-writer.ts';
import { newIngestServer } from './server.ts';

const PROBE_EVERY_MS = 5_000;
const PROBE_LIMIT_MS = 3_000;

/** The process that takes reads over HTTP and writes them to `parking.reads`. */
export function main(): Promise<never> {
  return runService('ingest', null, async (service) => {
    const { config, logger, metrics, stopping } = service;
    const codec = openCodec('CameraRead', await openRegistry(config.registryUrl));
    const log = openKafkaLog({ brokers: config.brokers, clientId: 'bomfri-ingest', logger });
    const partitions = (await log.partitionCounts([topics.reads.name])).get(topics.reads.name)!;
    const app = newIngestServer({ writer: newLogWriter(log, codec, partitions), readiness: service, metrics, logger });
    await listen(app, { host: config.host, port: localPort('ingest') });
    const probing = probeLog(log, { topic: topics.reads.name, partition: 0 }, {
      everyMs: PROBE_EVERY_MS, limitMs: PROBE_LIMIT_MS, stopping, told: service.setReady,
    });
    return {
      async stop() {
        await app.close();
        await log.close();
        await probing;
      },
      failed: new Promise(() => {}),
    };
  });
}
