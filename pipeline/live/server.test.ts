import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import { newTestKeys, uncounted } from '../access/test-keys.ts';
import { openLogger } from '../service/logging.ts';
import { answerOf, documentOf, examplesOf, openShapes, shapeNames } from '../service/test-openapi.ts';
import type { ReviewParts } from './review-routes.ts';
import { newLiveServer } from './server.ts';
import type { GarageStatus, LiveStatus } from './status.ts';
import type { Cursor, VisitRow, VisitsQuery } from '../warehouse/visits-query.ts';

const garage: GarageStatus = {
  garageId: 'g1', name: 'Torget', operatorId: 'o', timezone: 'Europe/Oslo', capacity: 100, inside: 40, openVisits: 43,
  day: '2026-06-01', closedOnDay: 7, closed: 900, unclosed: 1,
  review: 0, irregularities: { double_entry: 2, missed_exit: 1 },
};

const status: LiveStatus = {
  garages: async () =>
    [garage, { ...garage, garageId: 'g2', name: 'Elva', operatorId: 'other', capacity: null, inside: 3 }],
  irregularities: async (limit) => Array.from({ length: Math.min(limit, 80) }, (_, i) => ({
    irregularityId: `i${i}`, status: 'open', type: 'missed_exit',
    garageId: i % 2 === 0 ? 'g1' : 'g2', at: '2026-06-01T12:00:00.000Z',
    cameraId: null, visitIds: [], severity: 'info', action: 'None.',
  })),
  charges: async () => [{ billingDay: '2026-06-01', status: 'charged', currency: 'NOK', count: 3, grossMinor: 9_900 }],
};

/** Ten visits; v9 is the newest, and two share each moment. */
const rows: VisitRow[] = Array.from({ length: 10 }, (_, i) => ({
  visitId: `v${9 - i}`, revision: 1, status: 'open', operatorId: 'o',
  garageId: 'g1', plateRead: true, entryReadId: 'r', exitReadId: null,
  enteredAt: null, exitedAt: null, matchConfidence: 1, flags: [], rulesVersion: 1,
  firstSeenAt: new Date(Date.UTC(2026, 5, 1, 12, Math.floor((9 - i) / 2))).toISOString(),
}));

const isBehind = (row: VisitRow, { firstSeenMs, visitId }: Cursor): boolean => {
  const at = Date.parse(row.firstSeenAt);
  return at < firstSeenMs || (at === firstSeenMs && row.visitId < visitId);
};

const visits: VisitsQuery = {
  newest: async (_garageId, limit, after) =>
    rows.filter((row) => after === null || isBehind(row, after)).slice(0, limit),
  find: async (visitId) => rows.find((row) => row.visitId === visitId) ?? null,
};

const silent = openLogger('test', 'fatal', new Writable({ write: (_chunk, _encoding, done) => done() }));

const item = {
  garageId: 'g1',
  visitId: 'v3',
  at: Date.UTC(2026, 5, 1, 12),
  types: ['exit_without_entry'],
  irregularityIds: ['exit_without_entry-v3'],
};

const review: ReviewParts = {
  queue: {
    waiting: async () => ({ items: [item], next: null }),
    item: async () => item,
    outcome: async (garageId, controlId) => ({
      controlId, garageId, type: 'review_confirm', status: 'applied', reason: '', message: '',
    }),
  },
  noteLook: async () => {},
  evidence: {
    of: async () => ({
      visit: null, why: 'its reads are gone', candidates: [], missedShare: null,
      stitchedShare: null, pairedShare: null, actions: [], readFrom: null,
    }),
  },
  write: async () => {},
  now: () => 0,
};

const keys = newTestKeys((garageId) => (garageId === 'g2' ? 'other' : 'o'));
const ALL = keys.issue({ scopes: ['review'] });

function ask(app: FastifyInstance, url: string, key = ALL): Promise<LightMyRequestResponse> {
  return app.inject({ url, headers: { authorization: `Bearer ${key}` } });
}

function open(parts: { status?: LiveStatus; visits?: VisitsQuery } = {}): FastifyInstance {
  return newLiveServer({
    status, visits, review, keyRing: keys.keyRing, requestCounts: uncounted,
    readiness: { ready: true }, logger: silent,
    stages: async () => [{ stage: 'visits', state: 'ready', lagSeconds: 0.2 }], ...parts,
  });
}

test('the garages come with their sum', async () => {
  const { totals, garages } = (await ask(open(), '/v1/garages')).json();
  assert.deepEqual(totals, { garages: 2, inside: 43, capacity: 100, closedOnDay: 14, closed: 1800, irregularities: 6 });
  assert.deepEqual(garages[0], garage);
});

