import { problemResponses } from '../service/openapi.ts';
import { MAX_CANDIDATES, MAX_ID_LENGTH } from './check-read.ts';

/** Most reads of one request. */
export const MAX_READS = 1_000;

const id = (description: string): object => ({ type: 'string', minLength: 1, maxLength: MAX_ID_LENGTH, description });
const CONFIDENCE = { type: 'number', minimum: 0, maximum: 1 };
const PLATE = {
  type: 'string',
  description: 'spaces, dots, hyphens and case do not count; empty for a vehicle seen without a plate',
};

const EXAMPLE_READ = {
  readId: 'r-1', garageId: 'torget', cameraId: 'torget-in',
  laneId: 'in-1', direction: 'in', plate: 'AB 12345', country: 'NO',
  confidence: 0.93, candidates: [{ plate: 'AB12346', confidence: 0.04 }], capturedAt: '2026-05-17T08:30:00.000Z',
};

/**
 * The contract of a read, as the document tells it. What it demands is what `checkRead` demands (a test holds them
 * against each other), but reads are checked one by one there, so that a bad one does not cost the others.
 */
const READ_SCHEMA = {
  $id: 'Read',
  type: 'object',
  description: "One camera's recognition of one plate at one moment. Fields that are not named here are left aside.",
  required: ['readId', 'garageId', 'cameraId', 'laneId', 'direction', 'plate', 'country', 'confidence', 'capturedAt'],
  properties: {
    readId: id('unique per garage and camera: a read that comes again counts once'),
    garageId: id('a garage of the API key'),
    cameraId: id('the camera'),
    laneId: id('the lane that it looks at'),
    direction: { type: 'string', enum: ['in', 'out', 'unknown'] },
    plate: PLATE,
    country: { type: 'string', pattern: '^[A-Za-z]{2}$', description: 'ISO 3166-1 alpha-2; XX when unknown' },
    confidence: CONFIDENCE,
    candidates: {
      type: 'array', maxItems: MAX_CANDIDATES, description: 'other plates that it may have been',
      items: {
        type: 'object',
        required: ['plate', 'confidence'],
        properties: { plate: PLATE, confidence: CONFIDENCE },
      },
    },
    capturedAt: {
      type: 'string', format: 'date-time', description: 'RFC 3339 with an offset; of any age, at most 24 hours ahead',
    },
    receivedAt: {
      type: 'string', format: 'date-time',
      description: 'when the read came in, where others had it first and send it later: an export, a gateway that kept it. '
        + 'By it wrong clocks and late reads are told apart. Left out, or later than now: now',
    },
  },
  examples: [EXAMPLE_READ],
};

const REJECTED_SCHEMA = {
  $id: 'Rejected',
  type: 'object',
  description: 'An item that was not taken.',
  required: ['index', 'field', 'reason'],
  properties: {
    index: { type: 'integer', description: 'its place in the request, from 0' },
    readId: { type: 'string' },
    field: { type: 'string', description: 'what is wrong with it; empty: all of it' },
    reason: { type: 'string' },
  },
};

const ACCEPTED_SCHEMA = {
  $id: 'Accepted',
  type: 'object',
  required: ['accepted', 'rejected'],
  properties: {
    accepted: { type: 'integer', description: 'reads that are stored now' },
    held: {
      type: 'integer',
      description: 'events of cameras that no garage names yet: they are released once one does',
    },
    rejected: { type: 'array', items: { $ref: 'Rejected#' } },
  },
  additionalProperties: { type: 'boolean', description: "what a vendor's cameras look for to know that it came" },
};

/** Shapes that the routes share. */
export const READ_SCHEMAS = [READ_SCHEMA, REJECTED_SCHEMA, ACCEPTED_SCHEMA];

/** What any route that takes reads may answer. */
const READS_RESPONSES = {
  202: {
    description: 'The accepted reads are stored: all in-sync replicas have them. Correct the rejected ones.',
    content: { 'application/json': { schema: { $ref: 'Accepted#' } } },
  },
  ...problemResponses({
    400: 'No read in it is good; `rejected` tells why. Correct it.',
    401: 'No valid API key.',
    403: "None of the reads is of the key's garages.",
    413: 'Too large: send it in several requests.',
    415: 'The Content-Type is not one that this address takes.',
    429: 'Too much at once, from this key or in all. Send the same again after Retry-After seconds.',
    503: 'Nothing can be stored now. Send the same again after Retry-After seconds.',
  }),
};

export const READS_ROUTE_SCHEMA = {
  summary: 'Send reads in the generic format',
  description: `One read, an array of up to ${MAX_READS}, or any number as lines (application/x-ndjson); gzip is taken. `
    + 'Send those of a garage in order: the next request after the answer to the one before.',
  tags: ['reads'],
  body: {
    oneOf: [{ $ref: 'Read#' }, { type: 'array', items: { $ref: 'Read#' }, minItems: 1, maxItems: MAX_READS }],
    examples: [EXAMPLE_READ, [EXAMPLE_READ, { ...EXAMPLE_READ, readId: 'r-2', plate: 'EK 98765', candidates: [] }]],
  },
  response: READS_RESPONSES,
};

/** @param format the name of a vendor's format */
export function cameraRouteSchema(format: string): object {
  return {
    summary: `Send what ${format} cameras send by themselves`,
    description:
      'Whatever Content-Type the camera gives it. `docs/cameras` has an example, and how to set the camera up.',
    tags: ['cameras'],
    querystring: {
      type: 'object',
      properties: { camera: { type: 'string', description: 'names the camera, when its messages do not' } },
    },
    body: { content: { '*/*': { schema: { type: 'string', format: 'binary' } } } },
    response: READS_RESPONSES,
  };
}
