import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { tokenOfCamera } from '../access/credentials.ts';
import type { KeyRing } from '../access/key-ring.ts';
import { limitRates } from '../access/rate-limits.ts';
import { requireKeys } from '../access/require-keys.ts';
import type { SharedCounts } from '../access/shared-counts.ts';
import { addRoutes } from '../service/add-routes.ts';
import { healthRoutes } from '../service/admin-server.ts';
import { newHttpServer } from '../service/http-server.ts';
import { describeApi } from '../service/openapi.ts';
import type { Readiness } from '../service/readiness.ts';
import { cameraRoutes, type CameraParts } from './cameras/camera-routes.ts';
import { newIntake } from './intake.ts';
import { newIngestMetrics } from './metrics.ts';
import { MAX_READS_BODY_BYTES, readsRoute } from './reads-route.ts';
import type { ReadsWriter } from './reads-route.ts';
import { READ_SCHEMAS } from './reads-schema.ts';

/** Many cameras send a name and password only after they were asked for them. */
const CHALLENGE = 'Basic realm="bomfri", charset="UTF-8"';

const DESCRIPTION = {
  title: 'Bomfri: ingest',
  description: 'Cameras send their reads here. Whoever gets no 202 sends the same again: a repeated `readId` makes no '
    + 'second passage. Besides the three ways below, a camera that can be given nothing but an address may send its '
    + 'key as `?key=KEY`.',
  tags: [
    { name: 'reads', description: 'in our own format' },
    { name: 'cameras', description: "in a vendor's format: one address each" },
  ],
};

export interface IngestParts {
  readonly writer: ReadsWriter;
  readonly cameras: CameraParts;
  readonly keyRing: KeyRing;
  readonly requestCounts: SharedCounts;
  readonly readiness: Pick<Readiness, 'ready'>;
  readonly metrics: Registry;
  readonly logger: Logger;
}

/** The HTTP side of ingest: reads in, and health; not listening yet. */
export function newIngestServer(parts: IngestParts): FastifyInstance {
  const { writer, cameras, keyRing, requestCounts, readiness, metrics, logger } = parts;
  const app = newHttpServer({ logger, bodyLimit: MAX_READS_BODY_BYTES });
  app.removeContentTypeParser('text/plain');
  describeApi(app, DESCRIPTION);
  addRoutes(app, async (open) => {
    healthRoutes(open, readiness);
    open.register(async (keyed) => {
      requireKeys(keyed, { keyRing, tokenOf: tokenOfCamera, challenge: CHALLENGE });
      await limitRates(keyed, requestCounts);
      const ingestMetrics = newIngestMetrics(metrics);
      const intake = newIntake({ metrics: ingestMetrics, logger });
      for (const schema of READ_SCHEMAS) keyed.addSchema(schema);
      readsRoute(keyed, intake, writer);
      cameraRoutes(keyed, intake, { ...cameras, writer, metrics: ingestMetrics });
    });
  });
  return app;
}
