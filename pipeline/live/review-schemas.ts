import { problemResponses } from '../service/openapi.ts';
import { AWAY, COUNT, exactly, idIn, NULL_TEXT, NULL_TIME, ok, REFUSED, TEXT, TIME } from './api-schemas.ts';

const ITEMS_A_PAGE = 50;
const ITEMS_A_PAGE_MAX = 500;

const NULL_NUMBER = { type: ['number', 'null'] };
const NULL_COUNT = { type: ['integer', 'null'] };
const TEXTS = { type: 'array', items: TEXT };
const ACTIONS = ['confirm', 'split', 'merge', 'correct', 'dismiss'];

const ITEM = {
  visitId: TEXT,
  at: { ...TIME, description: "the exit's time" },
  types: {
    ...TEXTS,
    description: 'review: as likely two stays as one; exit_without_entry, similar_inside: open irregularities of it',
  },
  irregularityIds: TEXTS,
};

/** Shapes that the routes of reviews share. */
export const reviewShapes = [
  {
    $id: 'ReviewItem',
    ...exactly({ ...ITEM, evidence: { ...TEXT, description: 'address of the evidence' } }),
    examples: [{
      visitId: 'v1', at: '2026-06-01T10:02:00.000Z', types: ['exit_without_entry', 'similar_inside'],
      irregularityIds: ['exit_without_entry-v1', 'similar_inside-v1'], evidence: '/v1/garages/torget/review/v1',
    }],
  },
  {
    $id: 'ReviewEvidence',
    ...exactly({
      ...ITEM,
      why: { ...TEXT, description: 'why it waits' },
      visit: {
        oneOf: [{ type: 'null' }, exactly({
          status: TEXT, country: TEXT, plate: TEXT, entryPlate: NULL_TEXT,
          exitPlate: NULL_TEXT, enteredAt: NULL_TIME, exitedAt: NULL_TIME,
          lengthMs: NULL_COUNT,
        })],
        description: 'null: its reads are gone, or it is older than the horizon',
      },
      candidates: {
        type: 'array',
        description: 'vehicles that could have made the exit, the likeliest first',
        items: exactly({
          visitId: TEXT, country: TEXT, plate: TEXT, enteredAt: TIME,
          lengthMs: { ...COUNT, description: 'how long it would have stayed' },
          score: { type: 'number', description: 'log-likelihood, nats' },
          likeness: { type: 'number', description: "the plates' part of the score" },
          share: { type: 'number', description: 'of the likelihood, when it was weighed last' },
          isInside: { type: 'boolean', description: 'it has no exit by now' },
        }),
      },
      missedShare: {
        ...NULL_NUMBER,
        description: 'share of the likelihood that the entry of the one that left was missed',
      },
      pairedShare: { ...NULL_NUMBER, description: "how likely the exit is its vehicle's, by plates and rivals" },
      stitchedShare: { ...NULL_NUMBER, description: 'how likely a stay of its length is two here' },
      actions: {
        type: 'array',
        description: 'what can be done, each with what to send as the body, besides `by` and `reason`, and what '
          + 'would become of it',
        items: {
          type: 'object', required: ['action', 'effect'], properties: {
            action: { ...TEXT, enum: ACTIONS }, visitId: TEXT, otherVisitId: TEXT, irregularityId: TEXT, effect: TEXT,
          },
        },
      },
      readFrom: { ...NULL_TIME, description: 'reads before are not in it; null: none are left' },
    }),
    examples: [{
      visitId: 'v1', at: '2026-06-01T10:02:00.000Z',
      types: ['exit_without_entry'], irregularityIds: ['exit_without_entry-v1'],
      why: 'one vehicle inside is like the one that left, but not likely enough; its own entry missed: 35 %',
      visit: {
        status: 'closed', country: 'NO', plate: 'AB12845', entryPlate: null, exitPlate: 'AB12845', enteredAt: null,
        exitedAt: '2026-06-01T10:02:00.000Z', lengthMs: null,
      },
      candidates: [{
        visitId: 'v2', country: 'NO', plate: 'AB12345',
        enteredAt: '2026-06-01T09:02:00.000Z', lengthMs: 3_600_000, score: -9.3, likeness: 7,
        share: 0.65, isInside: true,
      }],
      missedShare: 0.35, pairedShare: null, stitchedShare: null, readFrom: '2026-05-25T00:00:00.000Z',
      actions: [{
        action: 'merge',
        visitId: 'v1',
        otherVisitId: 'v2',
        effect: "the exit is that vehicle's: one stay, closed and billed",
      }],
    }],
  },
  {
    $id: 'ReviewOutcome',
    ...exactly({
      controlId: TEXT, action: { ...TEXT, enum: ACTIONS }, status: { ...TEXT, enum: ['pending', 'applied', 'refused'] },
      reason: {
        ...TEXT,
        description:
          'of a refused one: unknown_visit, not_paired, not_mergeable, unknown_irregularity, ...; else empty',
      },
      message: TEXT, outcome: { ...TEXT, description: 'address of what becomes of it' },
    }),
    examples: [{
      controlId: 'c-1', action: 'confirm', status: 'refused',
      reason: 'not_paired', message: 'the visit lacks its entry or its exit',
      outcome: '/v1/garages/torget/review/actions/c-1',
    }],
  },
];

