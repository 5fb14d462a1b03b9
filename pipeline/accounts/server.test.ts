import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import { UnknownOutcomeError, type Gateway, type VerifyState } from '../payments/gateway.ts';
import { openLogger } from '../service/logging.ts';
import { documentOf } from '../service/test-openapi.ts';
import { openAccessTokens } from './access-tokens.ts';
import type { AccountWriter } from './account-writer.ts';
import { blockAccount } from './commands.ts';
import type { DriverDocuments } from './document-routes.ts';
import { newAccountsServer } from './server.ts';
import { newMemoryWriter, quickPasswords } from './test-accounts.ts';

const PASSWORD = 'correct horse battery';
const CARD_NUMBER = '4111 1111 1111 1111';
const card = { token: 'token-1', maskedNumber: '411111******1111', brand: 'Visa', expiryMonth: '2099-12' };

let app: FastifyInstance;
let logged: string;
let verify: VerifyState | 'away';
let isActive: boolean;
let clockMs: number;
let writer: AccountWriter;

beforeEach(async () => {
  logged = '';
  verify = { state: 'waiting' };
  isActive = true;
  clockMs = Date.now();
  writer = newMemoryWriter(() => isActive);
  app = await newAccountsServer({
    writer, tokens: await openAccessTokens(() => clockMs), passwords: quickPasswords, gateway,
    documents: noDocuments, zone: 'Europe/Oslo', publicUrl: 'https://drivers.example', currency: 'NOK',
    trustedProxies: ['10.0.0.0/8'],
    readiness: { ready: true },
    logger: openLogger('test', 'trace', { write: (line) => void (logged += line) }),
  });
});

const gateway = {
  async beginVerify({ completeUrl }) {
    if (verify === 'away') throw new UnknownOutcomeError('away');
    assert.equal(completeUrl, 'https://drivers.example/v1/card-entered');
    return { orderId: '/psp/paymentorders/1', url: 'https://gateway.example/enter' };
  },
  async verified() {
    if (verify === 'away') throw new UnknownOutcomeError('away');
    return verify;
  },
} as Partial<Gateway> as Gateway;

/** Nobody asks for any here. */
const noDocuments = {} as DriverDocuments;

const kari = {
  name: 'Kari',
  email: 'Kari@Example.org',
  phone: '+47 912 34 567',
  password: PASSWORD,
  vehicles: [{ country: 'no', plate: 'aa 100-01' }],
};

function ask(
  method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE', url: string, body?: object, token?: string,
): Promise<LightMyRequestResponse> {
  return app.inject({
    method, url, ...(body === undefined ? {} : { payload: body }),
    ...(token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } }),
  });
}

interface Session {
  readonly accountId: string;
  readonly accessToken: string;
  readonly refreshToken: string;
}

async function login(email = kari.email, password = PASSWORD): Promise<Session> {
  const answer = await ask('POST', '/v1/sessions', { email, password });
  assert.equal(answer.statusCode, 201, answer.body);
  return answer.json();
}

async function signedUp(holder: object = {}): Promise<Session> {
  const whole = { ...kari, ...holder };
  const answer = await ask('POST', '/v1/accounts', whole);
  assert.equal(answer.statusCode, 201, answer.body);
  return login(whole.email);
}

const ola = { email: 'ola@example.org', vehicles: [{ country: 'NO', plate: 'AA10002' }] };

test('an account is made with name, e-mail, phone, password and plate, and is inactive until it has a card', async () => {
  const { accessToken } = await signedUp();
  const own = (await ask('GET', '/v1/account', undefined, accessToken)).json();
  assert.deepEqual(
    [own.name, own.email, own.phone, own.status, own.reason, own.card],
    ['Kari', 'kari@example.org', '+4791234567', 'inactive', 'no_card', null],
  );
  assert.deepEqual(
    own.vehicles.map(({ country, plate }: { country: string; plate: string }) => `${country} ${plate}`),
    ['NO AA10001'],
  );
});

test('the public learns from no address how the process fares, but whether it is there', async () => {
  assert.equal((await ask('GET', '/metrics')).statusCode, 404);
  assert.equal((await ask('GET', '/health/ready')).statusCode, 200);
});

test('a plate is on one account only, however it is written', async () => {
  await signedUp();
  const second = await ask('POST', '/v1/accounts', {
    ...kari,
    email: 'other@example.org',
    vehicles: [{ country: 'NO', plate: 'AA10001' }],
  });
  assert.equal(second.statusCode, 409);
  const { accessToken } = await signedUp(ola);
  const taken = await ask('PATCH', '/v1/account', { vehicles: [{ country: 'NO', plate: 'aa10001' }] }, accessToken);
  assert.equal(taken.statusCode, 409);
  assert.equal(
    (await ask('PATCH', '/v1/account', { vehicles: [{ country: 'SE', plate: 'aa10001' }] }, accessToken)).statusCode,
    200,
  );
});

