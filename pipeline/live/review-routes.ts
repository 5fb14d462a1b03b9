import { createHash, randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { normalisePlate } from '../records/plate.ts';
import type { Control, ReviewAction } from '../records/records.ts';
import { sendProblem, type Problem } from '../service/problem.ts';
import { visitsIn, type NoteLook } from '../privacy/access-log.ts';
import { reviewNeeds } from '../visits/acceptance.ts';
import type { Evidence, PossibleAction, ReviewItem } from '../visits/review/review-evidence.ts';
import { NOT_YOUR_GARAGE, orAway } from './answers.ts';
import type { ControlOutcome } from './entry.ts';
import type { EvidenceSource, SourcedEvidence } from './evidence-source.ts';
import type { QueuePlace, ReviewQueue } from './review-queue.ts';
import { actionSchema, evidenceSchema, outcomeSchema, reviewShapes, waitingSchema } from './review-schemas.ts';
import { decodeCursor, encodeCursor } from '../warehouse/visits-query.ts';

export interface ReviewParts {
  readonly queue: ReviewQueue;
  readonly evidence: EvidenceSource;
  readonly noteLook: NoteLook;
  /** Resolves when the brokers have the control record. */
  readonly write: (control: Control) => Promise<void>;
  /** ms UTC. */
  readonly now: () => number;
}

const NOT_FOR_REVIEW: Problem = {
  status: 403, title: 'Not a key for reviews',
  detail: 'Make one for persons with `npx bomfri keys create --scopes review`.',
};
const NOT_WAITING: Problem = {
  status: 404, title: 'Nothing waits there',
  detail: 'The visit waits for nobody: it was settled, is older than the horizon, or there is none of that id.',
};
const NO_SUCH_ACTION: Problem = {
  status: 404, title: 'No such action',
  detail: 'No action of that id is known in this garage, or not yet: come again in a second.',
};
const TOO_MANY: Problem = {
  status: 503,
  title: 'Away for the moment',
  detail: 'Too many ask for evidence at once; try again.',
};

interface Body {
  readonly action: string;
  readonly visitId?: string;
  readonly otherVisitId?: string;
  readonly irregularityId?: string;
  readonly country?: string;
  readonly plate?: string;
  readonly by: string;
  readonly reason: string;
}

/**
 * What waits for a person in a garage, the evidence, and the actions, under /v1/garages/{garageId}/review; behind
 * `requireKeys`, for keys with the scope `review` only. Who is shown plates stands in the access log before they are;
 * without that they are not.
 */
export function reviewRoutes(
  app: FastifyInstance, { queue, evidence, noteLook, write, now }: ReviewParts, logger: Logger,
): void {
  for (const schema of reviewShapes) app.addSchema(schema);

  app.register(async (inner) => {
    inner.addHook('preHandler', (request: FastifyRequest, reply, done) => {
      const { garageId } = request.params as { garageId: string };
      if (!request.caller.mayUse(garageId)) return void sendProblem(reply, NOT_YOUR_GARAGE);
      if (!request.caller.mayReview) return void sendProblem(reply, NOT_FOR_REVIEW);
      done();
    });

    inner.get<{ Params: { garageId: string }; Querystring: { limit: number; after?: string } }>(
      '/v1/garages/:garageId/review', { schema: waitingSchema },
      ({ params: { garageId }, query: { limit, after } }, reply) => {
        const place = after === undefined ? null : decodePlace(after);
        if (place === null && after !== undefined) {
          return sendProblem(reply, {
            status: 400,
            title: 'Bad cursor',
            detail: '`after` must come from the `next` of a former page.',
          });
        }
        return orAway(reply, logger, async () => {
          const { items, next } = await queue.waiting(garageId, limit, place);
          const query = new URLSearchParams({
            limit: String(limit),
            ...(next === null ? {} : { after: encodePlace(next) }),
          });
          return { items: items.map(shownItem), next: next === null ? null : `${addressOf(garageId)}?${query}` };
        });
      },
    );

    inner.get<{ Params: { garageId: string; visitId: string } }>(
      '/v1/garages/:garageId/review/:visitId', { schema: evidenceSchema },
      (request, reply) => orAway(reply, logger, async () => {
        const { params: { garageId, visitId }, caller } = request;
        const item = await queue.item(garageId, visitId);
        if (item === null) return sendProblem(reply, NOT_WAITING);
        const found = await evidence.of(item);
        if (found === null) return sendProblem(reply.header('retry-after', 2), TOO_MANY);
        const shown = shownEvidence(item, found);
        await noteLook({
          actor: `key:${caller.keyId}`, actorName: caller.name, view: 'review_evidence',
          garageId, subjects: visitsIn(shown), requestId: request.id,
        });
        return shown;
      }),
    );

    inner.post<{ Params: { garageId: string }; Body: Body }>(
      '/v1/garages/:garageId/review/actions', { schema: actionSchema },
      async (request, reply) => {
        const { params: { garageId }, body, caller, headers } = request;
        const word = wordOf(body);
        if ('title' in word) return sendProblem(reply, word);
        const { type, by, reason, ...about } = word;
        const name = headers['idempotency-key'] as string | undefined;
        const controlId = name === undefined
          ? randomUUID()
          : controlIdOf([caller.keyId, garageId, name, JSON.stringify(word)]);
        const control: Control = {
          controlId, type, subject: garageId, to: null, version: null,
          issuedAt: now(), issuedBy: `${by} (${keyText(caller)})`, reason, ...about,
        };
        return orAway(reply, logger, async () => {
          await write(control);
          const { visitId, otherVisitId, irregularityId } = word;
          logger.info(
            {
              keyId: caller.keyId, key: caller.name, by, garageId, type, visitId,
              otherVisitId, irregularityId, controlId, requestId: request.id,
            },
            'a person settled a doubtful visit',
          );
          const outcome = shownOutcome({ controlId, garageId, type, status: 'pending', reason: '', message: '' });
          return reply.code(202).header('location', outcome.outcome).send(outcome);
        });
      },
    );

    inner.get<{ Params: { garageId: string; controlId: string } }>(
      '/v1/garages/:garageId/review/actions/:controlId', { schema: outcomeSchema },
      ({ params: { garageId, controlId } }, reply) => orAway(reply, logger, async () => {
        const outcome = await queue.outcome(garageId, controlId);
        return outcome === null ? sendProblem(reply, NO_SUCH_ACTION) : shownOutcome(outcome);
      }),
    );
  });
}

type Word = Pick<Control, 'type' | 'visitId' | 'otherVisitId' | 'irregularityId' | 'country' | 'plate' | 'reason'> & {
  readonly by: string;
};

/**
 * What the body says, as the control record has it, without what the action does not need; or what is wrong with it.
 */
function wordOf(body: Body): Word | Problem {
  const type = `review_${body.action}` as ReviewAction;
  const bad = (detail: string): Problem => ({ status: 400, title: 'Incomplete action', detail });
  const about: Record<string, string> = {};
  for (const field of reviewNeeds[type]) {
    const value = body[field as keyof Body];
    if (value === undefined) return bad(`The action ${body.action} needs \`${reviewNeeds[type].join('`, `')}\`.`);
    about[field] = value;
  }
  if (about.plate !== undefined) {
    const normal = normalisePlate(about.plate);
    if ('fault' in normal || normal.plate === '') {
      return bad(`The plate is ${'fault' in normal ? normal.fault : 'empty'}: give it as it stands on the vehicle.`);
    }
    about.plate = normal.plate;
  }
  const by = printable(body.by);
  if (by === '') return bad('`by` must name the person who says so.');
  return { type, by, reason: printable(body.reason), ...about };
}

/** On one line, for it is shown in terminals too. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trim();
}

/**
 * The same request under the same name is one action, also after a restart; another one under
 * that name is another action.
 */
function controlIdOf(parts: readonly string[]): string {
  return `i-${createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 32)}`;
}

function keyText({ keyId, name }: FastifyRequest['caller']): string {
  return name === '' ? `key ${keyId}` : `key ${keyId}, ${name}`;
}

function addressOf(garageId: string, ...more: readonly string[]): string {
  return ['/v1/garages', encodeURIComponent(garageId), 'review', ...more.map(encodeURIComponent)].join('/');
}

function shownItem({ garageId, visitId, at, types, irregularityIds }: ReviewItem): object {
  return { visitId, at: new Date(at).toISOString(), types, irregularityIds, evidence: addressOf(garageId, visitId) };
}

function shownEvidence({ visitId, at, types, irregularityIds }: ReviewItem, found: SourcedEvidence): object {
  const time = (instant: number | null): string | null => (instant === null ? null : new Date(instant).toISOString());
  const {
    visit, candidates, actions, readFrom, why, missedShare, pairedShare, stitchedShare,
  }: SourcedEvidence & Evidence = found;
  return {
    visitId, at: time(at), types, irregularityIds, why, missedShare, pairedShare, stitchedShare,
    visit: visit === null ? null : { ...visit, enteredAt: time(visit.enteredAt), exitedAt: time(visit.exitedAt) },
    candidates: candidates.map((candidate) => ({ ...candidate, enteredAt: time(candidate.enteredAt) })),
    actions: actions.map(({ type, ...action }: PossibleAction) => ({ action: actionName(type), ...action })),
    readFrom: time(readFrom),
  };
}

function shownOutcome({ controlId, garageId, type, status, reason, message }: ControlOutcome) {
  return {
    controlId, action: actionName(type), status, reason, message, outcome: addressOf(garageId, 'actions', controlId),
  };
}

function actionName(type: string): string {
  return type.slice('review_'.length);
}

/** Pages end here as those of visits do. */
function encodePlace({ at, member }: QueuePlace): string {
  return encodeCursor({ firstSeenMs: at, visitId: member });
}

/** Null when the text is no place. */
function decodePlace(text: string): QueuePlace | null {
  const cursor = decodeCursor(text);
  return cursor === null ? null : { at: cursor.firstSeenMs, member: cursor.visitId };
}
