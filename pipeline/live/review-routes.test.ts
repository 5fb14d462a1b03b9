import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import { newTestKeys, uncounted } from '../access/test-keys.ts';
import { LookNotLoggedError, type Look } from '../privacy/access-log.ts';
import type { Control } from '../records/records.ts';
import { openLogger } from '../service/logging.ts';
import { openShapes, documentOf } from '../service/test-openapi.ts';
import type { ReviewItem } from '../visits/review/review-evidence.ts';
import type { ControlOutcome } from './entry.ts';
import type { SourcedEvidence } from './evidence-source.ts';
import type { ReviewParts } from './review-routes.ts';
import { newLiveServer } from './server.ts';

const items: ReviewItem[] = Array.from({ length: 5 }, (_, i) => (
  {
    garageId: 'g1',
    visitId: `v${i}`,
    at: Date.UTC(2026, 5, 1, i),
    types: ['similar_inside'],
    irregularityIds: [`similar_inside-v${i}`],
  }
));

const evidence: SourcedEvidence = {
  visit: {
    status: 'closed', country: 'NO', plate: 'SECRET1', entryPlate: null,
    exitPlate: 'SECRET1', enteredAt: null, exitedAt: Date.UTC(2026, 5, 1), lengthMs: null,
  },
  why: 'two could have made it',
  candidates: [{
    visitId: 'v9', country: 'NO', plate: 'SECRET2', enteredAt: Date.UTC(2026, 5, 1),
    lengthMs: 3_600_000, score: -9.3, likeness: 7, share: 0.6, isInside: true,
  }],
  missedShare: 0.4, stitchedShare: null, pairedShare: null, readFrom: null,
  actions: [{ type: 'review_merge', visitId: 'v1', otherVisitId: 'v9', effect: 'one stay' }],
};

const keys = newTestKeys((garageId) => (garageId === 'g2' ? 'other' : 'o'));
const ATTENDANT = keys.issue({ operatorId: 'o', scopes: ['review'], name: 'Torget office' });

/** A server with what it wrote and logged. */
function open(changes: Partial<ReviewParts> = {}) {
  const written: Control[] = [];
  const looks: Look[] = [];
  const logged: string[] = [];
  const outcomes = new Map<string, ControlOutcome>();
  const review: ReviewParts = {
    queue: {
      async waiting(_garageId, limit, after) {
        const behind = items.filter(({ at }) => after === null || at > after.at);
        const page = behind.slice(0, limit);
        return { items: page, next: behind.length > limit ? { at: page.at(-1)!.at, member: 'm' } : null };
      },
      item: async (_garageId, visitId) => items.find((item) => item.visitId === visitId) ?? null,
      outcome: async (_garageId, controlId) => outcomes.get(controlId) ?? null,
    },
    evidence: { of: async () => evidence },
    noteLook: async (look) => void looks.push(look),
    write: async (control) => void written.push(control),
    now: () => 1_000,
    ...changes,
  };
  const app = newLiveServer({
    status: { garages: async () => [], irregularities: async () => [], charges: async () => [] },
    visits: { newest: async () => [], find: async () => null },
    stages: async () => [], review, keyRing: keys.keyRing,
    requestCounts: uncounted, readiness: { ready: true },
    logger: openLogger(
      'test',
      'info',
      new Writable({ write: (chunk, _encoding, done) => (logged.push(String(chunk)), done()) }),
    ),
  });
  return { app, written, looks, logged, outcomes };
}

function ask(app: FastifyInstance, url: string, key = ATTENDANT): Promise<LightMyRequestResponse> {
  return app.inject({ url, headers: { authorization: `Bearer ${key}` } });
}

function act(
  app: FastifyInstance, payload: object, headers: object = {}, key = ATTENDANT, garageId = 'g1',
): Promise<LightMyRequestResponse> {
  return app.inject({
    method: 'POST', url: `/v1/garages/${garageId}/review/actions`,
    payload, headers: { authorization: `Bearer ${key}`, ...headers },
  });
}

test('page by page everything that waits in a garage comes once, without a plate', async () => {
  const { app } = open();
  const seen: string[] = [];
  for (let address: string | null = '/v1/garages/g1/review?limit=2'; address !== null;) {
    const answer: LightMyRequestResponse = await ask(app, address);
    assert.equal(answer.statusCode, 200);
    assert.doesNotMatch(answer.body, /SECRET/);
    const page: { items: { visitId: string }[]; next: string | null } = answer.json();
    seen.push(...page.items.map(({ visitId }) => visitId));
    address = page.next;
  }
  assert.deepEqual(seen, items.map(({ visitId }) => visitId));
  for (const query of ['limit=0', 'limit=501', 'after=x']) {
    assert.equal((await ask(app, `/v1/garages/g1/review?${query}`)).statusCode, 400, query);
  }
});