test('a vehicle that one account has let go of may go on another', async () => {
  const first = await signedUp();
  const second = await signedUp(ola);
  await ask('PATCH', '/v1/account', { vehicles: [] }, first.accessToken);
  const moved = await ask('PATCH', '/v1/account', { vehicles: kari.vehicles }, second.accessToken);
  assert.equal(moved.statusCode, 200);
});

test('whether the e-mail address or the plate is taken is not told to who asks without a login', async () => {
  await signedUp();
  const sameEmail = await ask('POST', '/v1/accounts', { ...kari, vehicles: ola.vehicles });
  const samePlate = await ask('POST', '/v1/accounts', { ...kari, email: ola.email });
  const told = ({ statusCode, body }: LightMyRequestResponse): unknown =>
    [statusCode, { ...(JSON.parse(body) as object), instance: null }];
  assert.deepEqual(told(sameEmail), told(samePlate));
});

test('an unknown e-mail address is answered as a wrong password is', async () => {
  await signedUp();
  const wrong = await ask('POST', '/v1/sessions', { email: kari.email, password: 'wrong' });
  const unknown = await ask('POST', '/v1/sessions', { email: 'nobody@example.org', password: 'wrong' });
  assert.equal(unknown.statusCode, 401);
  assert.deepEqual({ ...unknown.json<object>(), instance: null }, { ...wrong.json<object>(), instance: null });
});

test('logins to one e-mail address are throttled, known or not, and those to others are not', async () => {
  await signedUp();
  for (const email of [kari.email, 'nobody@example.org']) {
    const statuses: number[] = [];
    for (let n = 0; n < 11; n += 1) {
      statuses.push((await ask('POST', '/v1/sessions', { email, password: 'wrong' })).statusCode);
    }
    assert.equal(statuses.at(-1), 429);
  }
  await signedUp(ola);
});

test('logins of one network address are throttled, by the address that a trusted proxy tells, and no other', async () => {
  let asked = 0;
  const statusOf = async (remoteAddress: string, forwardedFor: string): Promise<number> => (await app.inject({
    method: 'POST', url: '/v1/sessions', remoteAddress, headers: { 'x-forwarded-for': forwardedFor },
    payload: { email: `nobody-${(asked += 1)}@example.org`, password: 'wrong' },
  })).statusCode;
  for (let n = 0; n < 200; n += 1) await statusOf('10.0.0.1', '192.0.2.1');
  assert.equal(await statusOf('10.0.0.1', '192.0.2.1'), 429);
  assert.equal(await statusOf('10.0.0.1', '192.0.2.2'), 401);
  assert.equal(await statusOf('192.0.2.1', '192.0.2.3'), 429);
});

test('a driver sees and changes only their own account', async () => {
  const first = await signedUp();
  const second = await signedUp(ola);
  assert.equal((await ask('GET', '/v1/account', undefined, second.accessToken)).json().accountId, second.accountId);
  await ask('PATCH', '/v1/account', { name: 'Changed' }, second.accessToken);
  assert.equal((await ask('GET', '/v1/account', undefined, first.accessToken)).json().name, 'Kari');
  for (const token of [undefined, 'nonsense', first.accessToken.slice(0, -4) + 'AAAA']) {
    assert.equal((await ask('GET', '/v1/account', undefined, token)).statusCode, 401);
  }
});

test('an access token is good for ten minutes, and not after the logout', async () => {
  const { accessToken } = await signedUp();
  clockMs += 599_000;
  assert.equal((await ask('GET', '/v1/account', undefined, accessToken)).statusCode, 200);
  clockMs += 2_000;
  assert.equal((await ask('GET', '/v1/account', undefined, accessToken)).statusCode, 401);
  const again = await login();
  assert.equal((await ask('DELETE', '/v1/sessions/current', undefined, again.accessToken)).statusCode, 204);
  assert.equal((await ask('GET', '/v1/account', undefined, again.accessToken)).statusCode, 401);
});

test('a token stays good while the key that signed it is replaced', async () => {
  await signedUp();
  clockMs += 3_599_000;
  const before = await login();
  clockMs += 2_000;
  const after = await login();
  for (const { accessToken } of [before, after]) {
    assert.equal((await ask('GET', '/v1/account', undefined, accessToken)).statusCode, 200);
  }
  assert.equal((await ask('GET', '/.well-known/jwks.json')).json().keys.length, 2);
});

