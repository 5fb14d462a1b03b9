import { fastify } from 'fastify';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { adminRoutes } from '../service/admin-server.ts';
import { answerProblems } from '../service/problem.ts';
import type { Readiness } from '../service/readiness.ts';
import { apiRoutes } from './api-routes.ts';
import { openEventStream } from './event-stream.ts';
import { openPage } from './page.ts';
import type { StageStatus } from './stage-lags.ts';
import { totalsOf } from './status.ts';
import type { LiveStatus } from './status.ts';
import type { VisitsQuery } from './visits-query.ts';

const IRREGULARITIES_ON_PAGE = 8;
const CHARGE_ROWS_ON_PAGE = 8;

export interface LiveParts {
  readonly status: LiveStatus;
  readonly visits: VisitsQuery;
  readonly stages: () => Promise<StageStatus[]>;
  readonly readiness: Pick<Readiness, 'ready'>;
  readonly metrics: Registry;
  readonly logger: Logger;
}

/** The read API, the event stream and the status page; not listening yet. */
export function newLiveServer({ status, visits, stages, readiness, metrics, logger }: LiveParts): FastifyInstance {
  const app = fastify();
  const page = openPage();
  const stream = openEventStream(readEvents, (error) => logger.warn({ err: error }, 'nothing to tell the watchers'));

  answerProblems(app, logger);
  app.addHook('onRequest', async (_request, reply) => {
    reply.headers({
      'content-security-policy': page.contentSecurityPolicy,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'no-store',
    });
  });
  app.addHook('preClose', async () => stream.close());

  adminRoutes(app, metrics, readiness);
  apiRoutes(app, { status, visits, stages, logger });
  app.get('/', async (_request, reply) => reply.type('text/html; charset=utf-8').send(page.html));
  app.get('/v1/stream', (_request, reply) => {
    reply.header('content-type', 'text/event-stream; charset=utf-8');
    // Proxies that gather answers would hold the events back.
    reply.header('x-accel-buffering', 'no');
    reply.hijack();
    reply.raw.writeHead(200, reply.getHeaders() as Record<string, string>);
    if (!stream.add(reply.raw)) reply.raw.end();
  });
  return app;

  async function readEvents(): Promise<Record<string, string>> {
    const [garages, irregularities, charges, processes] = await Promise.all([
      status.garages(), status.irregularities(IRREGULARITIES_ON_PAGE), status.charges(), stages(),
    ]);
    return {
      garages: JSON.stringify({ totals: totalsOf(garages), garages }),
      irregularities: JSON.stringify(irregularities),
      charges: JSON.stringify(charges.slice(0, CHARGE_ROWS_ON_PAGE)),
      stages: JSON.stringify(processes),
    };
  }
}