test('the evidence has the plates, and the access log who was shown those of which visits, but not the plates', async () => {
  const { app, looks, logged } = open();
  const answer = await ask(app, '/v1/garages/g1/review/v1');
  const { candidates, visit, actions } = answer.json();
  assert.deepEqual([visit.plate, candidates[0].plate, candidates[0].share], ['SECRET1', 'SECRET2', 0.6]);
  assert.deepEqual(actions, [{ action: 'merge', visitId: 'v1', otherVisitId: 'v9', effect: 'one stay' }]);
  const [{ requestId, actor, ...look }] = looks as [Look];
  assert.deepEqual(look, {
    actorName: 'Torget office', view: 'review_evidence', garageId: 'g1',
    subjects: [{ kind: 'visit', id: 'v1' }, { kind: 'visit', id: 'v9' }],
  });
  assert.match(actor, /^key:/);
  assert.equal((await ask(app, '/v1/garages/g1/review/v99')).statusCode, 404);
  assert.equal(looks.length, 1, 'of nothing that was shown');
  assert.doesNotMatch(JSON.stringify(looks) + logged.join(''), /SECRET/);
});

test('without the access log no plate is shown: 503', async () => {
  const { app } = open({ noteLook: () => Promise.reject(new LookNotLoggedError(new Error('no broker'))) });
  const answer = await ask(app, '/v1/garages/g1/review/v1');
  assert.equal(answer.statusCode, 503);
  assert.doesNotMatch(answer.body, /SECRET/);
});

test('each action is written as the control record that the command line would write, with who, when and why', async () => {
  const { app, written } = open();
  const said = { by: 'kari', reason: 'seen on video' };
  const actions: [object, Partial<Control>][] = [
    [{ action: 'confirm', visitId: 'v1' }, { type: 'review_confirm', visitId: 'v1' }],
    [{ action: 'split', visitId: 'v1' }, { type: 'review_split', visitId: 'v1' }],
    [
      { action: 'merge', visitId: 'v1', otherVisitId: 'v2' },
      { type: 'review_merge', visitId: 'v1', otherVisitId: 'v2' },
    ],
    [
      { action: 'correct', visitId: 'v1', country: 'NO', plate: 'ab 12345' },
      { type: 'review_correct', visitId: 'v1', country: 'NO', plate: 'AB12345' },
    ],
    [
      { action: 'dismiss', irregularityId: 'similar_inside-v1' },
      { type: 'review_dismiss', irregularityId: 'similar_inside-v1' },
    ],
  ];
  for (const [body, control] of actions) {
    const answer = await act(app, { ...body, ...said });
    assert.equal(answer.statusCode, 202, answer.body);
    const { controlId, status, outcome } = answer.json();
    assert.deepEqual([status, answer.headers.location], ['pending', outcome]);
    const { issuedBy, ...rest } = written.at(-1)!;
    assert.match(issuedBy, /^kari \(key [a-z0-9]{10}, Torget office\)$/);
    assert.deepEqual(rest, {
      controlId, subject: 'g1', to: null, version: null, issuedAt: 1_000, reason: 'seen on video', ...control,
    });
  }
});