test('a refresh gives a new session token, and a spent one ends the session', async () => {
  const { refreshToken } = await signedUp();
  const next: Session = (await ask('POST', '/v1/sessions/refresh', { refreshToken })).json();
  assert.equal((await ask('GET', '/v1/account', undefined, next.accessToken)).statusCode, 200);
  assert.equal((await ask('POST', '/v1/sessions/refresh', { refreshToken })).statusCode, 401);
  assert.equal((await ask('GET', '/v1/account', undefined, next.accessToken)).statusCode, 401);
});

test('a change of password ends the other sessions and needs the present one', async () => {
  const first = await signedUp();
  const second = await login();
  const change = (password: string) =>
    ask('PUT', '/v1/account/password', { password, newPassword: 'another long one' }, first.accessToken);
  assert.equal((await change('wrong')).statusCode, 401);
  assert.equal((await change(PASSWORD)).statusCode, 204);
  assert.equal((await ask('GET', '/v1/account', undefined, second.accessToken)).statusCode, 401);
  assert.equal((await ask('GET', '/v1/account', undefined, first.accessToken)).statusCode, 200);
  await login(kari.email, 'another long one');
});

test('a changed e-mail address needs the password and is what one logs in with', async () => {
  const { accessToken } = await signedUp();
  assert.equal((await ask('PATCH', '/v1/account', { email: 'new@example.org' }, accessToken)).statusCode, 401);
  assert.equal(
    (await ask('PATCH', '/v1/account', { email: 'new@example.org', password: PASSWORD }, accessToken)).statusCode,
    200,
  );
  await login('NEW@example.org');
});

test('what looks like a card number is refused in any field, and never logged', async () => {
  const { accessToken } = await signedUp();
  const bodies = [
    { name: CARD_NUMBER }, { vehicles: [{ country: 'NO', plate: '4111111111111111' }] }, { phone: '+4111111111111111' },
    { name: 'x', card: { number: CARD_NUMBER } },
  ];
  for (const body of bodies) {
    const answer = await ask('PATCH', '/v1/account', body, accessToken);
    assert.equal(answer.statusCode, 400, answer.body);
    assert.equal(/1111/.test(answer.body), false);
  }
  assert.equal((await ask('POST', '/v1/accounts', { ...kari, password: CARD_NUMBER })).statusCode, 400);
  assert.equal(/1111/.test(logged), false);
});

test("a card comes by the gateway's page, as a token, a masked number and a month, and makes the account active", async () => {
  const { accountId, accessToken } = await signedUp();
  const complete = () => ask('POST', '/v1/account/card-registration/complete', undefined, accessToken);
  assert.equal((await complete()).statusCode, 409);
  const begun = await ask('POST', '/v1/account/card-registration', undefined, accessToken);
  assert.deepEqual([begun.statusCode, begun.json().url], [201, 'https://gateway.example/enter']);
  assert.equal((await complete()).statusCode, 409);
  verify = 'away';
  assert.equal((await complete()).statusCode, 503);
  verify = { state: 'verified', card };
  const own = (await complete()).json();
  assert.deepEqual(
    [own.status, own.card.maskedNumber, own.card.expiryMonth, own.card.token],
    ['active', '411111******1111', '2099-12', undefined],
  );
  assert.equal((await complete()).statusCode, 200);
  assert.equal(writer.directory.account(accountId)!.card!.token, 'token-1');
  assert.equal((await ask('DELETE', '/v1/account/card', undefined, accessToken)).json().reason, 'no_card');
});

test('Visa and Mastercard are taken and no other card, nor one whose number is not masked', async () => {
  const { accountId, accessToken } = await signedUp();
  const completeWith = async (told: object) => {
    await ask('POST', '/v1/account/card-registration', undefined, accessToken);
    verify = { state: 'verified', card: { ...card, ...told } };
    return ask('POST', '/v1/account/card-registration/complete', undefined, accessToken);
  };
  for (const told of [{ brand: 'Amex' }, { brand: 'Dankort' }, { maskedNumber: CARD_NUMBER }]) {
    const answer = await completeWith(told);
    assert.equal(answer.statusCode, 409, answer.body);
    assert.equal(/1111/.test(answer.body + logged), false);
    assert.equal(writer.directory.account(accountId)!.card, null);
  }
  for (const brand of ['MasterCard', 'Mastercard', 'VISA', '']) {
    assert.equal((await completeWith({ brand })).statusCode, 200, brand);
    assert.equal(writer.directory.account(accountId)!.card!.brand, brand);
  }
});

test('a card that was not verified changes nothing', async () => {
  const { accessToken } = await signedUp();
  await ask('POST', '/v1/account/card-registration', undefined, accessToken);
  verify = { state: 'failed' };
  assert.equal((await ask('POST', '/v1/account/card-registration/complete', undefined, accessToken)).statusCode, 409);
});