test('page by page every visit of a garage comes once, newest first', async () => {
  const app = open();
  const seen: string[] = [];
  let address: string | null = '/v1/garages/g%2F1/visits?limit=3';
  while (address !== null) {
    const page: { visits: VisitRow[]; next: string | null } = (await ask(app, address)).json();
    seen.push(...page.visits.map(({ visitId }) => visitId));
    address = page.next;
  }
  assert.deepEqual(seen, rows.map(({ visitId }) => visitId));
});

test('a limit or cursor that is none is refused', async () => {
  const app = open();
  for (const query of [
    'limit=0', 'limit=501', 'limit=x', 'limit=1.5', 'limit=', 'after=x', `after=${btoa('[1]')}`, 'after=',
  ]) {
    const answer = await ask(app, `/v1/garages/g1/visits?${query}`);
    assert.equal(answer.statusCode, 400, query);
    assert.match(String(answer.headers['content-type']), /problem\+json/);
  }
  assert.equal((await ask(app, '/v1/irregularities?limit=1001')).statusCode, 400);
});

test('a visit is found by its id, or there is none', async () => {
  const app = open();
  assert.equal((await ask(app, '/v1/visits/v3')).json().visitId, 'v3');
  assert.equal((await ask(app, '/v1/visits/v99')).statusCode, 404);
});

test('while Redis or the warehouse is away the answer is 503, and says to come again', async () => {
  const away = (): Promise<never> => Promise.reject(new Error('SECRET'));
  const app = open({
    status: { garages: away, irregularities: away, charges: away },
    visits: { newest: away, find: away },
  });
  for (const address of [
    '/v1/garages', '/v1/irregularities', '/v1/charges', '/v1/visits/v1', '/v1/garages/g1/visits',
  ]) {
    const answer = await ask(app, address);
    assert.equal(answer.statusCode, 503, address);
    assert(Number(answer.headers['retry-after']) > 0);
    assert.doesNotMatch(answer.body, /SECRET/);
  }
});

test('the page runs its own script and style and nothing else', async () => {
  const answer = await open().inject('/');
  assert.match(String(answer.headers['content-type']), /^text\/html/);
  const policy = String(answer.headers['content-security-policy']);
  assert.match(policy, /default-src 'none'/);
  assert.match(policy, /script-src 'sha256-[^']+'/);
  assert.doesNotMatch(policy, /unsafe/);
  assert.equal(answer.headers['x-content-type-options'], 'nosniff');
  assert.doesNotMatch(answer.body, / style="| on\w+="|innerHTML/);
});