test('what an action does not need is left out, and what is written stands on one line', async () => {
  const { app, written } = open();
  await act(app, {
    action: 'confirm', visitId: 'v1', otherVisitId: 'v2',
    plate: 'AB12345', by: 'kari\nAdmin\u001b[2J', reason: 'a\r\nb',
  });
  const { issuedBy, reason, otherVisitId, plate } = written[0]!;
  assert.match(issuedBy, /^kari Admin \[2J \(key/);
  assert.deepEqual([reason, otherVisitId, plate], ['a b', undefined, undefined]);
});

test('a request that is sent again under its name is the same action, and another one is not', async () => {
  const { app, written } = open();
  const body = { action: 'confirm', visitId: 'v1', by: 'kari' };
  const named = { 'idempotency-key': 'one' };
  await act(app, body, named);
  await act(open({ write: async (control) => void written.push(control) }).app, body, named);
  await act(app, { ...body, visitId: 'v2' }, named);
  await act(app, body, { 'idempotency-key': 'two' });
  await act(app, body);
  await act(app, body);
  await act(app, body, named, keys.issue({ operatorId: 'o', scopes: ['review'] }));
  const ids = written.map(({ controlId }) => controlId);
  assert.equal(ids[0], ids[1]);
  assert.equal(new Set(ids).size, 6);
});

test('an action that lacks what it needs is refused, and nothing is written', async () => {
  const { app, written, logged } = open();
  const by = 'kari';
  const bad = [
    {}, { action: 'confirm', by }, { action: 'confirm', visitId: 'v1' },
    { action: 'merge', visitId: 'v1', by }, { action: 'explode', visitId: 'v1', by },
    { action: 'correct', visitId: 'v1', by, country: 'NO' },
    { action: 'correct', visitId: 'v1', by, country: 'no', plate: 'AB12345' },
    { action: 'correct', visitId: 'v1', by, country: 'NO', plate: 'SECRET1!!' },
    { action: 'dismiss', visitId: 'v1', by },
    { action: 'confirm', visitId: 'v1', by: ' \n' }, { action: 'confirm', visitId: 'v'.repeat(200), by },
  ];
  for (const body of bad) {
    const answer = await act(app, body);
    assert.equal(answer.statusCode, 400, JSON.stringify(body));
    assert.match(String(answer.headers['content-type']), /problem\+json/);
    assert.doesNotMatch(answer.body, /SECRET/);
  }
  assert.deepEqual(written, []);
  assert.doesNotMatch(logged.join(''), /SECRET/);
});

test('what became of an action is told, or that it is not known yet', async () => {
  const { app, outcomes } = open();
  const { outcome, controlId } = (await act(app, { action: 'split', visitId: 'v1', by: 'kari' })).json();
  assert.equal((await ask(app, outcome)).statusCode, 404);
  outcomes.set(controlId, {
    controlId, garageId: 'g1', type: 'review_split', status: 'refused',
    reason: 'not_paired', message: 'it lacks its exit',
  });
  const { status, reason, action } = (await ask(app, outcome)).json();
  assert.deepEqual([action, status, reason], ['split', 'refused', 'not_paired']);
});

test("only a key of the garage's operator, with the scope for it, sees or settles anything", async () => {
  const { app, written } = open();
  const camera = keys.issue({ operatorId: 'o' });
  const stranger = keys.issue({ operatorId: 'other', scopes: ['review'] });
  for (const [key, title] of [[camera, 'Not a key for reviews'], [stranger, 'Not a garage of this key']] as const) {
    const answers = [
      await ask(app, '/v1/garages/g1/review', key), await ask(app, '/v1/garages/g1/review/v1', key),
      await ask(app, '/v1/garages/g1/review/actions/c1', key),
      await act(app, { action: 'confirm', visitId: 'v1', by: 'x' }, {}, key),
    ];
    for (const answer of answers) assert.deepEqual([answer.statusCode, answer.json().title], [403, title]);
  }
  assert.equal(
    (await app.inject({ method: 'POST', url: '/v1/garages/g1/review/actions', payload: {} })).statusCode,
    401,
  );
  assert.deepEqual(written, []);
});

test('while Kafka or Redis is away the answer is 503, and nothing is said to be stored', async () => {
  const away = (): Promise<never> => Promise.reject(new Error('SECRET'));
  const { app } = open({ write: away, queue: { waiting: away, item: away, outcome: away } });
  const answers = [
    await ask(app, '/v1/garages/g1/review'), await ask(app, '/v1/garages/g1/review/v1'),
    await ask(app, '/v1/garages/g1/review/actions/c1'),
    await act(app, { action: 'confirm', visitId: 'v1', by: 'kari' }),
  ];
  for (const answer of answers) {
    assert.equal(answer.statusCode, 503);
    assert.ok(Number(answer.headers['retry-after']) > 0);
    assert.doesNotMatch(answer.body, /SECRET/);
  }
});

test('an answer to an action is as the OpenAPI document says', async () => {
  const { app } = open();
  const isOf = openShapes(await documentOf(app));
  assert.equal(isOf('ReviewOutcome', (await act(app, { action: 'split', visitId: 'v1', by: 'kari' })).json()), true);
  assert.equal(isOf('ReviewEvidence', (await ask(app, '/v1/garages/g1/review/v1')).json()), true);
});
