import { problemResponses } from '../service/openapi.ts';
import { LISTED_IRREGULARITIES } from './take-in.ts';

const VISITS_A_PAGE = 50;
const VISITS_A_PAGE_MAX = 500;
const IRREGULARITIES_SHOWN = 50;

export const TEXT = { type: 'string' };
export const COUNT = { type: 'integer' };
export const NULL_TEXT = { type: ['string', 'null'] };
export const NULL_TIME = { type: ['string', 'null'], format: 'date-time' };
export const TIME = { type: 'string', format: 'date-time' };
const COUNTS = { type: 'object', additionalProperties: COUNT };

const GARAGE_EXAMPLE = {
  garageId: 'torget', name: 'Torget', operatorId: 'acme',
  timezone: 'Europe/Oslo', capacity: 100, inside: 40, openVisits: 43,
  day: '2026-06-01', closedOnDay: 7, closed: 900, unclosed: 1, review: 0, irregularities: { missed_exit: 1 },
};
const VISIT_EXAMPLE = {
  visitId: 'torget:r-1', revision: 2, status: 'closed', operatorId: 'acme',
  garageId: 'torget', plateRead: true, entryReadId: 'r-1',
  exitReadId: 'r-2', firstSeenAt: '2026-06-01T08:30:00.000Z', enteredAt: '2026-06-01T08:30:00.000Z',
  exitedAt: '2026-06-01T10:02:00.000Z', matchConfidence: 0.98, flags: [], rulesVersion: 1,
};

/** An object with all of these fields and no others. */
export function exactly(properties: Record<string, object>, more: object = {}): object {
  return { type: 'object', required: Object.keys(properties), properties, ...more };
}

/** Shapes that the routes share. What is not named here is not told. */
export const sharedSchemas = [
  {
    $id: 'Garage',
    ...exactly({
      garageId: TEXT, name: TEXT, operatorId: TEXT, timezone: TEXT,
      capacity: { type: ['integer', 'null'], description: 'null when unknown' },
      inside: {
        ...COUNT,
        description:
          'vehicles that are likely inside: open visits less those that left unread, and those that came in unread',
      },
      openVisits: COUNT,
      day: { ...NULL_TEXT, description: "the newest day, in the garage's zone, that it has told of" },
      closedOnDay: COUNT, closed: COUNT, unclosed: COUNT, review: COUNT,
      irregularities: { ...COUNTS, description: 'open ones, by type' },
    }),
    examples: [GARAGE_EXAMPLE],
  },
  {
    $id: 'Visit',
    ...exactly({
      visitId: TEXT, revision: COUNT,
      status: { ...TEXT, description: 'open, closed, unclosed or review' }, operatorId: TEXT,
      garageId: TEXT, plateRead: { type: 'boolean', description: 'false: seen without a plate' },
      entryReadId: NULL_TEXT,
      exitReadId: NULL_TEXT, firstSeenAt: TIME, enteredAt: NULL_TIME, exitedAt: NULL_TIME,
      matchConfidence: { type: 'number', minimum: 0, maximum: 1 },
      flags: { type: 'array', items: TEXT }, rulesVersion: COUNT,
    }, { description: 'By its newest revision, without the plate.' }),
    examples: [VISIT_EXAMPLE],
  },
  {
    $id: 'Irregularity',
    ...exactly({
      irregularityId: TEXT, status: { ...TEXT, description: 'open or resolved' }, type: TEXT, garageId: TEXT, at: TIME,
      cameraId: NULL_TEXT, visitIds: { type: 'array', items: TEXT },
      severity: { ...TEXT, description: 'info, warning or error' },
      action: { ...TEXT, description: 'what was done about it' },
    }),
    examples: [{
      irregularityId: 'i-1', status: 'open', type: 'missed_exit',
      garageId: 'torget', at: '2026-06-01T08:30:00.000Z', cameraId: null,
      visitIds: ['torget:r-1'], severity: 'warning', action: 'The visit was closed without an exit.',
    }],
  },
  {
    $id: 'ChargesOfDay',
    ...exactly({
      billingDay: { type: 'string', format: 'date' },
      status: TEXT,
      currency: TEXT,
      count: COUNT,
      grossMinor: COUNT,
    }),
    examples: [{ billingDay: '2026-06-01', status: 'charged', currency: 'NOK', count: 3, grossMinor: 9_900 }],
  },
  {
    $id: 'Stage',
    ...exactly({
      stage: TEXT, state: { ...TEXT, description: 'ready, not ready or not answering' },
      lagSeconds: { type: ['number', 'null'], description: 'how far behind its slowest input partition is' },
    }),
    examples: [{ stage: 'visits', state: 'ready', lagSeconds: 0.2 }],
  },
];

