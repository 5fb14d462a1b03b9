import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { FastifyInstance } from 'fastify';
import { openBook } from '../../local/gateway/book.ts';
import { newLocalGateway } from '../../local/gateway/server.ts';
import { declineOf } from './swedbank-declines.ts';
import { UnknownOutcomeError, type Gateway } from './gateway.ts';
import { newReference } from './references.ts';
import { openSwedbankGateway } from './swedbank-gateway.ts';

const SLOW_MS = 1_000;
let folder: string;
let server: FastifyInstance;
let url: string;
let gateway: Gateway;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gateway-'));
  await begin(0);
  gateway = gatewayWithin(10 * SLOW_MS);
});

after(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

/** The local gateway upon its book, as a process that was started anew. */
async function begin(port: number): Promise<void> {
  // Where it is reached is only known when it listens; its page is asked for here by the path alone.
  server = newLocalGateway({
    book: openBook(join(folder, 'orders.ndjson')),
    url: 'http://gateway.example',
    slowMs: SLOW_MS,
  });
  url = await server.listen({ host: '127.0.0.1', port });
}

function gatewayWithin(timeoutMs: number): Gateway {
  return openSwedbankGateway({ url, accessToken: 'secret', payeeId: 'p', payeeName: 'Bomfri', timeoutMs });
}

const purchase = (cardToken: string, reference = newReference()) =>
  ({ reference, cardToken, grossMinor: 5_000, vatMinor: 1_000, currency: 'NOK', description: 'Parking' });

async function authorised(card: string): Promise<string> {
  const answer = await gateway.authorise(purchase(card));
  assert.ok(answer.kind === 'done');
  return answer.orderId;
}

test('a card is verified on the gateway\'s page, and its token pays', async () => {
  const { orderId, url: page } = await gateway.beginVerify({
    reference: newReference(), description: 'Card', currency: 'NOK',
    completeUrl: 'http://back.example/entered', cancelUrl: 'http://back.example/not',
  });
  assert.deepEqual(await gateway.verified(orderId), { state: 'waiting' });
  const address = new URL(new URL(page).pathname, url);
  assert.match(await (await fetch(address)).text(), /choose a test card/);
  const entered = await fetch(address, {
    method: 'POST',
    body: new URLSearchParams({ card: 'good', expiry: '2031-04' }),
    redirect: 'manual',
  });
  assert.deepEqual([entered.status, entered.headers.get('location')], [303, 'http://back.example/entered']);
  const verified = await gateway.verified(orderId);
  assert.ok(verified.state === 'verified');
  assert.deepEqual(
    [verified.card.maskedNumber, verified.card.expiryMonth, verified.card.brand],
    ['492500******0004', '2031-04', 'Visa'],
  );
  assert.equal((await gateway.authorise(purchase(verified.card.token))).kind, 'done');
});

test('a Verify that the driver gives up has failed', async () => {
  const { orderId, url: page } = await gateway.beginVerify({
    reference: newReference(), description: 'Card', currency: 'NOK',
    completeUrl: 'http://back.example/entered', cancelUrl: 'http://back.example/not',
  });
  await fetch(new URL(new URL(page).pathname, url), {
    method: 'POST',
    body: new URLSearchParams({ card: 'none' }),
    redirect: 'manual',
  });
  assert.deepEqual(await gateway.verified(orderId), { state: 'failed' });
});

test('declines are told apart by whether the card may be tried again', async () => {
  assert.deepEqual(await gateway.authorise(purchase('empty-1')), {
    kind: 'declined',
    mayRetry: true,
    code: 'acquirerinsufficientfunds 51',
  });
  assert.deepEqual(await gateway.authorise(purchase('stolen-1')), {
    kind: 'declined',
    mayRetry: false,
    code: 'acquirercardstolen 43',
  });
  assert.deepEqual(await gateway.authorise(purchase('expired-1')), {
    kind: 'declined',
    mayRetry: false,
    code: 'acquirercardexpired 54',
  });
  assert.equal((await gateway.authorise(purchase('no token'))).kind, 'refused');
});

test('a decline and an authorisation whose answers were lost are found by their reference', async () => {
  for (const card of ['good-1', 'empty-1', 'stolen-1', 'slow-1']) {
    const reference = newReference();
    const answer = await gateway.authorise(purchase(card, reference));
    assert.deepEqual(await gateway.lookUpAuthorisation(reference), answer);
  }
  assert.deepEqual(await gateway.lookUpAuthorisation(newReference()), { kind: 'none' });
});

test('a reference that comes again takes nothing again, and says that it is not known what became of it', async () => {
  const reference = newReference();
  await gateway.authorise(purchase('good-1', reference));
  await assert.rejects(gateway.authorise(purchase('good-1', reference)), UnknownOutcomeError);
  const orderId = await authorised('good-1');
  const capture = { reference: newReference(), orderId, grossMinor: 5_000, vatMinor: 1_000, description: 'Parking' };
  await gateway.capture(capture);
  await assert.rejects(gateway.capture(capture), UnknownOutcomeError);
});

test('an amount is captured once, whatever the reference', async () => {
  const orderId = await authorised('good-1');
  const capture = { orderId, grossMinor: 5_000, vatMinor: 1_000, description: 'Parking' };
  assert.equal((await gateway.capture({ ...capture, reference: newReference() })).kind, 'done');
  assert.equal((await gateway.capture({ ...capture, reference: newReference() })).kind, 'refused');
});

test('no more is given back than was captured, and a reversal whose answer was lost is found', async () => {
  const orderId = await authorised('good-1');
  const rest = { orderId, vatMinor: 0, description: 'Parking' };
  assert.equal((await gateway.reverse({ ...rest, reference: newReference(), grossMinor: 1 })).kind, 'refused');
  assert.equal(
    (await gateway.reverse({
      ...rest,
      orderId: '//elsewhere.example/psp',
      reference: newReference(),
      grossMinor: 1,
    })).kind,
    'refused',
  );
  await gateway.capture({ ...rest, reference: newReference(), grossMinor: 5_000 });
  const reference = newReference();
  assert.deepEqual(await gateway.lookUpReversal(reference, orderId), { kind: 'none' });
  assert.deepEqual(await gateway.reverse({ ...rest, reference, grossMinor: 4_000 }), { kind: 'done', orderId });
  assert.deepEqual(await gateway.lookUpReversal(reference, orderId), { kind: 'done', orderId });
  assert.equal((await gateway.reverse({ ...rest, reference: newReference(), grossMinor: 1_001 })).kind, 'refused');
});

test('an answer that is lost, or too late, leaves the outcome unknown until it is looked up', async () => {
  const impatient = gatewayWithin(SLOW_MS / 4);
  for (const [asked, card] of [[gateway, 'forgetful-1'], [impatient, 'slow-1']] as const) {
    const reference = newReference();
    await assert.rejects(asked.authorise(purchase(card, reference)), UnknownOutcomeError);
    const found = await gateway.lookUpAuthorisation(reference);
    assert.ok(found.kind === 'done');
    const capture = newReference();
    await assert.rejects(
      asked.capture({
        reference: capture,
        orderId: found.orderId,
        grossMinor: 5_000,
        vatMinor: 1_000,
        description: 'Parking',
      }),
      UnknownOutcomeError);
    assert.deepEqual(await gateway.lookUpCapture(capture, found.orderId), found);
  }
});

test('a request that dies takes nothing', async () => {
  const reference = newReference();
  await assert.rejects(gateway.authorise(purchase('dead-1', reference)), UnknownOutcomeError);
  assert.deepEqual(await gateway.lookUpAuthorisation(reference), { kind: 'none' });
});

test('an answer that comes twice is never taken for the answer to another request', async () => {
  for (let n = 0; n < 10; n += 1) {
    const reference = newReference();
    const twice = await gateway.authorise(purchase('twice-1', reference)).catch((error: unknown) => error);
    const next = await gateway.authorise(purchase('empty-1')).catch((error: unknown) => error);
    assert.ok(next instanceof UnknownOutcomeError || (next as { kind: string }).kind === 'declined');
    const found = await gateway.lookUpAuthorisation(reference).catch(() => gateway.lookUpAuthorisation(reference));
    assert.ok(twice instanceof UnknownOutcomeError || JSON.stringify(twice) === JSON.stringify(found));
  }
});

test('a gateway that is away, or not ours, says nothing about a payment', async () => {
  const nobody = openSwedbankGateway({
    url: 'http://127.0.0.1:1',
    accessToken: 'x',
    payeeId: 'p',
    payeeName: 'b',
    timeoutMs: 1_000,
  });
  await assert.rejects(nobody.authorise(purchase('good-1')), UnknownOutcomeError);
  const withoutToken = openSwedbankGateway({ url, accessToken: '', payeeId: 'p', payeeName: 'b', timeoutMs: 1_000 });
  await assert.rejects(withoutToken.authorise(purchase('good-1')), UnknownOutcomeError);
});

test('no other address than the gateway\'s is asked, whatever it calls an order: it would get the access token', async () => {
  const { orderId } = await gateway.beginVerify({
    reference: newReference(), description: 'Card', currency: 'NOK',
    completeUrl: 'http://back.example/entered', cancelUrl: 'http://back.example/not',
  });
  const another = openSwedbankGateway({
    url: 'http://127.0.0.1:1', accessToken: 'secret', payeeId: 'p', payeeName: 'b', timeoutMs: 1_000,
  });
  await assert.rejects(another.verified(new URL(orderId, url).href), UnknownOutcomeError);
});

/** Asks a gateway that answers everything so. */
async function answered<T>(status: number, answer: object, asking: (gateway: Gateway) => Promise<T>): Promise<T> {
  const other = createServer((_, response) => {
    response.writeHead(status, { 'content-type': 'application/json', connection: 'close' }).end(JSON.stringify(answer));
  });
  await once(other.listen(0, '127.0.0.1'), 'listening');
  const { port } = other.address() as AddressInfo;
  try {
    return await asking(openSwedbankGateway({
      url: `http://127.0.0.1:${port}`, accessToken: 'secret', payeeId: 'p', payeeName: 'b', timeoutMs: 10 * SLOW_MS,
    }));
  } finally {
    other.close();
  }
}

test('a fault of the gateway decides nothing, whatever it says besides', async () => {
  const asking = (each: Gateway): Promise<unknown> => each.authorise(purchase('good-1'));
  await assert.rejects(answered(500, problem('carddeclined'), asking), UnknownOutcomeError);
  await assert.rejects(answered(503, {}, asking), UnknownOutcomeError);
  assert.deepEqual(
    await answered(403, problem('carddeclined'), asking),
    { kind: 'declined', mayRetry: true, code: 'carddeclined' },
  );
});

test('what is no answer to a look-up by reference leaves the outcome unknown: another\'s order is never taken for it', async () => {
  const looking = (each: Gateway): Promise<unknown> => each.lookUpAuthorisation(newReference());
  const orders = ['a', 'b'].map((id) => ({ id: `/psp/paymentorders/${id}`, status: 'Paid' }));
  // As of a gateway that does not know the look-up, and lists whatever it has.
  await assert.rejects(answered(200, { paymentOrders: orders }, looking), UnknownOutcomeError);
  await assert.rejects(answered(200, {}, looking), UnknownOutcomeError);
  assert.deepEqual(await answered(200, { paymentOrders: [] }, looking), { kind: 'none' });
});

test('an order that was given back since had been authorised', async () => {
  const orders = { paymentOrders: [{ id: '/psp/paymentorders/1', status: 'Reversed' }] };
  assert.deepEqual(
    await answered(200, orders, (each) => each.lookUpAuthorisation(newReference())),
    { kind: 'done', orderId: '/psp/paymentorders/1' },
  );
});

test('a capture is not the reversal of its reference', async () => {
  const id = '/psp/paymentorders/1';
  const financialTransactions = { financialTransactionsList: [{ type: 'Capture', payeeReference: 'r' }] };
  const order = { paymentOrder: { id, status: 'Paid', financialTransactions } };
  assert.deepEqual(await answered(200, order, (each) => each.lookUpReversal('r', id)), { kind: 'none' });
  assert.deepEqual(await answered(200, order, (each) => each.lookUpCapture('r', id)), { kind: 'done', orderId: id });
});

test('a gateway that was started anew knows all that it had answered for', async () => {
  const reference = newReference();
  const answer = await gateway.authorise(purchase('good-1', reference));
  const { port } = new URL(url);
  await server.close();
  await begin(Number(port));
  assert.deepEqual(
    await gateway.lookUpAuthorisation(reference).catch(() => gateway.lookUpAuthorisation(reference)),
    answer,
  );
});

const problem = (type: string, description = '') =>
  ({
    type: `https://api.payex.com/psp/errordetail/creditcard/${type}`,
    status: 403,
    problems: [{ name: 'ExternalResponse', description }],
  });

test('a card is never tried again after the codes that its scheme forbids it for', () => {
  for (const code of ['04', '07', '15', '41', '43', '46']) {
    assert.deepEqual(declineOf(403, problem('carddeclined', `response-code: ${code}, hostId: 20`)), {
      kind: 'declined',
      mayRetry: false,
      code: `carddeclined ${code}`,
    });
  }
  for (const code of ['03', '21']) {
    assert.deepEqual(declineOf(403, problem('acquirererror', `response-code: 05, merchant-advice-code: ${code}`)),
      { kind: 'declined', mayRetry: false, code: `acquirererror 05 advice ${code}` });
  }
  assert.deepEqual(declineOf(403, problem('carddeclined', 'response-code: 05')), {
    kind: 'declined',
    mayRetry: true,
    code: 'carddeclined 05',
  });
  assert.deepEqual(declineOf(403, problem('acquirererrordonotretry')), {
    kind: 'declined',
    mayRetry: false,
    code: 'acquirererrordonotretry',
  });
});

test('what is wrong with our request, and no decline, is no fault of the card', () => {
  assert.deepEqual(declineOf(400, problem('badrequest')), { kind: 'refused', code: 'badrequest' });
  assert.equal(declineOf(401, {}), null);
  assert.equal(declineOf(429, {}), null);
  assert.equal(declineOf(409, problem('conflict')), null);
  assert.equal(declineOf(409, { problems: [{ name: 'PayeeInfo.PayeeReference' }] }), null);
});

test('what a card does can be changed; what it did before stays as it was, and a gateway that starts anew knows both', async () => {
  const turn = async (kind: string): Promise<number> => (await fetch(new URL('/test-cards/good-turned', url), {
    method: 'PUT', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ kind }),
  })).status;
  assert.equal(await turn('no such card'), 400);
  assert.equal(await turn('empty'), 204);
  const declined = purchase('good-turned');
  assert.equal((await gateway.authorise(declined)).kind, 'declined');
  const { port } = new URL(url);
  await server.close();
  await begin(Number(port));
  assert.equal((await gateway.authorise(purchase('good-turned'))).kind, 'declined');
  assert.equal(await turn('good'), 204);
  assert.equal((await gateway.authorise(purchase('good-turned'))).kind, 'done');
  assert.equal((await gateway.lookUpAuthorisation(declined.reference)).kind, 'declined');
});
