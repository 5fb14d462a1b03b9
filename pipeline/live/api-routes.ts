import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { sendProblem, type Problem } from '../service/problem.ts';
import { NOT_YOUR_GARAGE, orAway } from './answers.ts';
import {
  chargesSchema, garagesSchema, irregularitiesSchema, sharedSchemas, stagesSchema, visitSchema, visitsSchema,
} from './api-schemas.ts';
import type { StageStatus } from './stage-lags.ts';
import { totalsOf, type LiveStatus } from './status.ts';
import { LISTED_IRREGULARITIES } from './take-in.ts';
import { cursorOf, decodeCursor, encodeCursor, type VisitsQuery } from '../warehouse/visits-query.ts';

const NOT_FOR_ALL: Problem = {
  status: 403, title: 'Not for this key',
  detail: 'Charges are told over all operators together: ask with a key of all operators.',
};
const NO_SUCH_VISIT: Problem = {
  status: 404, title: 'No such visit', detail: 'The warehouse has none of that id for this key, or it was withdrawn.',
};

export interface ApiParts {
  readonly status: LiveStatus;
  readonly visits: VisitsQuery;
  readonly stages: () => Promise<StageStatus[]>;
  readonly logger: Logger;
}

/**
 * GET under /v1/, behind `requireKeys`: counts from Redis, visits from the warehouse, of the caller's garages only. 503
 * while the one that is asked is away.
 */
export function apiRoutes(app: FastifyInstance, { status, visits, stages, logger }: ApiParts): void {
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
        return sendProblem(reply, {
          status: 400,
          title: 'Bad cursor',
          detail: '`after` must come from the `next` of a former page.',
        });
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
    caller.usesAll
      ? orAway(reply, logger, async () => ({ charges: await status.charges() }))
      : sendProblem(reply, NOT_FOR_ALL));
  app.get('/v1/stages', { schema: stagesSchema }, async () => ({ stages: await stages() }));
}
