import type { PaymentRequest, PaymentResult } from '../records/records.ts';
import { addDays } from '../pricing/calendar.ts';
import { cameTo, chargedLineOf, isUnderWay, type CollectedCharge, type GivesBack, type Item } from './charge.ts';
import { newCharge, type Collected } from './collect.ts';
import { reversalIdOf } from './ids.ts';
import { less, type Money, type Part } from './line.ts';
import { workingDayAfter } from './working-days.ts';

/** A credit that no charge has used for so many billing days goes back to the card. */
const UNUSED_DAYS = 7;

/** The gateway is asked on so many working days; what it has not given back by then it won't. */
const ASKED_WORKING_DAYS = 20;

/**
 * What goes back to the card at a day close: of each merchant and currency the credits that were not used, as far as
 * payments were captured that they can be given back of, newest first, never more of one than was captured.
 * @param waiting parts that are in no charge
 * @param captured charges of the account that were paid by card, and not wholly given back
 */
export function reverse(
  accountId: string, billingDay: string, waiting: readonly Item[], captured: readonly CollectedCharge[],
): Collected[] {
  const due = waiting.filter(({ part }) =>
    part.grossMinor < 0 && (part.since === '' || billingDay >= addDays(part.since, UNUSED_DAYS)));
  const groups = Map.groupBy(due, ({ part }) => JSON.stringify([part.merchant, part.currency]));
  return [...groups].sort(([one], [other]) => (one < other ? -1 : 1)).flatMap(([, credits]) => {
    const { merchant, currency } = credits[0]!.part;
    const orders = captured
      .filter((charge) => charge.merchant === merchant && charge.currency === currency)
      .sort((one, other) => (one.billingDay > other.billingDay ? -1 : 1));
    let left = orders.reduce((sum, charge) => sum + leftOf(charge), 0);
    const sorted = credits.toSorted((one, other) => (one.part.entryId < other.part.entryId ? -1 : 1));
    const items = sorted.filter(({ part }) => {
      const fits = -part.grossMinor <= left;
      if (fits) left += part.grossMinor;
      return fits;
    });
    if (items.length === 0) return [];
    const chargeId = reversalIdOf(accountId, billingDay, merchant, currency);
    const identity = { chargeId, accountId, billingDay, merchant, currency };
    const charge = newCharge('reversal', identity, items.map(chargedLineOf));
    return [{ charge: { ...charge, givesBack: shareOut(-charge.grossMinor, orders) }, items }];
  });
}

/** Asks for what is not given back yet and not under way. */
export function askBack(
  charge: CollectedCharge, today: string, at: number,
): { charge: CollectedCharge; requests: PaymentRequest[] } {
  const requests: PaymentRequest[] = [];
  let { attempts } = charge;
  const givesBack = charge.givesBack.map((part): GivesBack => {
    if (part.requestId !== '') return part;
    attempts += 1;
    const requestId = `${charge.chargeId}-${attempts}`;
    const { chargeId, accountId, merchant, currency, billingDay } = charge;
    const vatMinor = Math.round((Math.min(0, charge.vatMinor) * part.grossMinor) / charge.grossMinor);
    requests.push({
      requestId, chargeId, attempt: attempts, accountId, merchant, grossMinor: part.grossMinor,
      vatMinor: Math.min(vatMinor, part.grossMinor), currency,
      cardToken: '', description: `Parking ${billingDay}`, requestedAt: at, operation: 'reversal',
      orderId: part.orderId,
    });
    return { ...part, requestId };
  });
  const history = [...charge.history, { status: charge.status, at, code: 'requested', attempt: attempts }];
  return { charge: { ...charge, givesBack, attempts, attemptDay: today, nextAttemptDay: '', history }, requests };
}

/** The charge after the known outcome of one of its reversals: charged when all is given back, else asked for again. */
export function afterGivingBack(charge: CollectedCharge, result: PaymentResult): CollectedCharge {
  const { requestId, outcome, decidedAt, attempt, code } = result;
  const isDone = outcome === 'reversed';
  const givesBack = charge.givesBack.map((part): GivesBack =>
    part.requestId === requestId ? { ...part, isDone, requestId: isDone ? requestId : '' } : part);
  const decided = { ...charge, givesBack };
  if (givesBack.every((part) => part.isDone)) return cameTo(decided, 'charged', decidedAt, '', attempt);
  if (isDone) return cameTo(decided, decided.status, decidedAt, 'given_back', attempt);
  const failed = cameTo(decided, 'failed', decidedAt, code === '' ? outcome : code, attempt);
  const failingSince = charge.failingSince === '' ? charge.attemptDay : charge.failingSince;
  return { ...failed, failingSince, nextAttemptDay: workingDayAfter(charge.attemptDay, 1) };
}

/** Whether the gateway was asked for so long that what is left of it will never be given back. */
export function isRefused(charge: CollectedCharge): boolean {
  const { failingSince, nextAttemptDay } = charge;
  return !isUnderWay(charge) && failingSince !== ''
    && nextAttemptDay > workingDayAfter(failingSince, ASKED_WORKING_DAYS - 1);
}

/** A credit of which that much was given back as two: that, and the rest under an id of its own. */
export function splitCredit({ line, part }: Item, givenBackMinor: number): { given: Part; rest: Part } {
  const vatMinor = Math.round((part.vatMinor * givenBackMinor) / -part.grossMinor);
  const given: Money = { grossMinor: -givenBackMinor, vatMinor };
  const told = { toldMinor: given.grossMinor, toldVatMinor: given.vatMinor };
  const rest: Part = {
    ...part, ...less(part, given), entryId: `${line.lineId}~${line.parts.length}`, revision: 0,
    toldMinor: part.toldMinor - told.toldMinor, toldVatMinor: part.toldVatMinor - told.toldVatMinor,
  };
  return { given: { ...part, ...given, ...told }, rest };
}

/** What is left of a payment that can be given back. */
function leftOf({ capturedMinor, reversedMinor }: CollectedCharge): number {
  return capturedMinor - reversedMinor;
}

function shareOut(minor: number, orders: readonly CollectedCharge[]): GivesBack[] {
  let left = minor;
  return orders.flatMap((order) => {
    const grossMinor = Math.min(left, leftOf(order));
    left -= grossMinor;
    const { chargeId, orderId } = order;
    return grossMinor > 0 ? [{ chargeId, orderId, grossMinor, requestId: '', isDone: false }] : [];
  });
}
