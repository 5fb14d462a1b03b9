import { Writable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { Registry } from 'prom-client';
import { newTestKeys, uncounted } from '../access/test-keys.ts';
import { openCodec } from '../records/codec.ts';
import type { CameraRead, Garage, HeldEvent } from '../records/records.ts';
import { openLogger } from '../service/logging.ts';
import { openCameraIndex } from './cameras/camera-index.ts';
import type { WatchedEvent } from './cameras/watch.ts';
import { newLogWriter } from './log-writer.ts';
import { newIngestServer } from './server.ts';

/** An ingest server without a log: what it would write is kept. */
export interface TestIngest {
  readonly app: FastifyInstance;
  /** Of the service itself. */
  readonly key: string;
  /** A key of this operator. */
  keyOf(operatorId: string): string;
  /** In the order of their writing. */
  readonly reads: CameraRead[];
  readonly held: HeldEvent[];
  readonly told: WatchedEvent[];
  readonly logged: string[];
  readonly metrics: Registry;
}

/** @param append stands in for a log in trouble */
export function openTestIngest(garages: readonly Garage[] = [], append = async (): Promise<void> => {}): TestIngest {
  const codec = openCodec('CameraRead', {
    own: () => 1,
    fetch: () => Promise.reject(new Error('there is one schema only')),
  });
  const keys = newTestKeys((garageId) =>
    garages.find((garage) => garage.garageId === garageId)?.operatorId ?? 'default');
  const reads: CameraRead[] = [];
  const held: HeldEvent[] = [];
  const told: WatchedEvent[] = [];
  const logged: string[] = [];
  const metrics = new Registry();
  const log = {
    async append(batches: Parameters<Parameters<typeof newLogWriter>[0]['append']>[0]) {
      await append();
      reads.push(...batches.flatMap(({ records }) => records.map(({ value }) => codec.decode(value!))));
    },
  };
  const app = newIngestServer({
    writer: newLogWriter(log, codec, 1),
    cameras: {
      index: openCameraIndex({
        entries: () => new Map(garages.map((each) => [each.garageId, each])).entries(),
        onChange() {},
      }),
      async hold(events) {
        await append();
        held.push(...events);
      },
      told: (event) => void told.push(event),
    },
    keyRing: keys.keyRing, requestCounts: uncounted, readiness: { ready: true }, metrics,
    logger: openLogger('test', 'debug', new Writable({
      write(chunk, _encoding, done) {
        logged.push(String(chunk));
        done();
      },
    })),
  });
  return {
    app,
    key: keys.issue(),
    keyOf: (operatorId) => keys.issue({ operatorId }),
    reads,
    held,
    told,
    logged,
    metrics,
  };
}
