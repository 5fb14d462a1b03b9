import type { FastifyInstance } from 'fastify';
import { tokenOfReader } from '../access/credentials.ts';
import type { Caller, KeyRing } from '../access/key-ring.ts';
import { limitRates } from '../access/rate-limits.ts';
import { requireKeys } from '../access/require-keys.ts';
import type { SharedCounts } from '../access/shared-counts.ts';
import { addRoutes } from '../service/add-routes.ts';
import { healthRoutes } from '../service/admin-server.ts';
import { newHttpServer } from '../service/http-server.ts';
import { describeApi } from '../service/openapi.ts';
import type { Readiness } from '../service/readiness.ts';
import { apiRoutes, type ApiParts } from './api-routes.ts';
import { streamSchema } from './api-schemas.ts';
import { openEventStream } from './event-stream.ts';
import { openPage } from './page.ts';
import { reviewRoutes, type ReviewParts } from './review-routes.ts';
import { sessionRoute } from './session-route.ts';
import type { StageStatus } from './stage-lags.ts';
import { totalsOf } from './status.ts';
import type { ChargesOfDay, GarageStatus, ListedIrregularity } from './status.ts';
import { LISTED_IRREGULARITIES } from './take-in.ts';

const IRREGULARITIES_ON_PAGE = 8;
const CHARGE_ROWS_ON_PAGE = 8;
/** Nothing larger than a key or an action is sent here. */
const MAX_BODY_BYTES = 4 * 1024;
/** No Basic here: a browser would ask for a name and password over the page, which has a form of its own. */
const CHALLENGE = 'Bearer realm="bomfri"';

const DESCRIPTION = {
  title: 'Bomfri: live',
  description: 'What is going on now, for programs. A key sees the garages that it is for, and no others.',
  tags: [
    { name: 'live', description: 'counts from Redis, visits from the warehouse' },
    { name: 'review', description: 'what waits for a person; for keys with the scope `review`' },
  ],
};

export interface LiveParts extends ApiParts {
  readonly review: ReviewParts;
  readonly keyRing: KeyRing;
  readonly requestCounts: SharedCounts;
  readonly readiness: Pick<Readiness, 'ready'>;
}

/** What the page shows, of all garages. */
interface Overview {
  readonly garages: readonly GarageStatus[];
  readonly irregularities: readonly ListedIrregularity[];
  readonly charges: readonly ChargesOfDay[];
  readonly processes: readonly StageStatus[];
}

/** The read API, the event stream and the status page; not listening yet. */
export function newLiveServer(parts: LiveParts): FastifyInstance {
  const { status, visits, stages, review, keyRing, requestCounts, readiness, logger } = parts;
  const app = newHttpServer({ logger, bodyLimit: MAX_BODY_BYTES });
  const page = openPage();
  const stream = openEventStream({
    read: readOverview, eventsFor, onError: (error) => logger.warn({ err: error }, 'nothing to tell the watchers'),
  });

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

  describeApi(app, DESCRIPTION);
  addRoutes(app, async (open) => {
    healthRoutes(open, readiness);
    sessionRoute(open, keyRing);
    // The page itself tells nothing; what it shows comes by the stream.
    open.get('/', { schema: { hide: true } }, async (_request, reply) =>
      reply.type('text/html; charset=utf-8').send(page.html));
    open.register(async (keyed) => {
      requireKeys(keyed, { keyRing, tokenOf: tokenOfReader, challenge: CHALLENGE });
      await limitRates(keyed, requestCounts);
      apiRoutes(keyed, { status, visits, stages, logger });
      reviewRoutes(keyed, review, logger);
      keyed.get('/v1/stream', { schema: streamSchema }, (request, reply) => {
        reply.header('content-type', 'text/event-stream; charset=utf-8');
        // Proxies that gather answers would hold the events back.
        reply.header('x-accel-buffering', 'no');
        reply.hijack();
        reply.raw.writeHead(200, reply.getHeaders() as Record<string, string>);
        if (!stream.add(reply.raw, request.caller)) reply.raw.end();
      });
    });
  });
  return app;

  async function readOverview(): Promise<Overview> {
    const [garages, irregularities, charges, processes] = await Promise.all([
      status.garages(), status.irregularities(LISTED_IRREGULARITIES), status.charges(), stages(),
    ]);
    return { garages, irregularities, charges, processes };
  }
}

/** The events of a watcher: what its key may see. */
function eventsFor({ garages, irregularities, charges, processes }: Overview, caller: Caller): Record<string, string> {
  const seen = garages.filter(({ garageId }) => caller.mayUse(garageId));
  const listed = irregularities.filter(({ garageId }) => caller.mayUse(garageId)).slice(0, IRREGULARITIES_ON_PAGE);
  return {
    garages: JSON.stringify({ totals: totalsOf(seen), garages: seen }),
    irregularities: JSON.stringify(listed),
    stages: JSON.stringify(processes),
    ...(caller.usesAll ? { charges: JSON.stringify(charges.slice(0, CHARGE_ROWS_ON_PAGE)) } : {}),
  };
}