const NOT_FOR_REVIEW = { 403: "Not a garage of this key, or the key lacks the scope `review`." };
const tags = ['review'];

export const waitingSchema = {
  summary: 'What waits for a person', tags,
  description: 'Visits that are as likely two as one, and exits that nobody or several could have made; the oldest '
    + 'first, without plates. What is older than the horizon is left out: no action reaches it.',
  params: idIn('garageId'),
  querystring: {
    type: 'object',
    properties: {
      limit: { type: 'integer', minimum: 1, maximum: ITEMS_A_PAGE_MAX, default: ITEMS_A_PAGE },
      after: { type: 'string', description: 'from the `next` of a former page' },
    },
  },
  response: {
    ...ok('A page of them.', exactly({
      items: { type: 'array', items: { $ref: 'ReviewItem#' } },
      next: { ...NULL_TEXT, description: 'address of the next page; null: there is none' },
    })),
    ...problemResponses({ 400: 'No such limit or cursor.', ...REFUSED, ...NOT_FOR_REVIEW, ...AWAY }),
  },
};

export const evidenceSchema = {
  summary: 'The evidence on one of them, with plates', tags,
  description: 'Of the same rules run once more over the reads that are still kept, so it takes a moment. Before '
    + 'plates are shown the access log has to which key, and of which visits; while it can not be written the answer '
    + 'is 503.',
  params: { type: 'object', required: ['garageId', 'visitId'], properties: { garageId: TEXT, visitId: TEXT } },
  response: {
    ...ok('It.', { $ref: 'ReviewEvidence#' }),
    ...problemResponses({ ...REFUSED, ...NOT_FOR_REVIEW, 404: 'The visit does not wait.', ...AWAY }),
  },
};

export const actionSchema = {
  summary: 'Settle one', tags,
  description: 'Written as a control record, which the rules take in within a moment: `outcome` tells what became of '
    + 'it. Which fields an action needs the evidence tells. With the header `Idempotency-Key` the same request, '
    + 'however often it is sent, is one action.',
  params: idIn('garageId'),
  headers: {
    type: 'object',
    properties: {
      'idempotency-key': { type: 'string', minLength: 1, maxLength: 200, description: 'your name for this action' },
    },
  },
  body: {
    type: 'object',
    required: ['action', 'by'],
    properties: {
      action: { type: 'string', enum: ACTIONS },
      visitId: { type: 'string', minLength: 1, maxLength: 100 },
      otherVisitId: {
        type: 'string',
        minLength: 1,
        maxLength: 100,
        description: 'of merge: the visit that the exit belongs to',
      },
      irregularityId: { type: 'string', minLength: 1, maxLength: 150, description: 'of dismiss' },
      country: {
        type: 'string',
        pattern: '^[A-Z]{2}$',
        description: 'of correct: ISO 3166-1 alpha-2, XX when unknown',
      },
      plate: { type: 'string', minLength: 1, maxLength: 20, description: 'of correct' },
      by: { type: 'string', minLength: 1, maxLength: 80, description: 'the person who says so' },
      reason: { type: 'string', maxLength: 500, default: '', description: 'why, for the record' },
    },
  },
  response: {
    202: {
      description: 'Stored; not yet taken in.',
      content: { 'application/json': { schema: { $ref: 'ReviewOutcome#' } } },
    },
    ...problemResponses({
      400: 'The action lacks what it needs, or the plate is none.',
      ...REFUSED,
      ...NOT_FOR_REVIEW,
      ...AWAY,
    }),
  },
};

export const outcomeSchema = {
  summary: 'What became of an action', tags,
  params: { type: 'object', required: ['garageId', 'controlId'], properties: { garageId: TEXT, controlId: TEXT } },
  response: {
    ...ok('It.', { $ref: 'ReviewOutcome#' }),
    ...problemResponses({
      ...REFUSED,
      ...NOT_FOR_REVIEW,
      404: 'Not known, or not yet: come again in a second.',
      ...AWAY,
    }),
  },
};
