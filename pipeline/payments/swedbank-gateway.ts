import { declineOf, type GatewayProblem } from './swedbank-declines.ts';
import {
  UnknownOutcomeError, type Capture, type Gateway, type LookedUp, type OperationAnswer, type VerifyState,
} from './gateway.ts';

export interface SwedbankOptions {
  /** Where the API begins, e.g. https://api.payex.com */
  readonly url: string;
  readonly accessToken: string;
  /** The merchant as Swedbank Pay knows it. */
  readonly payeeId: string;
  readonly payeeName: string;
  /** How long an answer is waited for. */
  readonly timeoutMs: number;
}

/**
 * The gateway of Swedbank Pay (PayEx): payment orders of Checkout v3.1, unscheduled purchases with a token that a
 * zero-sum Verify gave, captured in a second step. Looking an authorisation up by its payee reference alone is by
 * agreement with the gateway, for its public documentation tells only of orders that one knows the id of.
 */
export function openSwedbankGateway(options: SwedbankOptions): Gateway {
  const { payeeId, payeeName } = options;
  const order = (fields: object, reference: string, description: string): object => ({
    paymentorder: {
      ...fields, description, userAgent: 'bomfri/1', language: 'nb-NO', productName: 'Checkout3',
      payeeInfo: { payeeId, payeeName, payeeReference: reference, orderReference: reference },
    },
  });

  return {
    async beginVerify({ reference, description, currency, completeUrl, cancelUrl }) {
      const urls = { hostUrls: [new URL(completeUrl).origin], completeUrl, cancelUrl };
      const body = order(
        { operation: 'Verify', currency, generateUnscheduledToken: true, urls },
        reference,
        description,
      );
      const { status, answer } = await ask(options, 'POST', '/psp/paymentorders', body);
      const url = answer?.operations?.find(({ rel }) => rel === 'redirect-checkout')?.href;
      if (status >= 300 || answer?.paymentOrder === undefined || url === undefined) {
        throw unclear('beginning a Verify', status);
      }
      return { orderId: answer.paymentOrder.id, url };
    },

    async verified(orderId) {
      if (!ORDER_ID.test(orderId)) throw new UnknownOutcomeError('the order of the Verify is none of this gateway');
      const { status, answer } = await ask(options, 'GET', `${orderId}?$expand=paid`);
      if (status !== 200 || answer?.paymentOrder === undefined) throw unclear('asking for a Verify', status);
      return verifyState(answer.paymentOrder);
    },

    async authorise({ reference, cardToken, grossMinor, vatMinor, currency, description }) {
      const amounts = { currency, amount: grossMinor, vatAmount: vatMinor };
      const purchase = { operation: 'UnscheduledPurchase', unscheduledToken: cardToken, ...amounts };
      const asked = await ask(options, 'POST', '/psp/paymentorders', order(purchase, reference, description));
      const found = asked.status < 300 && asked.answer?.paymentOrder ? foundOrder(asked.answer.paymentOrder) : null;
      return found ?? knownFailure(asked, 'authorising');
    },

    capture: (capture) => transact('captures', capture),
    reverse: (reversal) => transact('reversals', reversal),

    async lookUpAuthorisation(reference) {
      const { status, answer } = await ask(
        options,
        'GET',
        `/psp/paymentorders?payeeReference=${reference}&$expand=failedAttempts`,
      );
      const orders = answer?.paymentOrders;
      // A reference has one order: several are an answer to another question, and the first of them is anybody's.
      if (status !== 200 || orders === undefined || orders.length > 1) {
        throw unclear('looking an authorisation up', status);
      }
      return orders.length === 0 ? { kind: 'none' } : foundOrder(orders[0]!);
    },

    lookUpCapture: (reference, orderId) => lookUpTransaction('Capture', reference, orderId),
    lookUpReversal: (reference, orderId) => lookUpTransaction('Reversal', reference, orderId),
  };

  async function transact(
    kind: 'captures' | 'reversals', { reference, orderId, grossMinor, vatMinor, description }: Capture,
  ): Promise<OperationAnswer> {
    if (!ORDER_ID.test(orderId)) return { kind: 'refused', code: 'no_order_of_this_gateway' };
    const amounts = { amount: grossMinor, vatAmount: vatMinor };
    const transaction = { description, ...amounts, payeeReference: reference, receiptReference: reference };
    const asked = await ask(options, 'POST', `${orderId}/${kind}`, { transaction });
    const isDone = asked.status < 300 && asked.answer?.paymentOrder !== undefined;
    return isDone ? { kind: 'done', orderId } : knownFailure(asked, kind);
  }

  async function lookUpTransaction(
    type: 'Capture' | 'Reversal', reference: string, orderId: string,
  ): Promise<LookedUp> {
    if (!ORDER_ID.test(orderId)) return { kind: 'none' };
    const { status, answer } = await ask(options, 'GET', `${orderId}?$expand=financialTransactions`);
    if (status !== 200 || answer?.paymentOrder === undefined) throw unclear('looking a transaction up', status);
    const transactions = answer.paymentOrder.financialTransactions?.financialTransactionsList ?? [];
    const isThere = transactions.some((each) => each.type === type && each.payeeReference === reference);
    return isThere ? { kind: 'done', orderId } : { kind: 'none' };
  }
}