export const REFUSED = {
  401: 'No valid API key.',
  429: 'More requests than the key may send. Come again after Retry-After seconds.',
};
export const AWAY = { 503: 'What would know the answer does not answer. Come again after Retry-After seconds.' };

export const ok = (description: string, schema: object): object =>
  ({ 200: { description, content: { 'application/json': { schema } } } });
const listOf = (name: string): object => ({ type: 'array', items: { $ref: `${name}#` } });
export const idIn = (name: string): object => ({ type: 'object', required: [name], properties: { [name]: TEXT } });

export const garagesSchema = {
  summary: 'Garages and their counts', tags: ['live'],
  description: 'Configured garages by name, then those seen without being configured; of the API key only.',
  response: {
    ...ok('Them and their sums.', exactly({
      totals: exactly({
        garages: COUNT, inside: COUNT, capacity: COUNT, closedOnDay: COUNT, closed: COUNT, irregularities: COUNT,
      }),
      garages: listOf('Garage'),
    })),
    ...problemResponses({ ...REFUSED, ...AWAY }),
  },
};

export const visitsSchema = {
  summary: 'Visits of a garage', tags: ['live'], description: 'Newest first, page by page.',
  params: idIn('garageId'),
  querystring: {
    type: 'object',
    properties: {
      limit: { type: 'integer', minimum: 1, maximum: VISITS_A_PAGE_MAX, default: VISITS_A_PAGE },
      after: { type: 'string', description: 'from the `next` of a former page' },
    },
  },
  response: {
    ...ok('A page of them.', exactly({
      visits: listOf('Visit'), next: { ...NULL_TEXT, description: 'address of the next page; null: there is none' },
    })),
    ...problemResponses({ 400: 'No such limit or cursor.', ...REFUSED, 403: 'No garage of this API key.', ...AWAY }),
  },
};

export const visitSchema = {
  summary: 'A visit', tags: ['live'],
  params: idIn('visitId'),
  response: {
    ...ok('It.', { $ref: 'Visit#' }),
    ...problemResponses({ ...REFUSED, 404: 'There is none of that id, or none for this API key.', ...AWAY }),
  },
};

export const irregularitiesSchema = {
  summary: 'The newest irregularities', tags: ['live'],
  description: `Of the newest ${LISTED_IRREGULARITIES} over all garages, those of the API key.`,
  querystring: {
    type: 'object',
    properties: {
      limit: { type: 'integer', minimum: 1, maximum: LISTED_IRREGULARITIES, default: IRREGULARITIES_SHOWN },
    },
  },
  response: {
    ...ok('Newest first.', exactly({ irregularities: listOf('Irregularity') })),
    ...problemResponses({ 400: 'No such limit.', ...REFUSED, ...AWAY }),
  },
};

export const chargesSchema = {
  summary: 'Charges by billing day, status and currency', tags: ['live'],
  description: 'Over all operators together, so for keys of all operators only.',
  response: {
    ...ok('Newest day first.', exactly({ charges: listOf('ChargesOfDay') })),
    ...problemResponses({ ...REFUSED, 403: 'The key is not for all garages of all operators.', ...AWAY }),
  },
};

export const stagesSchema = {
  summary: 'The processes of the pipeline', tags: ['live'],
  response: { ...ok('State and lag of each.', exactly({ stages: listOf('Stage') })), ...problemResponses(REFUSED) },
};

export const streamSchema = {
  summary: 'What changes, as server-sent events', tags: ['live'],
  description: 'Events `garages`, `irregularities`, `charges` (for keys of all operators), `stages` and `fresh`, each '
    + 'with JSON as in the answers above; what changed, at most once a second. It ends within a second when the key '
    + 'is revoked.',
  response: {
    200: { description: 'The stream.', content: { 'text/event-stream': { schema: TEXT } } },
    ...problemResponses(REFUSED),
  },
};
