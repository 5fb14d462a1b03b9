import { sumOf, type Order, type Transaction } from './book.ts';
import { cardOfKind, type TestCard } from './test-cards.ts';

/** Answers in the form of Swedbank Pay's payment orders v3.1, as far as they are read here. */

export interface OrderAnswer {
  readonly paymentOrder: object;
  readonly operations: readonly { readonly rel: string; readonly method: string; readonly href: string }[];
}

export function orderAnswer(order: Order, url: string): OrderAnswer {
  const { id, operation, status, currency, amount, vatAmount, captures, reversals } = order;
  const operations = [];
  if (operation === 'Verify' && status === 'Initialized') {
    operations.push({ rel: 'redirect-checkout', method: 'GET', href: `${url}/pages${id}` });
  }
  if (operation === 'UnscheduledPurchase' && status === 'Paid' && captures.length === 0) {
    operations.push({ rel: 'capture', method: 'POST', href: `${url}${id}/captures` });
  }
  const card = cardOfKind(order.card);
  return {
    paymentOrder: {
      id, operation, status, currency, amount, vatAmount,
      remainingCaptureAmount: status === 'Paid' ? amount - sumOf(captures) : 0,
      remainingReversalAmount: sumOf(captures) - sumOf(reversals),
      paid: status === 'Paid' && operation === 'Verify'
        ? {
          tokens: [{ type: 'unscheduled', token: order.token, name: MASKED, expiryDate: order.expiryDate }],
          details: { cardBrand: 'Visa' },
        }
        : {},
      financialTransactions: {
        financialTransactionsList: [...captures.map(transaction('Capture')), ...reversals.map(transaction('Reversal'))],
      },
      failedAttempts: {
        failedAttemptList: status === 'Failed' && card !== undefined
          ? [{ status: 'Failed', problem: declineAnswer(card) }]
          : [],
      },
    },
    operations,
  };
}

const transaction = (type: string) => ({ reference, amount, at }: Transaction): object =>
  ({ type, payeeReference: reference, amount, created: at });

export function declineAnswer(
  { decline }: TestCard,
): { type: string; title: string; status: number; problems: object[] } {
  return {
    type: `https://api.payex.com/psp/errordetail/creditcard/${decline!.type}`,
    title: 'Operation failed',
    status: 403,
    problems: [{
      name: 'ExternalResponse',
      description: `Declined, response-code: ${decline!.responseCode}, hostName: local gateway`,
    }],
  };
}

/** A 4xx that is about one field of the request. */
export function inputProblem(status: number, field: string, description: string): object {
  return {
    type: 'https://api.payex.com/psp/errordetail/inputerror', title: 'Error in input', status,
    problems: [{ name: field, description }],
  };
}

const MASKED = '492500******0004';
