import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Logger } from 'pino';
import { sendProblem } from '../service/problem.ts';
import type { Problem } from '../service/problem.ts';
import {
  chargesSchema, garagesSchema, irregularitiesSchema, sharedSchemas, stagesSchema, visitSchema, visitsSchema,
} from './api-schemas.ts';
import type { LiveParts } from './server.ts';
import { totalsOf } from './status.ts';
import { LISTED_IRREGULARITIES } from './take-in.ts';
import { cursorOf, decodeCursor, encodeCursor } from './visits-query.ts';

export const NOT_YOUR_GARAGE: Problem = {
  status: 403, title: 'Not a garage of this key', detail: '`/v1/garages` lists those that the key is for.',
};
const NOT_FOR_ALL: Problem = {
  status: 403, title: 'Not for this key', detail: 'Charges are told over all operators together: ask with a key of all operators.',
};
const NO_SUCH_VISIT: Problem = {
  status: 404, title: 'No such visit', detail: 'The warehouse has none of that id for this key, or it was withdrawn.',
};

/**
 * GET under /v1/, behind `requireKeys`: counts from Redis, visits from the warehouse, of the caller's garages only. 503 while
 * the one that is asked is away.
 */
export function apiRoutes(app: FastifyInstance, parts: Pick<LiveParts, 'status' | 'visits' | 'stages' | 'logger'>): void {
  const { status, visits, stages, logger } = parts;
  for (const schema of sharedSchemas) app.addSchema(schema);

  app.get('/v1/garages', { schema: garagesSchema }, ({ caller }, reply) => orAway(reply, logger, async () => {
    const garages = (await status.garages()).filter(({ garageId }) => caller.mayUse(garageId));
    return { totals: totalsOf(garages), garages };
  }));

  app.get<{ Params: { garageId: string }; Querystring: { limit: number; after?: string } }>(
    '/v1/garages/:garageId/visits',
    { schema: visitsSchema },
    ({ caller, params: { garageId }, query: { limit, after } }, reply) => {
      if (!caller.mayUse(garageId)) return sendProblem(reply, NOT_YOUR_GARAGE);
      const cursor = after === undefined ? null : decodeCursor(after);
      if (cursor === null && after !== undefined) {
        return sendProblem(reply, { status: 400, title: 'Bad cursor', detail: '`after` must come from the `next` of a former page.' });
      }
      return orAway(reply, logger, async () => {
        const rows = await visits.newest(garageId, limit, cursor);
        const query = new URLSearchParams({ limit: String(limit) });
        if (rows.length === limit) query.set('after', encodeCursor(cursorOf(rows.at(-1)!)));
        const next = query.has('after') ? `/v1/garages/${encodeURIComponent(garageId)}/visits?${query}` : null;
        return { visits: rows, next };
      });
    },
  );

  app.get<{ Params: { visitId: string } }>(
    '/v1/visits/:visitId', { schema: visitSchema },
    ({ caller, params: { visitId } }, reply) => orAway(reply, logger, async () => {
      const visit = await visits.find(visitId);
      return visit !== null && caller.mayUse(visit.garageId) ? visit : sendProblem(reply, NO_SUCH_VISIT);
    }),
  );

  app.get<{ Querystring: { limit: number } }>(
    '/v1/irregularities', { schema: irregularitiesSchema },
    ({ caller, query: { limit } }, reply) => orAway(reply, logger, async () => {
      const newest = await status.irregularities(caller.usesAll ? limit : LISTED_IRREGULARITIES);
      return { irregularities: newest.filter(({ garageId }) => caller.mayUse(garageId)).slice(0, limit) };
    }),
  );

  app.get('/v1/charges', { schema: chargesSchema }, ({ caller }, reply) =>
    caller.usesAll ? orAway(reply, logger, async () => ({ charges: await status.charges() })) : sendProblem(reply, NOT_FOR_ALL));
  app.get('/v1/stages', { schema: stagesSchema }, async () => ({ stages: await stages() }));
}

/** Answers what `read` finds, or 503 when Redis or the warehouse can't be asked. */
export async function orAway(reply: FastifyReply, logger: Logger, read: () => Promise<object>): Promise<object> {
  try {
    return await read();
  } catch (error) {
    logger.warn({ err: error, requestId: reply.request.id }, 'a question could not be answered');
    reply.header('retry-after', 2);
    return sendProblem(reply, { status: 503, title: 'Away for the moment', detail: 'What would know the answer does not answer; try again.' });
  }
}
