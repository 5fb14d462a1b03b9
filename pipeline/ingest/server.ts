import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { tokenOfCamera } from '../access/credentials.ts';
import type { KeyRing } from '../access/key-ring.ts';
import { limitRates } from '../access/rate-limits.ts';
import { requireKeys } from '../access/require-keys.ts';
import type { SharedCounts } from '../access/shared-counts.ts';
import { adminRoutes } from '../service/admin-server.ts';
import { newHttpServer } from '../service/http-server.ts';
import { addRoutes } from '../service/problem.ts';
import type { Readiness } from '../service/readiness.ts';
import { cameraRoutes, type CameraParts } from './cameras/camera-routes.ts';
import { newIntake } from './intake.ts';
import { newIngestMetrics } from './metrics.ts';
import { MAX_READS_BODY_BYTES, readsRoute } from './reads-route.ts';
import type { ReadsWriter } from './reads-route.ts';

/** Many cameras send a name and password only after they were asked for them. */
const CHALLENGE = 'Basic realm="bomfri", charset="UTF-8"';

export interface IngestParts {
  readonly writer: ReadsWriter;
  readonly cameras: CameraParts;
  readonly keyRing: KeyRing;
  readonly requestCounts: SharedCounts;
  readonly readiness: Pick<Readiness, 'ready'>;
  readonly metrics: Registry;
  readonly logger: Logger;
}

/** The HTTP side of ingest: reads in, health and metrics; not listening yet. */
export function newIngestServer(parts: IngestParts): FastifyInstance {
  const { writer, cameras, keyRing, requestCounts, readiness, metrics, logger } = parts;
  const app = newHttpServer({ logger, bodyLimit: MAX_READS_BODY_BYTES });
  app.removeContentTypeParser('text/plain');
  addRoutes(app, async (open) => {
    adminRoutes(open, metrics, readiness);
    open.register(async (keyed) => {
      requireKeys(keyed, { keyRing, tokenOf: tokenOfCamera, challenge: CHALLENGE });
      await limitRates(keyed, requestCounts);
      const ingestMetrics = newIngestMetrics(metrics);
      const intake = newIntake({ metrics: ingestMetrics, logger });
      readsRoute(keyed, intake, writer);
      cameraRoutes(keyed, intake, { ...cameras, writer, metrics: ingestMetrics });
    });
  });
  return app;
}
