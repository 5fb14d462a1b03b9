import { fastify } from 'fastify';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { adminRoutes } from '../service/admin-server.ts';
import { answerProblems } from '../service/problem.ts';
import type { Readiness } from '../service/readiness.ts';
import { newIngestMetrics } from './metrics.ts';
import { readsRoute } from './reads-route.ts';
import type { ReadsWriter } from './reads-route.ts';

/** About 1,000 reads with all the candidates there may be; most requests are a hundredth of it. */
const MAX_BODY_BYTES = 2 * 1024 * 1024;
/** A client that sends slower than this holds its place in the budget for nothing. */
const MAX_REQUEST_MS = 15_000;

export interface IngestParts {
  readonly writer: ReadsWriter;
  readonly readiness: Pick<Readiness, 'ready'>;
  readonly metrics: Registry;
  readonly logger: Logger;
}

/** The HTTP side of ingest: reads in, health and metrics; not listening yet. */
export function newIngestServer({ writer, readiness, metrics, logger }: IngestParts): FastifyInstance {
  const app = fastify({
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: MAX_REQUEST_MS,
    // Fields are only ever read by name, so a key named __proto__ harms nothing, and need not cost the whole batch.
    onProtoPoisoning: 'ignore',
    onConstructorPoisoning: 'ignore',
  });
  app.removeContentTypeParser('text/plain');
  answerProblems(app, logger);
  adminRoutes(app, metrics, readiness);
  readsRoute(app, { writer, metrics: newIngestMetrics(metrics), logger, maxBodyBytes: MAX_BODY_BYTES });
  return app;
}