test('a driver switches the account off and on, and sees why it is blocked', async () => {
  const { accountId, accessToken } = await signedUp();
  const off = (await ask('PATCH', '/v1/account', { switchedOn: false }, accessToken)).json();
  assert.deepEqual([off.status, off.reason, off.switchedOn], ['inactive', 'switched_off', false]);
  await writer.run(blockAccount(accountId, 'payment_trouble', 'Europe/Oslo'));
  const own = (await ask('PATCH', '/v1/account', { switchedOn: true }, accessToken)).json();
  assert.deepEqual([own.status, own.reason], ['blocked', 'payment_trouble']);
});

test('an erased holder is gone: no login, no vehicle, the e-mail address and the plate free for others', async () => {
  const { accountId, accessToken } = await signedUp();
  assert.equal((await ask('DELETE', '/v1/account', { password: 'wrong' }, accessToken)).statusCode, 401);
  assert.equal((await ask('DELETE', '/v1/account', { password: PASSWORD }, accessToken)).statusCode, 204);
  assert.equal((await ask('GET', '/v1/account', undefined, accessToken)).statusCode, 401);
  assert.equal(writer.directory.details(accountId), undefined);
  await signedUp();
});

test('a fourth vehicle is refused', async () => {
  const { accessToken } = await signedUp();
  const vehicles = ['AA10001', 'AA10002', 'AA10003', 'AA10004'].map((plate) => ({ country: 'NO', plate }));
  assert.equal((await ask('PATCH', '/v1/account', { vehicles }, accessToken)).statusCode, 409);
});

const malformed: readonly object[] = [
  {}, { ...kari, email: 'no address' }, { ...kari, password: 'short' },
  { ...kari, phone: '12' }, { ...kari, name: ' ' },
  { ...kari, name: 'Kari\n\nPay here' }, { ...kari, name: 'Kari\u0000' }, { ...kari, name: 'Kari \u202eirak' },
  { ...kari, vehicles: [{ country: 'Norway', plate: 'AA10001' }] }, { ...kari, vehicles: [{ country: 'xx', plate: 'AA10001' }] },
  { ...kari, vehicles: [{ country: 'NO', plate: '---' }] },
  { ...kari, vehicles: [{ country: 'NO', plate: '<script>' }] }, { ...kari, name: 'x'.repeat(101) },
];
test('malformed accounts are refused without telling what was sent', async () => {
  for (const body of malformed) {
    const answer = await ask('POST', '/v1/accounts', body);
    assert.equal(answer.statusCode, 400, JSON.stringify(body));
    assert.match(answer.headers['content-type'] as string, /problem\+json/);
    assert.equal(/script|AA100|short/.test(answer.body), false);
  }
});

test('what a body holds is taken as it stands: null switches nothing off, false is no plate, a word that nobody knows is refused', async () => {
  const { accessToken } = await signedUp();
  const before = (await ask('GET', '/v1/account', undefined, accessToken)).json();
  for (const change of [
    { switchedOn: null }, { switchedOn: 0 }, { switchedOn: 'false' }, { name: 7 }, { name: 'Kari B', switchedOff: true },
    { vehicles: [{ country: 'NO', plate: false }] }, { vehicles: [{ country: 'NO', plate: 'AA10009', colour: 'red' }] },
  ]) {
    const answer = await ask('PATCH', '/v1/account', change, accessToken);
    assert.equal(answer.statusCode, 400, JSON.stringify(change));
  }
  assert.deepEqual((await ask('GET', '/v1/account', undefined, accessToken)).json(), before);
});

test('an instance that does not write answers 503 and when to ask again', async () => {
  const { accessToken } = await signedUp();
  isActive = false;
  const answer = await ask('GET', '/v1/account', undefined, accessToken);
  assert.deepEqual([answer.statusCode, answer.headers['retry-after']], [503, '1']);
});

test('the OpenAPI document is valid and names every route', async () => {
  await app.ready();
  const document = await documentOf(app);
  assert.deepEqual(Object.keys(document.paths).sort(), [
    '/.well-known/jwks.json', '/v1/account', '/v1/account/card',
    '/v1/account/card-registration', '/v1/account/card-registration/complete',
    '/v1/account/documents', '/v1/account/documents/mail',
    '/v1/account/documents/pdf', '/v1/account/looks', '/v1/account/password',
    '/v1/account/payments',
    '/v1/account/payments/{paymentId}', '/v1/account/visits', '/v1/accounts',
    '/v1/sessions', '/v1/sessions/current', '/v1/sessions/refresh',
  ]);
});
