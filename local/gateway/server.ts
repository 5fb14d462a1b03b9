import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { fastify } from 'fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { REFERENCE } from '../../pipeline/payments/references.ts';
import { sumOf, type Book, type Order } from './book.ts';
import { declineAnswer, inputProblem, orderAnswer } from './order-answers.ts';
import { verifyPages } from './pages.ts';
import { settlementCsv } from './settlement.ts';
import { cardOfKind, kindOfToken, testCards, type TestCard } from './test-cards.ts';

export interface LocalGatewayOptions {
  readonly book: Book;
  /** Where it is reached. */
  readonly url: string;
  /** How long a slow card's answer takes. */
  readonly slowMs: number;
}

/** What is read of a request's body. */
interface Body {
  readonly paymentorder?: {
    readonly operation?: string;
    readonly unscheduledToken?: string;
    readonly currency?: string;
    readonly amount?: number;
    readonly vatAmount?: number;
    readonly urls?: { readonly completeUrl?: string; readonly cancelUrl?: string };
    readonly payeeInfo?: { readonly payeeReference?: string };
  };
  readonly transaction?: { readonly amount?: number; readonly vatAmount?: number; readonly payeeReference?: string };
}

interface ToOrder {
  Params: { uuid: string };
  Body: Body;
}

const NO_ORDER = inputProblem(404, 'PaymentOrder', 'there is no such order');

/**
 * A card payment gateway for development that speaks Swedbank Pay's protocol over real HTTP, misbehaving as its test
 * cards say; not listening yet. No card number is ever entered: its page lets one choose a test card. Whatever it does
 * stands in its book first, and each payee reference is taken once.
 */
