import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Logger } from 'pino';
import { sendProblem } from '../service/problem.ts';
import type { LiveParts } from './server.ts';
import { totalsOf } from './status.ts';
import { LISTED_IRREGULARITIES } from './take-in.ts';
import { cursorOf, decodeCursor, encodeCursor } from './visits-query.ts';

const VISITS_A_PAGE = 50;
const MOST_VISITS_A_PAGE = 500;
const IRREGULARITIES = 50;

/** GET under /v1/: counts from Redis, visits from the warehouse. 503 while the one that is asked is away. */
export function apiRoutes(app: FastifyInstance, parts: Pick<LiveParts, 'status' | 'visits' | 'stages' | 'logger'>): void {
  const { status, visits, stages, logger } = parts;

  app.get('/v1/garages', (_request, reply) => orAway(reply, logger, async () => {
    const garages = await status.garages();
    return { totals: totalsOf(garages), garages };
  }));

  app.get<{ Params: { garageId: string }; Querystring: { limit?: string; after?: string } }>(
    '/v1/garages/:garageId/visits',
    (request, reply) => {
      const { garageId } = request.params;
      const limit = limitOf(request.query.limit, VISITS_A_PAGE, MOST_VISITS_A_PAGE);
      if (limit === null) return badLimit(reply, MOST_VISITS_A_PAGE);
      const after = request.query.after === undefined ? null : decodeCursor(request.query.after);
      if (after === null && request.query.after !== undefined) {
        return sendProblem(reply, { status: 400, title: 'Bad cursor', detail: '`after` must come from the `next` of a former page.' });
      }
      return orAway(reply, logger, async () => {
        const rows = await visits.newest(garageId, limit, after);
        const query = new URLSearchParams({ limit: String(limit) });
        if (rows.length === limit) query.set('after', encodeCursor(cursorOf(rows.at(-1)!)));
        const next = query.has('after') ? `/v1/garages/${encodeURIComponent(garageId)}/visits?${query}` : null;
        return { visits: rows, next };
      });
    },
  );

  app.get<{ Params: { visitId: string } }>('/v1/visits/:visitId', (request, reply) => orAway(reply, logger, async () => {
    const visit = await visits.find(request.params.visitId);
    if (visit !== null) return visit;
    return sendProblem(reply, { status: 404, title: 'No such visit', detail: 'The warehouse has none of that id, or it was withdrawn.' });
  }));

  app.get<{ Querystring: { limit?: string } }>('/v1/irregularities', (request, reply) => {
    const limit = limitOf(request.query.limit, IRREGULARITIES, LISTED_IRREGULARITIES);
    if (limit === null) return badLimit(reply, LISTED_IRREGULARITIES);
    return orAway(reply, logger, async () => ({ irregularities: await status.irregularities(limit) }));
  });

  app.get('/v1/charges', (_request, reply) => orAway(reply, logger, async () => ({ charges: await status.charges() })));
  app.get('/v1/stages', async () => ({ stages: await stages() }));
}

/** A whole number from 1 to `most`, or null. */
function limitOf(text: string | undefined, fallback: number, most: number): number | null {
  if (text === undefined) return fallback;
  const limit = Number(text);
  return /^\d+$/.test(text) && limit >= 1 && limit <= most ? limit : null;
}

function badLimit(reply: FastifyReply, most: number): FastifyReply {
  return sendProblem(reply, { status: 400, title: 'Bad limit', detail: `\`limit\` must be a whole number from 1 to ${most}.` });
}

/** Answers what `read` finds, or 503 when Redis or the warehouse can't be asked. */
async function orAway(reply: FastifyReply, logger: Logger, read: () => Promise<object>): Promise<object> {
  try {
    return await read();
  } catch (error) {
    logger.warn({ err: error }, 'a question could not be answered');
    reply.header('retry-after', 2);
    return sendProblem(reply, { status: 503, title: 'Away for the moment', detail: 'What would know the answer does not answer; try again.' });
  }
}
