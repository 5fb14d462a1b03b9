import type { OperationAnswer } from './gateway.ts';

/** A problem as Swedbank Pay answers it (RFC 7807 with its own fields). */
export interface GatewayProblem {
  /** https://api.payex.com/psp/errordetail/creditcard/<error-type> */
  readonly type?: string;
  readonly status?: number;
  readonly problems?: readonly { readonly name?: string; readonly description?: string }[];
}

/**
 * What a client error (4xx) says about an operation, or null when it does not tell: the reference is known already,
 * too much was asked at once, or our own access is not right. Then nothing is decided.
 * https://developer.swedbankpay.com/checkout-v3/technical-reference/problems
 */
export function declineOf(status: number, problem: GatewayProblem): OperationAnswer | null {
  const type = /\/([a-z0-9]+)$/.exec(problem.type ?? '')?.[1] ?? '';
  const isAboutReference =
    problem.problems?.some(({ name }) => name?.toLowerCase().endsWith('payeereference')) ?? false;
  const isUndecided = status === 401 || status === 408 || status === 409 || (status === 429 && !DECLINES.has(type));
  if (isAboutReference || isUndecided) return null;
  const words = problem.problems?.map(({ description }) => description ?? '').join(' ') ?? '';
  const response = /response-code: ?(\w{2})\b/i.exec(words)?.[1]?.toUpperCase();
  const advice = /advice-code: ?(\w{2})\b/i.exec(words)?.[1];
  const isFinal = NEVER_RETRY_RESPONSES.has(response ?? '') || NEVER_RETRY_ADVICE.has(advice ?? '');
  const mayRetry = DECLINES.get(type);
  if (mayRetry === undefined && !isFinal) {
    // A 403 of no type is about our access, not about the card.
    return status === 403 && type === '' ? null : { kind: 'refused', code: type || String(status) };
  }
  const code = [type, response, advice && `advice ${advice}`].filter(Boolean).join(' ');
  return { kind: 'declined', mayRetry: mayRetry === true && !isFinal, code };
}

/** Visa's response codes after which the same card must not be tried again. */
const NEVER_RETRY_RESPONSES: ReadonlySet<string> = new Set(['04', '07', '15', '41', '43', '46']);
/** Mastercard's merchant advice codes: do not try again; and the cardholder has ended the agreement. */
const NEVER_RETRY_ADVICE: ReadonlySet<string> = new Set(['03', '21']);

/** Declines by the card's side: whether the same card may be tried again. */
const DECLINES: ReadonlyMap<string, boolean> = new Map([
  ['acquirerinsufficientfunds', true],
  ['carddeclined', true],
  ['acquirererror', true],
  ['velocitycheck', true],
  ['dailylimitexceeded', true],
  ['monthlylimitexceeded', true],
  ['acquirererrordonotretry', false],
  ['acquirererrormodificationsrequired', false],
  ['authenticationrequired', false],
  ['3dsecurerequired', false],
  ['3dsecuredeclined', false],
  ['authenticationstatusrejected', false],
  ['cardblacklisted', false],
  ['acquirercardblacklisted', false],
  ['acquirercardstolen', false],
  ['acquirercardexpired', false],
  ['acquirerpossiblefraud', false],
  ['frauddetected', false],
  ['paymenttokenerror', false],
  ['cardbranddisabled', false],
  ['cardtyperejected', false],
  ['accountholdertyperejected', false],
]);