/** An order's id is the path of its address; no other address is ever asked. */
const ORDER_ID = /^\/psp\/paymentorders\/[A-Za-z0-9-]+$/;

/** What is read of the gateway's answers. */
interface Answer extends GatewayProblem {
  readonly paymentOrder?: PaymentOrder;
  readonly paymentOrders?: readonly PaymentOrder[];
  readonly operations?: readonly { readonly rel: string; readonly href: string }[];
}

interface PaymentOrder {
  readonly id: string;
  /** Initialized, Paid, Reversed, Failed, Cancelled, Aborted. */
  readonly status: string;
  readonly paid?: {
    readonly tokens?: readonly {
      readonly type: string;
      readonly token: string;
      /** The masked number. */
      readonly name: string;
      /** MM/YYYY */
      readonly expiryDate: string;
    }[];
    readonly details?: { readonly cardBrand?: string };
  };
  readonly financialTransactions?: {
    readonly financialTransactionsList?: readonly { readonly type: string; readonly payeeReference: string }[];
  };
  readonly failedAttempts?: { readonly failedAttemptList?: readonly { readonly problem?: GatewayProblem }[] };
}

/** @throws {UnknownOutcomeError} the answer does not tell */
function knownFailure({ status, answer }: Asked, what: string): OperationAnswer {
  const known = answer === null || status < 400 || status >= 500 ? null : declineOf(status, answer);
  if (known === null) throw unclear(what, status);
  return known;
}

function foundOrder(order: PaymentOrder): OperationAnswer {
  // What was given back later had been authorised all the same.
  if (order.status === 'Paid' || order.status === 'Reversed') return { kind: 'done', orderId: order.id };
  const problem = order.failedAttempts?.failedAttemptList?.at(-1)?.problem;
  const known = problem === undefined ? null : declineOf(problem.status ?? 403, problem);
  // Taken in, and not decided yet.
  if (known === null) throw new UnknownOutcomeError(`the gateway has the order in status ${order.status}`);
  return known;
}

function verifyState({ status, paid }: PaymentOrder): VerifyState {
  if (status !== 'Paid') return { state: status === 'Initialized' ? 'waiting' : 'failed' };
  const token = paid?.tokens?.find(({ type }) => type.toLowerCase() === 'unscheduled');
  const expiry = /^(\d{2})\/(\d{4})$/.exec(token?.expiryDate ?? '');
  if (token === undefined || expiry === null) {
    throw new UnknownOutcomeError('the gateway gives no token with the month that it expires');
  }
  return {
    state: 'verified',
    card: {
      token: token.token, maskedNumber: token.name,
      brand: paid?.details?.cardBrand ?? '', expiryMonth: `${expiry[2]}-${expiry[1]}`,
    },
  };
}

interface Asked {
  readonly status: number;
  /** Null: no JSON object. */
  readonly answer: Answer | null;
}

async function ask(options: SwedbankOptions, method: string, path: string, body?: object): Promise<Asked> {
  const { url, accessToken, timeoutMs } = options;
  try {
    const response = await fetch(new URL(path, url), {
      method,
      headers: {
        authorization: `Bearer ${accessToken}`, accept: 'application/json',
        'content-type': 'application/json;version=3.1',
      },
      signal: AbortSignal.timeout(timeoutMs),
      redirect: 'error',
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer: unknown = await response.json().catch((error: unknown) => {
      if (error instanceof SyntaxError) return null;
      throw error;
    });
    return { status: response.status, answer: typeof answer === 'object' ? (answer as Answer | null) : null };
  } catch (error) {
    // Its message may quote the address, which holds nothing but references.
    throw new UnknownOutcomeError(`no answer of the gateway: ${(error as Error).message}`, { cause: error });
  }
}

function unclear(what: string, status: number): UnknownOutcomeError {
  return new UnknownOutcomeError(`${what}: the gateway answered ${status}, which does not tell what became of it`);
}