test('the page works over plain http within a network too: nothing in it is for secure contexts alone', async () => {
  const { body } = await open().inject('/');
  assert.match(body, /crypto\.getRandomValues/);
  assert.doesNotMatch(body, /randomUUID\(|crypto\.subtle|navigator\.(clipboard|serviceWorker|locks)/);
});

test('a watcher is told all at first, then nothing more than what changed', { timeout: 20_000 }, async () => {
  let inside = 40;
  let isAway = false;
  const garages = async (): Promise<GarageStatus[]> => {
    if (isAway) throw new Error('Redis is away');
    return [{ ...garage, inside }];
  };
  const app = open({ status: { ...status, garages } });
  await app.listen({ host: '127.0.0.1', port: 0 });
  try {
    const { port } = app.server.address() as AddressInfo;
    const [answer] = (await once(
      get({ port, host: '127.0.0.1', path: '/v1/stream', headers: { cookie: `a=b; bomfri_key=${ALL}` } }),
      'response',
    )) as [IncomingMessage];
    assert.match(String(answer.headers['content-type']), /^text\/event-stream/);
    assert.match(String(answer.headers['content-security-policy']), /default-src 'none'/);
    const events = eventsOf(answer);
    const first = new Map<string, string>();
    while (first.size < 5) first.set(...(await events.next()).value!);
    assert.deepEqual([...first.keys()].sort(), ['charges', 'fresh', 'garages', 'irregularities', 'stages']);
    assert.equal(JSON.parse(first.get('garages')!).totals.inside, 40);
    inside = 41;
    const [event, data] = (await events.next()).value!;
    assert.equal(event, 'garages');
    assert.equal(JSON.parse(data).totals.inside, 41);
    isAway = true;
    assert.deepEqual((await events.next()).value, ['fresh', 'false']);
    isAway = false;
    assert.deepEqual((await events.next()).value, ['fresh', 'true']);
  } finally {
    await app.close();
  }
});

async function* eventsOf(answer: IncomingMessage): AsyncGenerator<[string, string], undefined> {
  let text = '';
  for await (const chunk of answer) {
    text += String(chunk);
    for (let end = text.indexOf('\n\n'); end !== -1; end = text.indexOf('\n\n')) {
      const match = /^event: (.*)\ndata: (.*)$/.exec(text.slice(0, end));
      text = text.slice(end + 2);
      if (match !== null) yield [match[1]!, match[2]!];
    }
  }
  return undefined;
}

test('a key sees its own garages and nothing of the others', async () => {
  const app = open();
  const key = keys.issue({ operatorId: 'other' });
  const { totals, garages } = (await ask(app, '/v1/garages', key)).json();
  assert.deepEqual([totals.garages, totals.inside], [1, 3]);
  assert.deepEqual(garages.map(({ garageId }: GarageStatus) => garageId), ['g2']);
  const { irregularities } = (await ask(app, '/v1/irregularities?limit=10', key)).json();
  assert.equal(irregularities.length, 10);
  assert(irregularities.every((each: { garageId: string }) => each.garageId === 'g2'));
  for (const [address, status] of [
    ['/v1/garages/g1/visits', 403], ['/v1/garages/nowhere/visits', 403], ['/v1/charges', 403],
  ] as const) {
    assert.equal((await ask(app, address, key)).statusCode, status, address);
  }
  const problem = async (visitId: string): Promise<string> => {
    const answer = await ask(app, `/v1/visits/${visitId}`, key);
    return answer.body.replace(/urn:uuid:[^"]+/, '');
  };
  assert.equal(await problem('v3'), await problem('v99'), "another's visit looks like none at all");
});

test('nothing but the page and the health is told without a key', async () => {
  const app = open();
  for (const address of [
    '/v1/garages', '/v1/garages/g1/visits', '/v1/visits/v1', '/v1/irregularities', '/v1/charges',
    '/v1/stages', '/v1/stream', '/v1/garages/g1/review', '/v1/garages/g1/review/v3',
  ]) {
    const answer = await app.inject(address);
    assert.equal(answer.statusCode, 401, address);
    assert.match(String(answer.headers['www-authenticate']), /^Bearer/);
  }
  for (const address of ['/', '/health/ready', '/docs/json']) {
    assert.equal((await app.inject(address)).statusCode, 200, address);
  }
});

test('the page hands in its key once and the browser keeps it out of reach of scripts', async () => {
  const app = open();
  const handIn = (payload: object): Promise<LightMyRequestResponse> =>
    app.inject({ method: 'POST', url: '/session', payload });
  const answer = await handIn({ key: ALL });
  assert.equal(answer.statusCode, 204);
  assert.equal(answer.headers['set-cookie'], `bomfri_key=${ALL}; Path=/; HttpOnly; SameSite=Strict`);
  const cookie = `bomfri_key=${ALL}`;
  assert.equal((await app.inject({ url: '/v1/garages', headers: { cookie } })).statusCode, 200);
  assert.equal((await handIn({ key: 'x; Domain=.' })).statusCode, 401);
  assert.equal((await handIn({})).statusCode, 400);
});

test('a watcher whose key is revoked is sent away', { timeout: 20_000 }, async () => {
  const app = open();
  const key = keys.issue({ operatorId: 'o' });
  await app.listen({ host: '127.0.0.1', port: 0 });
  try {
    const { port } = app.server.address() as AddressInfo;
    const request = get({ port, host: '127.0.0.1', path: '/v1/stream', headers: { 'x-api-key': key } });
    const [answer] = (await once(request, 'response')) as [IncomingMessage];
    const told = new Map<string, string>();
    for await (const [event, data] of eventsOf(answer)) {
      told.set(event, data);
      if (event === 'fresh') keys.revoke(key);
    }
    assert.equal(told.has('charges'), false);
    assert.equal(JSON.parse(told.get('garages')!).totals.garages, 1);
    const listed = JSON.parse(told.get('irregularities')!) as { garageId: string }[];
    assert.deepEqual([...new Set(listed.map(({ garageId }) => garageId))], ['g1']);
  } finally {
    await app.close();
  }
});

test('every answer is as the OpenAPI document says, and every example of a shape is of that shape', async () => {
  const app = open();
  const document = await documentOf(app);
  const isOf = openShapes(document);
  for (const name of shapeNames(document)) {
    for (const example of examplesOf(document, name)) assert.equal(isOf(name, example), true, name);
  }
  const parameters: Record<string, string> = { '{garageId}': 'g1', '{visitId}': 'v3', '{controlId}': 'c1' };
  const paths = Object.keys(document.paths).filter((path) => path !== '/v1/stream' && 'get' in document.paths[path]!);
  assert.equal(paths.length, 9);
  for (const path of paths) {
    const address = path.replace(/\{\w+\}/g, (parameter) => parameters[parameter]!);
    const answer = await ask(app, address);
    assert.equal(answer.statusCode, 200, address);
    assert.equal(isOf(answerOf(path), answer.json()), true, address);
  }
  assert.equal(isOf('Problem', (await app.inject('/v1/garages')).json()), true);
});