export function newLocalGateway({ book, url, slowMs }: LocalGatewayOptions): FastifyInstance {
  const app = fastify({ forceCloseConnections: true });
  app.get('/health/ready', async () => ({ status: 'ready' }));
  app.addHook('onRequest', async (request, reply) => {
    if (request.url.startsWith('/psp/') && !/^Bearer \S+/.test(request.headers.authorization ?? '')) {
      return reply.code(401).send({
        type: 'https://api.payex.com/psp/errordetail/unauthorized',
        title: 'Unauthorized',
        status: 401,
      });
    }
  });

  app.post<{ Body: Body }>('/psp/paymentorders', async (request, reply) => {
    const order = request.body.paymentorder ?? {};
    const reference = order.payeeInfo?.payeeReference ?? '';
    const fault = referenceFault(reference);
    if (fault !== null) return reply.code(fault.status).send(fault.problem);
    const id = `/psp/paymentorders/${randomUUID()}`;
    const common = {
      id, reference, currency: order.currency ?? 'NOK', amount: 0,
      vatAmount: 0, completeUrl: '', cancelUrl: '', token: '', card: '',
      expiryDate: '', captures: [], reversals: [],
    };
    if (order.operation === 'Verify') {
      const verify: Order = {
        ...common, operation: 'Verify', status: 'Initialized',
        completeUrl: order.urls?.completeUrl ?? '', cancelUrl: order.urls?.cancelUrl ?? '',
      };
      book.put(verify);
      return reply.code(201).send(orderAnswer(verify, url));
    }
    const token = order.unscheduledToken ?? '';
    const card = cardOfKind(book.turns.get(token) ?? kindOfToken(token));
    if (order.operation !== 'UnscheduledPurchase' || card === undefined || !((order.amount ?? 0) > 0)) {
      const wanted = 'an unscheduled purchase has a token of this gateway and an amount';
      return reply.code(400).send(inputProblem(400, 'PaymentOrder.UnscheduledToken', wanted));
    }
    if (card.answer === 'dead') return hangUp(request, reply);
    const purchase: Order = {
      ...common, operation: 'UnscheduledPurchase', status: card.decline === null ? 'Paid' : 'Failed',
      amount: order.amount!, vatAmount: order.vatAmount ?? 0, token, card: card.kind,
    };
    book.put(purchase);
    return card.decline === null
      ? misbehave(card, request, reply, 201, orderAnswer(purchase, url))
      : misbehave(card, request, reply, 403, declineAnswer(card));
  });

  app.get<{ Querystring: { payeeReference?: string } }>('/psp/paymentorders', async (request) => {
    const found = book.orderOf(request.query.payeeReference ?? '');
    return { paymentOrders: found === undefined ? [] : [orderAnswer(found, url).paymentOrder] };
  });

  app.get<{ Params: { uuid: string } }>('/psp/paymentorders/:uuid', async (request, reply) => {
    const order = book.orders.get(`/psp/paymentorders/${request.params.uuid}`);
    return order === undefined ? reply.code(404).send(NO_ORDER) : orderAnswer(order, url);
  });

  for (const kind of ['captures', 'reversals'] as const) {
    app.post<ToOrder>(`/psp/paymentorders/:uuid/${kind}`, (request, reply) => transact(kind, request, reply));
  }

  app.get<{ Params: { day: string } }>('/settlements/:day.csv', async (request, reply) =>
    reply.type('text/csv').send(settlementCsv(book.orders.values(), request.params.day)));
  app.put<{ Params: { token: string }; Body: { kind?: string } | null }>('/test-cards/:token', async (request, reply) => {
    const kind = request.body?.kind ?? '';
    if (cardOfKind(kind) === undefined) {
      return reply.code(400).send(inputProblem(400, 'kind', `one of ${testCards.map((card) => card.kind).join(', ')}`));
    }
    book.turn(request.params.token, kind);
    return reply.code(204).send();
  });
  verifyPages(app, book);
  return app;

  async function transact(
    kind: 'captures' | 'reversals', request: FastifyRequest<ToOrder>, reply: FastifyReply,
  ): Promise<FastifyReply> {
    const order = book.orders.get(`/psp/paymentorders/${request.params.uuid}`);
    const { payeeReference: reference = '', amount = 0 } = request.body.transaction ?? {};
    if (order === undefined) return reply.code(404).send(NO_ORDER);
    const fault = referenceFault(reference);
    if (fault !== null) return reply.code(fault.status).send(fault.problem);
    const captured = sumOf(order.captures);
    const left = kind === 'captures' ? order.amount - captured : captured - sumOf(order.reversals);
    if (order.operation !== 'UnscheduledPurchase' || order.status !== 'Paid' || !(amount > 0 && amount <= left)) {
      return reply.code(403).send(inputProblem(403, 'Transaction.Amount', 'no more is left of it'));
    }
    const changed: Order = { ...order, [kind]: [...order[kind], { reference, amount, at: new Date().toISOString() }] };
    book.put(changed);
    return misbehave(cardOfKind(order.card)!, request, reply, 200, orderAnswer(changed, url));
  }

  function referenceFault(reference: string): { status: number; problem: object } | null {
    const refuse = (status: number, what: string) => ({
      status,
      problem: inputProblem(status, 'PayeeInfo.PayeeReference', what),
    });
    if (!REFERENCE.test(reference)) return refuse(400, '1 to 30 letters and digits');
    return book.orderOf(reference) === undefined ? null : refuse(409, 'it was used before');
  }

  async function misbehave(
    card: TestCard, request: Pick<FastifyRequest, 'raw'>, reply: FastifyReply, status: number, answer: object,
  ): Promise<FastifyReply> {
    switch (card.answer) {
      case 'lost': return hangUp(request, reply);
      case 'twice': return answerTwice(reply, status, answer);
      case 'slowly':
        await pause(slowMs);
        return reply.code(status).send(answer);
      default: return reply.code(status).send(answer);
    }
  }
}

function hangUp(request: Pick<FastifyRequest, 'raw'>, reply: FastifyReply): FastifyReply {
  reply.hijack();
  request.raw.socket.destroy();
  return reply;
}

/** Two whole answers to one request, on one connection. */
function answerTwice(reply: FastifyReply, status: number, answer: object): FastifyReply {
  const body = JSON.stringify(answer);
  const headers = `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}`;
  const once = `HTTP/1.1 ${status} Twice\r\n${headers}\r\n\r\n${body}`;
  reply.hijack();
  reply.raw.socket!.write(once + once);
  return reply;
}
