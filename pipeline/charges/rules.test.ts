import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addDays } from '../pricing/calendar.ts';
import { RejectedError } from '../engine/stage.ts';
import { documentOf, saleFault } from '../documents/rules.ts';
import { requestFault } from '../payments/rules.ts';
import type { PaymentOutcome } from '../records/records.ts';
import { technicalFailures } from './attempts.ts';
import { isKid, kidOf } from './kid.ts';
import { CORRECTION_DAYS } from './closing.ts';
import { TestCharges } from './test-charges.ts';

const MONDAY = '2026-06-01';
const day = (days: number): string => addDays(MONDAY, days);
const begin = (): TestCharges => new TestCharges().card().line();
const reason = (expected: string) => (error: unknown): boolean => (error as RejectedError).reason === expected;

test('a finished visit shows at once as pending', () => {
  assert.equal(begin().entry('line-1'), '3500 open pending');
});

test('a charge is one payment of one account for one billing day, merchant and currency, and nothing is added to the parking price', () => {
  const { charges, requests } = begin()
    .line({ lineId: 'line-2', grossMinor: 1_000, vatMinor: 200 })
    .line({ lineId: 'line-3', currency: 'EUR', grossMinor: 50, vatMinor: 10 })
    .line({ lineId: 'line-4', merchant: 'other', grossMinor: 700, vatMinor: 140 })
    .line({ lineId: 'line-5', visitDay: day(1) })
    .close(MONDAY);
  assert.deepEqual(charges.map(({ merchant, currency, grossMinor }) => [merchant, currency, grossMinor]),
    [['default', 'EUR', 50], ['default', 'NOK', 4_500], ['other', 'NOK', 700]]);
  assert.deepEqual(requests.map(({ grossMinor }) => grossMinor), [50, 4_500, 700]);
  assert.equal(new Set(requests.map(({ requestId }) => requestId)).size, 3);
});

test('a separate line for each vehicle and visit, and allocations for each operator, stand in the charge', () => {
  const [charge] = begin()
    .line({ lineId: 'line-2', operatorId: 'another', grossMinor: 1_000, vatMinor: 200 })
    .close(MONDAY).charges;
  assert.deepEqual(charge!.lines.map(({ lineId }) => lineId), ['line-1', 'line-2']);
  assert.deepEqual(charge!.allocations, [
    { operatorId: 'another', grossMinor: 1_000, vatMinor: 200 }, { operatorId: 'op', grossMinor: 3_500, vatMinor: 700 },
  ]);
});

test('charges are collected at the day close from the card that the account then has', () => {
  const { requests } = begin().card('newer').close(MONDAY).card('newest');
  assert.deepEqual(requests.map(({ cardToken, attempt, grossMinor, vatMinor }) =>
    [cardToken, attempt, grossMinor, vatMinor]),
    [['newer', 1, 3_500, 700]]);
});

test('what is captured is charged, and belongs to the captured charge', () => {
  const told = begin().close(MONDAY).outcome('captured');
  assert.equal(told.entry('line-1'), '3500 captured charged');
  assert.deepEqual(
    told.newest[0]!.history.map(({ status, code }) => `${status} ${code}`.trim()),
    ['pending', 'pending requested', 'charged'],
  );
});

test('a sum of zero is not sent: credits that use up all of a day\'s visits make it charged at once', () => {
  const told = begin().close(MONDAY).outcome('captured').line({ revision: 2, status: 'withdrawn' })
    .line({ lineId: 'line-2', visitDay: day(1) }).close(day(1));
  assert.equal(told.requests.length, 1);
  assert.deepEqual(
    told.newest.map(({ status, grossMinor }) => [status, grossMinor]),
    [['charged', 3_500], ['charged', 0]],
  );
  assert.equal(told.entry('line-1~1'), '-3500 captured charged');
});

test('a soft decline is retried on working days 1, 3 and 5, over weekends', () => {
  // Closed on Tuesday 2 June: retries on Wednesday, Friday and the Tuesday after.
  const told = begin().close(MONDAY).outcome('declined_soft', { code: '51' });
  const asked: string[] = [];
  for (let days = 1; days <= 10; days++) {
    const before = told.requests.length;
    told.close(day(days));
    if (told.requests.length === before) continue;
    asked.push(day(days + 1));
    told.outcome('declined_soft', { code: '51' });
  }
  assert.deepEqual(asked, ['2026-06-03', '2026-06-05', '2026-06-09']);
  assert.equal(told.newest[0]!.status, 'invoiced');
});

test('a failed charge is failed to the driver until a retry is captured', () => {
  const told = begin().close(MONDAY).outcome('declined_soft', { code: '51' });
  assert.equal(told.entry('line-1'), '3500 open failed');
  assert.equal(told.newest[0]!.nextAttemptDay, '2026-06-03');
  told.close(day(1)).outcome('captured');
  assert.equal(told.entry('line-1'), '3500 captured charged');
});

test('a technical failure is retried on the next working day and never counts towards blocking', () => {
  const told = begin().close(MONDAY);
  for (let days = 1; days <= 20; days++) {
    if (told.newest[0]!.history.at(-1)!.code === 'requested') told.outcome('technical');
    told.close(day(days));
  }
  assert.equal(told.newest[0]!.status, 'failed');
  assert.equal(told.newest[0]!.attempts, 15, 'one on each working day');
  assert.deepEqual(told.controls, []);
  assert.deepEqual(
    told.outcome('declined_soft').close(day(21)).controls,
    [],
    'the first decline is followed by retries',
  );
});

test('technical failures day after day have an end: an invoice without a fee, and nobody is blocked', () => {
  const told = begin().close(MONDAY);
  let days = 1;
  for (; told.invoices.length === 0 && days <= 60; days++) {
    if (told.newest[0]!.history.at(-1)!.code === 'requested') told.outcome('technical', { code: '503' });
    told.close(day(days));
  }
  assert.equal(told.newest[0]!.attempts, 20, 'one on each of twenty working days');
  const [invoice] = told.invoices;
  assert.deepEqual([invoice!.grossMinor, invoice!.lines.map(({ what }) => what)], [3_500, ['parking']]);
  assert.deepEqual(told.controls, []);
  assert.equal(told.newest[0]!.history.at(-1)!.code, 'given_up technical');
  assert.deepEqual(told.pay(invoice!.kid, 3_500, 'b1').controls, [], 'who was not blocked is not unblocked');
});

test('a charge that is given up for want of a card has a fee, and blocks, though an attempt before had failed technically', () => {
  const told = begin().close(MONDAY).outcome('technical').card('', '');
  for (let days = 1; told.invoices.length === 0 && days <= 14; days++) told.close(day(days));
  assert.deepEqual(told.invoices.map(({ grossMinor }) => grossMinor), [3_500 + 4_900]);
  assert.deepEqual(told.controls.map(({ type }) => type), ['block']);
  assert.equal(told.newest[0]!.history.at(-1)!.code, 'given_up');
});

test('what is given up for technical failures and for its card together has the fee, and blocks', () => {
  const told = begin().close(MONDAY);
  for (let days = 1; told.requests.length < 20; days++) {
    if (told.newest[0]!.history.at(-1)!.code === 'requested') told.outcome('technical');
    told.close(day(days));
  }
  // On the day after the last attempt of the first charge comes the first one of another.
  told.line({ lineId: 'line-2', visitDay: day(30) }).close(day(30));
  told.outcome('technical', { back: 1 }).outcome('declined_hard').close(day(31));
  assert.deepEqual(told.invoices.map(({ grossMinor }) => grossMinor), [2 * 3_500 + 4_900]);
  assert.deepEqual(told.controls.map(({ type }) => type), ['block']);
});

test('a decline between technical failures begins their count anew', () => {
  const told = begin().close(MONDAY);
  for (let days = 1; days <= 3; days++) told.outcome('technical').close(day(days));
  assert.equal(technicalFailures(told.state.charges.get(told.newest[0]!.chargeId)!), 3);
  told.outcome('declined_soft').close(day(4));
  assert.equal(technicalFailures(told.state.charges.get(told.newest[0]!.chargeId)!), 0);
});

test('after an unknown outcome nothing is asked until it is known', () => {
  const told = begin().close(MONDAY).outcome('unknown');
  for (let days = 1; days <= 9; days++) told.close(day(days));
  assert.equal(told.requests.length, 1);
  told.outcome('declined_soft').close(day(10));
  assert.equal(told.requests.length, 2);
});

test('an outcome that comes again, or of an attempt before, changes nothing', () => {
  const told = begin().close(MONDAY).outcome('declined_soft').close(day(1));
  const before = told.charges.length;
  told.outcome('captured', { back: 1 });
  assert.equal(told.charges.length, before);
});

test('a hard decline is not retried with this card, but with another one', () => {
  const refused = begin().close(MONDAY).outcome('declined_hard', { code: '43' });
  assert.equal(refused.close(day(1)).newest[0]!.status, 'invoiced');
  const renewed = begin().close(MONDAY).outcome('declined_hard', { code: '43' }).card('another').close(day(1));
  assert.equal(renewed.requests.at(-1)!.cardToken, 'another');
  assert.equal(renewed.outcome('technical').close(day(2)).requests.length, 3, 'and that one again');
});

test('a card that was declined for good is asked for no other charge of the account either, until another card comes', () => {
  const told = begin().close(MONDAY).outcome('declined_hard', { code: '43' }).close(day(1));
  for (let days = 2; days <= 4; days++) {
    told.line({ lineId: `line-${days}`, visitId: `visit-${days}`, visitDay: day(days) }).close(day(days));
  }
  assert.equal(told.requests.length, 1);
  assert.equal(told.newest.at(-1)!.history.at(-1)!.code, 'no_card');
  assert.equal(told.card('another').close(day(6)).requests.at(-1)!.cardToken, 'another');
});

test('with no usable card - none, removed, or expired at its month\'s end - it fails without an attempt', () => {
  for (const told of [
    new TestCharges().line(), begin().card('', ''), begin().card('good', '2026-05'),
  ]) {
    told.close(MONDAY);
    assert.deepEqual(told.requests, []);
    assert.equal(told.newest[0]!.status, 'failed');
    assert.equal(told.newest[0]!.history.at(-1)!.code, 'no_card');
    assert.equal(told.newest[0]!.attempts, 0);
  }
  assert.equal(begin().card('good', '2026-06').close(MONDAY).requests.length, 1);
});

test('a card that comes within the retries is asked, and without any for so long it is given up', () => {
  const told = new TestCharges().line().close(MONDAY).close(day(1)).card();
  assert.equal(told.close(day(3)).requests.length, 1);
  const never = new TestCharges().line();
  for (let days = 0; days <= 8; days++) never.close(day(days));
  assert.equal(never.newest[0]!.status, 'invoiced');
});

/** Given up: two vehicles of two owners, two operators. */
function givenUp(): TestCharges {
  return begin()
    .line({ lineId: 'line-2', ownerRef: 'owner', grossMinor: 1_000, vatMinor: 200 })
    .line({ lineId: 'line-3', ownerRef: 'owner', operatorId: 'another', grossMinor: 500, vatMinor: 100 })
    .close(MONDAY).outcome('declined_hard', { code: '43' }).close(day(1));
}

test('giving up blocks the account for payment trouble, once', () => {
  const { controls } = givenUp();
  assert.deepEqual(
    controls.map(({ type, subject, reason }) => [type, subject, reason]),
    [['block', 'a', 'payment_trouble']],
  );
});

test('an account that staff have unblocked in the meantime is blocked when another charge is given up', () => {
  const told = begin().close(MONDAY).outcome('declined_hard').close(day(1))
    .line({ lineId: 'line-2', visitDay: day(2) });
  // Charges are not told of the word of staff, and the invoice stays unpaid.
  for (let days = 2; days <= 10; days++) told.close(day(days));
  assert.equal(told.invoices.length, 2);
  assert.deepEqual(told.controls.map(({ type }) => type), ['block', 'block']);
  assert.notEqual(told.invoices[0]!.kid, told.invoices[1]!.kid, 'each invoice has a KID of its own');
  assert.equal(new Set(told.controls.map(({ controlId }) => controlId)).size, 2);
});

test('a new card unblocks, also when the block was on its way while it was registered; the same card told again does not', () => {
  const told = givenUp().card('good');
  assert.equal(told.controls.length, 1, 'it is no new card');
  told.card('another');
  assert.deepEqual(
    told.controls.slice(1).map(({ type, subject, reason }) => [type, subject, reason]),
    [['unblock', 'a', 'payment_trouble']],
  );
  assert.equal(told.card('third').controls.length, 2, 'it is not blocked any more');
  assert.equal(givenUp().card('', '').controls.length, 1, 'none is no new card');
});

test('blocking is a policy: an account for which it is held is not blocked', () => {
  const told = begin().control('hold_blocking', 'a').close(MONDAY).outcome('declined_hard').close(day(1));
  assert.deepEqual(told.controls, []);
  assert.equal(told.invoices.length, 1);
});

test('giving up makes one invoice for each registered owner and operator over the unpaid lines, with one fee line, due in 14 days', () => {
  const { invoices } = givenUp();
  assert.deepEqual(invoices.map(({ ownerRef, operatorId, grossMinor, vatMinor, dueDay, lines }) =>
    [ownerRef, operatorId, grossMinor, vatMinor, dueDay, lines.map(({ what }) => what).join()]).sort(), [
    ['', 'op', 8_400, 1_680, '2026-06-17', 'parking,invoice_fee'],
    ['owner', 'another', 5_400, 1_080, '2026-06-17', 'parking,invoice_fee'],
    ['owner', 'op', 5_900, 1_180, '2026-06-17', 'parking,invoice_fee'],
  ]);
  assert.equal(new Set(invoices.map(({ kid }) => kid)).size, 3);
  assert.ok(invoices.every(({ kid }) => isKid(kid)));
});

test('giving up takes along all that is not paid, what would be tried again and what no charge has taken, for one fee', () => {
  const told = begin();
  let asked = 0;
  for (let days = 0; told.invoices.length === 0 && days < 14; days++) {
    told.line({ lineId: `line-${days}`, visitId: `visit-${days}`, visitDay: day(days) });
    asked = told.requests.length;
    told.close(day(days));
    for (let back = told.requests.length - asked - 1; back >= 0; back--) told.outcome('declined_soft', { back });
  }
  const [invoice, ...others] = told.invoices;
  assert.deepEqual(others, []);
  const { lines, grossMinor } = invoice!;
  assert.deepEqual([lines.length, grossMinor], [told.entries.length, (lines.length - 1) * 3_500 + 4_900]);
  assert.ok(lines.length > 7 && told.newest.every(({ status }) => status === 'invoiced'));
  assert.equal(told.requests.length, asked, 'nothing is asked of the card any more');
});

test('while a payment of the account is not known yet nothing is given up: then all of it goes on one invoice, with one fee', () => {
  const told = begin().close(MONDAY).outcome('declined_soft');
  for (let days = 1; days < 7; days++) {
    told.close(day(days));
    if (told.newest[0]!.history.at(-1)!.code === 'requested') told.outcome('declined_soft');
  }
  // The last retry of the first charge comes with the first attempt of another.
  told.line({ lineId: 'line-2', visitId: 'visit-2', visitDay: day(7) })
    .close(day(7))
    .outcome('unknown')
    .outcome('declined_soft', { back: 1 });
  told.line({ lineId: 'line-3', visitId: 'visit-3', visitDay: day(8) });
  const asked = told.requests.length;
  for (let days = 8; days <= 11; days++) told.close(day(days));
  assert.deepEqual(
    [told.invoices.length, told.controls.length, told.requests.length],
    [0, 0, asked],
    'what is not known is waited for, and no card is asked',
  );
  told.outcome('declined_soft').close(day(12));
  assert.deepEqual(told.invoices.map(({ grossMinor }) => grossMinor), [3 * 3_500 + 4_900]);
});

test('giving up takes along neither a visit of a day that is not closed yet nor a credit that waits', () => {
  const told = begin().line({ lineId: 'line-2' }).close(MONDAY).outcome('captured')
    .line({ lineId: 'line-2', revision: 2, grossMinor: 500, vatMinor: 100 })
    .line({ lineId: 'line-3', currency: 'EUR', visitDay: day(1) }).close(day(1)).outcome('declined_hard')
    .line({ lineId: 'line-4', visitDay: day(3) }).close(day(2));
  assert.deepEqual(told.invoices.map(({ lines }) => lines.map(({ lineId }) => lineId)), [['line-3']]);
  assert.deepEqual([told.entry('line-2~1'), told.entry('line-4')], ['-3000 open pending', '3500 open pending']);
});

test('an account stays blocked while a charge is about to be given up, though all invoices are paid', () => {
  const told = begin();
  for (const days of [0, 1, 3, 7]) told.close(day(days)).outcome('declined_soft');
  told.close(day(8)).line({ lineId: 'line-2', visitDay: day(9) }).close(day(9)).outcome('declined_hard', { code: '43' });
  const pay = (): unknown => told.pay(told.invoices.at(-1)!.kid, told.invoices.at(-1)!.grossMinor, `b${told.invoices.length}`);
  pay();
  assert.deepEqual(told.controls.map(({ type }) => type), ['block']);
  told.close(day(10));
  pay();
  assert.deepEqual(told.controls.map(({ type }) => type), ['block', 'block', 'unblock']);
});

test('giving up takes the charge\'s receipts back, so that revenue stands once', () => {
  const { sales } = givenUp();
  const sums = (kind: string): [string, number][] =>
    sales.filter((sale) => sale.kind === kind).map(({ operatorId, grossMinor }) => [operatorId, grossMinor]);
  assert.deepEqual(sums('receipt'), [['another', 500], ['op', 4_500]]);
  assert.deepEqual(sums('credit_note'), [['another', -500], ['op', -4_500]]);
  const receipts = new Set(sales.filter(({ kind }) => kind === 'receipt').map(({ saleId }) => saleId));
  for (const { kind, originalSaleId } of sales) if (kind === 'credit_note') assert.ok(receipts.has(originalSaleId));
});

test('a given-up charge is collected from the card no more', () => {
  const told = givenUp().card('another');
  for (let days = 2; days < 10; days++) told.close(day(days));
  assert.equal(told.requests.length, 1);
  assert.equal(told.entry('line-1'), '3500 invoice failed');
});

test('an invoice that is paid by its KID is charged, and a settled debt unblocks', () => {
  const told = givenUp();
  told.invoices.forEach(({ kid, grossMinor }, index) => told.pay(kid, grossMinor, `bank-${index}`));
  assert.deepEqual(told.matched.map(({ fate }) => fate), ['paid', 'paid', 'paid']);
  assert.equal(told.entry('line-1'), '3500 invoice charged');
  assert.deepEqual(told.controls.map(({ type }) => type), ['block', 'unblock']);
});

test('each payment into the bank has a fate: underpaid, paid, overpaid, paid twice, unknown, wrongly written, in another currency', () => {
  const told = givenUp();
  const [one, other] = told.invoices;
  const { kid, grossMinor } = one!;
  told.pay(kid, 100, 'b1')
    .pay(kid, grossMinor - 100, 'b2')
    .pay(kid, grossMinor, 'b3')
    .pay(other!.kid, other!.grossMinor + 7, 'b4')
    .pay(kidOf(0, 99), 10, 'b5').pay(`${kid.slice(0, -1)}x`, 10, 'b6').pay(kid, 10, 'b7', 'EUR');
  assert.deepEqual(told.matched.map(({ fate, matchedMinor, surplusMinor }) => [fate, matchedMinor, surplusMinor]), [
    ['underpaid', 100, 0], ['paid', grossMinor - 100, 0],
    ['paid_twice', 0, grossMinor], ['overpaid', other!.grossMinor, 7],
    ['unknown_kid', 0, 10], ['bad_check_digit', 0, 10], ['other_currency', 0, 10],
  ]);
});

test('what an invoice was lowered by after it was paid is to be paid back once, each time only what is new', () => {
  const told = givenUp();
  const { kid, grossMinor } = told.invoices.find(({ lines }) => lines.some(({ lineId }) => lineId === 'line-1'))!;
  told.pay(kid, grossMinor - 100, 'b1')
    .line({ revision: 2, grossMinor: 3_000, vatMinor: 600 })
    .line({ revision: 3, grossMinor: 2_900, vatMinor: 580 });
  assert.deepEqual(told.matched.map(({ fate, surplusMinor }) => [fate, surplusMinor]), [['underpaid', 0], ['overpaid', 400]]);
  assert.equal(told.entry('line-1~2'), '-100 open pending', 'once it is paid, what is less goes back to the card');
});

test('a bank\'s reference counts once', () => {
  const told = givenUp();
  const { kid, grossMinor } = told.invoices[0]!;
  assert.equal(told.pay(kid, grossMinor, 'b1').pay(kid, grossMinor, 'b1').matched.length, 1);
});

test('a revision of a visit before its close changes what is charged', () => {
  const told = begin().line({ revision: 2, grossMinor: 3_000, vatMinor: 600 }).close(MONDAY);
  assert.equal(told.requests[0]!.grossMinor, 3_000);
  assert.deepEqual(told.sales.map(({ kind, grossMinor }) => [kind, grossMinor]), [['receipt', 3_000]]);
});

test('a revision changes an open charge between its attempts, with its documents', () => {
  const told = begin()
    .close(MONDAY)
    .outcome('declined_soft')
    .line({ revision: 2, grossMinor: 3_000, vatMinor: 600 })
    .close(day(1));
  assert.equal(told.requests[1]!.grossMinor, 3_000);
  assert.equal(told.requests[1]!.chargeId, told.requests[0]!.chargeId);
  assert.deepEqual(
    told.sales.map(({ kind, grossMinor }) => [kind, grossMinor]),
    [['receipt', 3_500], ['credit_note', -500]],
  );
  assert.equal(told.sales[1]!.originalSaleId, told.sales[0]!.saleId);
});

test('an operator whose last line is taken out of a charge keeps a share of nothing, and so is told', () => {
  const told = begin()
    .line({ lineId: 'line-2', operatorId: 'another', grossMinor: 1_000, vatMinor: 200 })
    .close(MONDAY)
    .outcome('declined_soft')
    .line({ lineId: 'line-2', operatorId: 'another', revision: 2, status: 'withdrawn' }).close(day(1));
  assert.deepEqual(told.newest[0]!.allocations, [
    { operatorId: 'another', grossMinor: 0, vatMinor: 0 }, { operatorId: 'op', grossMinor: 3_500, vatMinor: 700 },
  ]);
});

test('another rate of VAT for what is charged or paid is told by documents of which each line has the VAT that is in it', () => {
  const ofOpen = begin().close(MONDAY).outcome('declined_soft').line({ revision: 2, vatMinor: 0 });
  const change = ofOpen.sales.at(-1)!;
  assert.deepEqual([change.kind, change.grossMinor, change.vatMinor], ['credit_note', 0, -700]);
  assert.deepEqual(
    change.lines.map(({ grossMinor, vatMinor }) => [grossMinor, vatMinor || 0]),
    [[-3_500, -700], [3_500, 0]],
  );
  assert.equal(documentOf(change, 2, 1).vatMinor, -700);
  const ofPaid = begin()
    .line({ vatMinor: 0, revision: 2 })
    .close(MONDAY)
    .outcome('captured')
    .line({ revision: 3, grossMinor: 3_000, vatMinor: 600 });
  const credit = ofPaid.sales.at(-1)!;
  assert.deepEqual(
    credit.lines.map(({ grossMinor, vatMinor }) => [grossMinor, vatMinor || 0]),
    [[-3_500, 0], [3_000, 600]],
  );
  for (const sale of [...ofOpen.sales, ...ofPaid.sales]) assert.equal(saleFault(sale), null);
});

test('two documents of one revision at another rate of VAT count what the other has told', () => {
  const told = begin().line({ revision: 2, grossMinor: 1_300, vatMinor: 0 }).close(MONDAY)
    .line({ revision: 3, grossMinor: 1_400, vatMinor: 280 }).outcome('captured').close(day(1))
    .line({ revision: 4, grossMinor: 100, vatMinor: 20 }).outcome('declined_soft');
  const notes = told.sales.slice(-2).map(({ lines }) =>
    lines.map(({ grossMinor, vatMinor }) => [grossMinor, vatMinor || 0]));
  assert.deepEqual(notes, [[[-1_400, -280], [1_300, 0]], [[-1_300, 0], [100, 20]]]);
});

test('an open charge whose only visit is withdrawn is waived, and none is asked for again', () => {
  const told = begin()
    .close(MONDAY)
    .outcome('declined_soft')
    .line({ revision: 2, status: 'withdrawn' })
    .close(day(1))
    .close(day(2));
  assert.equal(told.newest[0]!.status, 'waived');
  assert.equal(told.requests.length, 1);
});

test('a revision waits while an attempt is under way or its outcome is unknown', () => {
  const told = begin().close(MONDAY).outcome('unknown').line({ revision: 2, grossMinor: 3_000, vatMinor: 600 });
  assert.equal(told.entry('line-1'), '3500 open pending');
  told.outcome('captured');
  assert.equal(told.entry('line-1'), '3500 captured charged');
  assert.equal(told.entry('line-1~1'), '-500 open pending');
});

test('a line that is lowered after capture makes a credit note, and a credit that the next charge uses', () => {
  const told = begin().close(MONDAY).outcome('captured').line({ revision: 2, grossMinor: 3_000, vatMinor: 600 });
  assert.deepEqual(
    told.sales.map(({ kind, grossMinor }) => [kind, grossMinor]),
    [['receipt', 3_500], ['credit_note', -500]],
  );
  assert.equal(told.sales[1]!.originalSaleId, told.sales[0]!.saleId);
  told.line({ lineId: 'line-2', visitDay: day(1) }).close(day(1));
  assert.equal(told.requests[1]!.grossMinor, 3_000);
  assert.equal(told.sales.at(-1)!.grossMinor, 3_500, 'the receipt tells of the visit; the credit has its note');
});

test('of the credits that wait the oldest is used first', () => {
  const lowered = { revision: 2, grossMinor: 1_500, vatMinor: 300 };
  const told = begin().line({ lineId: 'line-2' }).close(MONDAY).outcome('captured')
    .line({ lineId: 'line-2', ...lowered }).close(day(1)).line(lowered)
    .line({ lineId: 'line-3', visitDay: day(2) }).close(day(2));
  assert.equal(told.requests.at(-1)!.grossMinor, 1_500);
  const ownerOf = (id: string): string => told.entries.find(({ entryId }) => entryId === id)!.ownerId;
  assert.deepEqual([ownerOf('line-2~1'), ownerOf('line-1~1')], [told.requests.at(-1)!.chargeId, '']);
});

test('a card is asked for no VAT below nothing, nor above all of it, where a credit had another rate than what it is used for', () => {
  const told = begin().close(MONDAY).outcome('captured').line({ revision: 2, grossMinor: 2_500, vatMinor: 500 })
    .line({ lineId: 'line-2', visitDay: day(1), vatMinor: 0 }).close(day(1));
  const { grossMinor, vatMinor } = told.requests.at(-1)!;
  assert.deepEqual([grossMinor, vatMinor], [2_500, 0]);
  const more = begin().line({ revision: 2, vatMinor: 0 }).close(MONDAY).outcome('captured')
    .line({ revision: 3, grossMinor: 100, vatMinor: 0 }).line({ lineId: 'line-2', visitDay: day(1) }).close(day(1));
  assert.deepEqual([more.requests.at(-1)!.grossMinor, more.requests.at(-1)!.vatMinor], [100, 100]);
});

test('a credit that is not used within seven days goes back to the card, never more than was captured', () => {
  const told = begin().close(MONDAY).outcome('captured').line({ revision: 2, status: 'withdrawn' });
  for (let days = 1; days <= 7; days++) told.close(day(days));
  assert.deepEqual(told.requests.map(({ operation, grossMinor, orderId }) => [operation, grossMinor, orderId]),
    [['payment', 3_500, ''], ['reversal', 3_500, `order-${told.requests[0]!.requestId}`]]);
  told.outcome('reversed');
  assert.equal(told.entry('line-1~1'), '-3500 captured charged');
  assert.equal(told.newest.reduce((sum, { grossMinor }) => sum + grossMinor, 0), 0);
  assert.deepEqual(told.state.capturedCharges('a'), [], 'nothing is left of it that could be given back');
});

test('a credit that was lessened before it goes back to the card is told of then', () => {
  const told = begin().close(MONDAY).outcome('captured')
    .line({ revision: 2, grossMinor: 3_000, vatMinor: 600 })
    .line({ revision: 3, grossMinor: 3_200, vatMinor: 640 });
  for (let days = 1; days <= 7; days++) told.close(day(days));
  assert.equal(told.requests.at(-1)!.grossMinor, 300);
  assert.deepEqual(told.sales.map(({ kind, grossMinor }) => [kind, grossMinor]),
    [['receipt', 3_500], ['credit_note', -500], ['receipt', 200]]);
});

test('a credit that grows is due when what it began with is', () => {
  const told = begin().close(MONDAY).outcome('captured')
    .line({ revision: 2, grossMinor: 3_000, vatMinor: 600 })
    .close(day(4))
    .line({ revision: 3, grossMinor: 2_500, vatMinor: 500 });
  assert.equal(told.close(day(6)).requests.length, 1);
  assert.equal(told.close(day(7)).requests.at(-1)!.grossMinor, 1_000);
});

test('of one payment no more is given back than was captured of it: what is left comes of an earlier one', () => {
  const told = begin()
    .close(MONDAY)
    .outcome('captured')
    .line({ lineId: 'line-2', visitDay: day(1) })
    .close(day(1))
    .outcome('captured');
  const orders = told.requests.map(({ requestId }) => `order-${requestId}`);
  told.line({ revision: 2, status: 'withdrawn' });
  for (let days = 2; days <= 8; days++) told.close(day(days));
  told.outcome('reversed').line({ lineId: 'line-2', revision: 2, status: 'withdrawn', visitDay: day(1) });
  for (let days = 9; days <= 15; days++) told.close(day(days));
  assert.deepEqual(
    told.requests.slice(2).map(({ orderId, grossMinor }) => [orderId, grossMinor]),
    [[orders[1], 3_500], [orders[0], 3_500]],
  );
});

test('a reversal that fails is asked for again on the next working day', () => {
  const told = begin().close(MONDAY).outcome('captured').line({ revision: 2, status: 'withdrawn' });
  for (let days = 1; days <= 7; days++) told.close(day(days));
  told.outcome('technical').close(day(8));
  assert.deepEqual(
    told.requests.map(({ operation, attempt }) => [operation, attempt]),
    [['payment', 1], ['reversal', 1], ['reversal', 2]],
  );
  assert.equal(told.outcome('reversed').newest.at(-1)!.status, 'charged');
});

/** Closes days until the gateway was asked to give back on twenty working days, and has refused each time. */
function refusedFrom(told: TestCharges, first: number, outcome: PaymentOutcome = 'technical'): TestCharges {
  for (let days = first; days <= first + 40; days++) {
    const before = told.requests.length;
    told.close(day(days));
    for (let back = told.requests.length - before - 1; back >= 0; back--) told.outcome(outcome, { back });
  }
  return told;
}

test('a reversal that is refused on twenty working days ends: the credit waits for the next charge, and a person is told', () => {
  for (const outcome of ['technical', 'declined_soft', 'declined_hard'] as const) {
    const told = begin().close(MONDAY).outcome('captured').line({ revision: 2, status: 'withdrawn' });
    refusedFrom(told, 1, outcome);
    assert.equal(told.requests.filter(({ operation }) => operation === 'reversal').length, 20);
    const { status, grossMinor, history } = told.newest.at(-1)!;
    assert.deepEqual([status, grossMinor, history.at(-1)!.code], ['waived', 0, 'given_up reversal']);
    assert.equal(told.entry('line-1~1'), '-3500 open pending');
    assert.equal(refusedFrom(told, 42).requests.length, 21, 'the gateway is asked no more');
    told.line({ lineId: 'line-2', visitDay: day(83), grossMinor: 4_000, vatMinor: 800 }).close(day(83));
    assert.equal(told.requests.at(-1)!.grossMinor, 500);
    assert.deepEqual([told.invoices.length, told.controls.length], [0, 0]);
  }
});

test('of a reversal that is refused in part, what was given back is, and the rest waits as a credit of its own', () => {
  const told = begin().close(MONDAY).outcome('captured')
    .line({ lineId: 'line-2', visitDay: day(1), grossMinor: 1_001, vatMinor: 200 }).close(day(1)).outcome('captured')
    .line({ revision: 2, status: 'withdrawn' });
  for (let days = 2; days <= 8; days++) told.close(day(days));
  const asked = told.requests.slice(2).map(({ operation, grossMinor }) => [operation, grossMinor]);
  assert.deepEqual(asked, [['reversal', 1_001], ['reversal', 2_499]]);
  told.outcome('reversed', { back: 1 }).outcome('technical');
  refusedFrom(told, 9);
  assert.deepEqual(['line-1~1', 'line-1~2'].map((entryId) => told.entry(entryId)), [
    '-1001 captured charged', '-2499 open pending',
  ]);
  const { status, grossMinor, vatMinor, allocations } = told.newest.at(-1)!;
  assert.deepEqual([status, grossMinor, vatMinor, allocations.length], ['charged', -1_001, -200, 1]);
  assert.equal(told.entries.reduce((sum, entry) => sum + entry.vatMinor, 0), 200, 'the VAT of what is sold');
  assert.equal(told.sales.reduce((sum, sale) => sum + sale.grossMinor, 0), 1_001);
  told.line({ lineId: 'line-3', visitDay: day(50) }).close(day(50));
  assert.equal(told.requests.at(-1)!.grossMinor, 1_001);
  assert.equal(told.sales.reduce((sum, sale) => sum + sale.grossMinor, 0), 1_001 + 3_500, 'credits had their notes');
  assert.equal(told.requests.filter(({ operation }) => operation === 'reversal').length, 21);
});

test('a reversal that is told as given back once more changes nothing', () => {
  const told = begin().close(MONDAY).outcome('captured').line({ revision: 2, status: 'withdrawn' });
  for (let days = 1; days <= 7; days++) told.close(day(days));
  const { length } = told.outcome('reversed').charges;
  assert.deepEqual([told.outcome('reversed').charges.length, told.newest.at(-1)!.history.length], [length, 3]);
});

test('giving up waits for no reversal that is unknown, and gives none up that has failed', () => {
  for (const outcome of ['unknown', 'technical'] as const) {
    const told = new TestCharges().card().line({ visitDay: day(4) }).close(day(4)).outcome('captured')
      .line({ visitDay: day(4), revision: 2, status: 'withdrawn' })
      .line({ lineId: 'line-2', merchant: 'other', visitDay: day(11) });
    // On a Saturday: what fails is asked for again on Monday.
    for (let days = 5; days <= 11; days++) told.close(day(days));
    told.outcome(outcome).outcome('declined_hard', { back: 1 }).close(day(12));
    assert.deepEqual(told.newest.map(({ status }) => status), ['charged', 'invoiced', outcome === 'unknown' ? 'pending' : 'failed']);
    assert.equal(told.invoices.length, 1);
    assert.equal(told.close(day(13)).requests.length, outcome === 'unknown' ? 3 : 4);
  }
});

test('what is to be given back holds a VAT from nothing to all of it, whatever the rates were', () => {
  for (const [before, after, asked] of [[0, 600, 0], [700, 0, 500]] as const) {
    const told = new TestCharges().card().line({ vatMinor: before }).close(MONDAY).outcome('captured')
      .line({ revision: 2, grossMinor: 3_000, vatMinor: after });
    for (let days = 1; days <= 7; days++) told.close(day(days));
    const request = told.requests.at(-1)!;
    assert.deepEqual([request.operation, request.grossMinor, request.vatMinor || 0], ['reversal', 500, asked]);
    assert.equal(requestFault(request), null, 'the payments worker takes it');
  }
});

test('a line that is raised after capture makes a debit on the next charge', () => {
  const told = begin()
    .close(MONDAY)
    .outcome('captured')
    .line({ revision: 2, grossMinor: 4_000, vatMinor: 800 })
    .close(day(1));
  assert.equal(told.requests[1]!.grossMinor, 500);
  assert.deepEqual(told.sales.map(({ kind, grossMinor, lines }) => [kind, grossMinor, lines[0]!.what]),
    [['receipt', 3_500, 'parking'], ['receipt', 500, 'correction']]);
});

test('a line that is raised more than 14 days after capture is waived unless somebody approves', () => {
  const late = begin()
    .close(MONDAY)
    .outcome('captured')
    .close(day(16))
    .line({ revision: 2, grossMinor: 4_000, vatMinor: 800 });
  assert.equal(late.entry('line-1~1'), '500 waived pending');
  assert.equal(late.close(day(17)).requests.length, 1);
  late.control('approve', 'line-1').close(day(18));
  assert.equal(late.requests[1]!.grossMinor, 500);
  const inTime = begin()
    .close(MONDAY)
    .outcome('captured')
    .close(day(14))
    .line({ revision: 2, grossMinor: 4_000, vatMinor: 800 });
  assert.equal(inTime.entry('line-1~1'), '500 open pending');
});

test('what is less comes off what was waived before it is given back', () => {
  const told = begin().close(MONDAY).outcome('captured').close(day(16))
    .line({ revision: 2, grossMinor: 4_000, vatMinor: 800 })
    .line({ revision: 3, grossMinor: 3_000, vatMinor: 600 });
  assert.deepEqual(
    ['line-1', 'line-1~1', 'line-1~2'].map((entryId) => told.entry(entryId)),
    ['3500 captured charged', '0 waived pending', '-500 open pending'],
  );
});

test('a line that was raised in time may be raised again for as long after that was paid', () => {
  const told = begin().close(MONDAY).outcome('captured')
    .line({ revision: 2, grossMinor: 4_000, vatMinor: 800 })
    .close(day(9)).outcome('captured')
    .close(day(20)).line({ revision: 3, grossMinor: 4_500, vatMinor: 900 });
  assert.deepEqual([told.entry('line-1~1'), told.entry('line-1~2')], ['500 captured charged', '500 open pending']);
});

test('what is raised beyond a credit that waits still is waived as late as any other debit', () => {
  const told = begin().close(MONDAY).outcome('captured').close(day(13))
    .line({ revision: 2, grossMinor: 3_000, vatMinor: 600 }).close(day(16))
    .line({ revision: 3, grossMinor: 4_000, vatMinor: 800 });
  assert.deepEqual([told.entry('line-1~1'), told.entry('line-1~2')], ['0 open pending', '500 waived pending']);
  assert.equal(told.close(day(17)).requests.length, 1, 'the card is asked for nothing more');
});

test('a line that is withdrawn after capture and comes again before the credit is used was sold once', () => {
  const told = begin().close(MONDAY).outcome('captured')
    .line({ revision: 2, status: 'withdrawn' })
    .line({ revision: 3 });
  assert.deepEqual(
    told.sales.map(({ kind, grossMinor, vatMinor }) => [kind, grossMinor, vatMinor]),
    [['receipt', 3_500, 700], ['credit_note', -3_500, -700], ['receipt', 3_500, 700]],
  );
  for (let days = 1; days <= 9; days++) told.close(day(days));
  assert.deepEqual([told.requests.length, told.sales.length], [1, 3]);
});

test('a line that is lowered while it is invoiced lessens the invoice, with a credit note', () => {
  const told = givenUp().line({ revision: 2, grossMinor: 3_000, vatMinor: 600 });
  const { saleId, kid } = told.invoices.find(({ grossMinor }) => grossMinor === 8_400)!;
  assert.equal(told.entry('line-1~1'), '-500 invoice failed');
  assert.equal(told.sales.at(-1)!.originalSaleId, saleId);
  assert.equal(told.pay(kid, 7_900, 'b1').matched[0]!.fate, 'paid');
});

test('an invoice of which all visits are withdrawn asks for no fee either, and the account is unblocked', () => {
  const told = begin().line({ lineId: 'line-2' }).close(MONDAY).outcome('declined_hard').close(day(1));
  const { invoiceId, saleId, kid } = told.invoices[0]!;
  told.line({ revision: 2, status: 'withdrawn' });
  assert.deepEqual([told.entry(`fee-${invoiceId}`), told.controls.length], ['4900 invoice failed', 1]);
  told.line({ lineId: 'line-2', revision: 2, status: 'withdrawn' });
  assert.equal(told.entry(`fee-${invoiceId}`), '0 invoice charged');
  assert.deepEqual(told.controls.map(({ type }) => type), ['block', 'unblock']);
  const { kind, grossMinor, vatMinor, originalSaleId, lines } = told.sales.at(-1)!;
  assert.deepEqual([kind, grossMinor, vatMinor, originalSaleId, lines[0]!.what],
    ['credit_note', -4_900, -980, saleId, 'invoice_fee']);
  assert.equal(told.sales.reduce((sum, sale) => sum + sale.grossMinor, 0), 0);
  assert.equal(told.pay(kid, 4_900, 'b1').matched.at(-1)!.fate, 'paid_twice', 'whoever pays all the same is paid back');
});

test('what was paid of an invoice of which all visits are withdrawn is to be paid back', () => {
  const told = begin().close(MONDAY).outcome('declined_hard').close(day(1));
  told.pay(told.invoices[0]!.kid, 5_000, 'b1').line({ revision: 2, status: 'withdrawn' });
  const { fate, matchedMinor, surplusMinor } = told.matched.at(-1)!;
  assert.deepEqual([told.matched.length, fate, matchedMinor, surplusMinor], [2, 'overpaid', -5_000, 5_000]);
  const again = told.pay(told.invoices[0]!.kid, 100, 'b2').matched.at(-1)!;
  assert.deepEqual([again.fate, again.matchedMinor, again.surplusMinor], ['paid_twice', 0, 100]);
});

test('a line that was lowered on its invoice may be raised for 14 days after that', () => {
  const raisedAfter = (days: number): string =>
    givenUp().close(day(9)).line({ revision: 2, grossMinor: 3_000, vatMinor: 600 })
      .close(day(9 + days)).line({ revision: 3 }).entry('line-1~2');
  assert.deepEqual([raisedAfter(14), raisedAfter(15)], ['500 open pending', '500 waived pending']);
});

test('somebody may waive a line, a charge or an invoice that is not paid', () => {
  const line = begin().control('waive', 'line-1').close(MONDAY);
  assert.equal(line.entry('line-1'), '3500 waived pending');
  assert.equal(line.charges.length, 0);
  const charge = begin().close(MONDAY).outcome('declined_soft');
  charge.control('waive', charge.charges[0]!.chargeId).close(day(1));
  assert.equal(charge.newest[0]!.status, 'waived');
  assert.equal(charge.requests.length, 1);
  assert.equal(charge.sales.reduce((sum, { grossMinor }) => sum + grossMinor, 0), 0);
  const invoiced = givenUp();
  for (const { invoiceId } of invoiced.invoices) invoiced.control('waive', invoiceId);
  const creditedFees = invoiced.sales.filter(({ kind, lines }) => kind === 'credit_note' && lines[0]!.what === 'invoice_fee');
  assert.deepEqual(creditedFees.map(({ grossMinor }) => grossMinor), [-4_900, -4_900, -4_900]);
  assert.deepEqual(invoiced.controls.map(({ type }) => type), ['block', 'unblock']);
  assert.equal(invoiced.sales.reduce((sum, { grossMinor }) => sum + grossMinor, 0), 0);
});

test('what is waived of an invoice that a correction has lessened is what it still asks for', () => {
  for (const subject of ['line-1', 'the invoice']) {
    const told = givenUp().line({ revision: 2, grossMinor: 3_000, vatMinor: 600 });
    assert.equal(told.entry('line-1~1'), '-500 invoice failed');
    const { invoiceId, saleId } = told.invoices.find(({ lines }) => lines.some(({ lineId }) => lineId === 'line-1'))!;
    told.control('waive', subject === 'line-1' ? subject : invoiceId);
    assert.equal(told.entry('line-1'), '3000 waived failed', subject);
    assert.match(told.entry('line-1~1'), /^0 invoice /, subject);
    const sales =
      told.sales.filter(({ originalSaleId }) => originalSaleId === saleId).map(({ grossMinor }) => grossMinor);
    assert.deepEqual(sales.slice(0, 2), [-500, -3_000]);
    assert.deepEqual(told.matched, [], 'nobody has paid too much');
  }
});

test('what is paid, under way or unknown is not waived', () => {
  const paid = begin().close(MONDAY).outcome('captured');
  assert.throws(() => paid.control('waive', 'line-1'), reason('not_to_be_waived'));
  assert.throws(() => paid.control('waive', paid.charges[0]!.chargeId), reason('not_to_be_waived'));
  assert.throws(() => begin().close(MONDAY).control('waive', 'line-1'), reason('not_to_be_waived'));
  assert.throws(() => begin().control('waive', 'nothing'), reason('unknown_subject'));
  const refused = begin().close(MONDAY).outcome('captured').line({ revision: 2, status: 'withdrawn' });
  for (let days = 1; days <= 7; days++) refused.close(day(days));
  const reversal = refused.outcome('technical').newest.at(-1)!.chargeId;
  assert.throws(() => refused.control('waive', reversal), reason('not_to_be_waived'));
  assert.throws(() => begin().control('approve', 'line-1'), reason('unknown_subject'));
});

test('today never goes back, though the clock of who closes does: a later document has no earlier day', () => {
  const told = begin().close(day(5)).line({ lineId: 'line-2', visitDay: day(6) });
  told.rules.close({ billingDay: day(6), closedAt: Date.parse(`${day(3)}T04:00:00Z`) });
  assert.deepEqual(told.sales.map(({ issuedDay }) => issuedDay), [day(6), day(6)]);
});

test('a line that comes after its day was closed joins the next close with its own visit day', () => {
  const { charges } = new TestCharges().card().close(day(1)).line().close(day(2));
  assert.equal(charges[0]!.billingDay, day(2));
  assert.equal(charges[0]!.lines[0]!.visitDay, MONDAY);
});

test('a revision not above the known one is ignored', () => {
  assert.equal(begin().line({ grossMinor: 1 }).close(MONDAY).requests[0]!.grossMinor, 3_500);
});

test('a line that changes its currency is given back in the old one and taken in the new', () => {
  const told = begin()
    .close(MONDAY)
    .outcome('captured')
    .line({ revision: 2, currency: 'EUR', grossMinor: 300, vatMinor: 60 })
    .close(day(1));
  assert.equal(told.entry('line-1~1'), '-3500 open pending');
  assert.deepEqual(
    told.requests.map(({ currency, grossMinor }) => [currency, grossMinor]),
    [['NOK', 3_500], ['EUR', 300]],
  );
});

test('a charged line is forgotten after the correction days, and a correction that comes then is refused, not guessed', () => {
  const told = begin().close(MONDAY).outcome('captured').close(day(CORRECTION_DAYS + 1));
  assert.equal(told.state.lines.size, 0);
  assert.throws(() => told.line({ revision: 2, status: 'withdrawn' }), reason('correction_too_late'));
});

test('a credit of the last moment is given back of its payment, though the line is forgotten by then', () => {
  const told = begin().close(MONDAY).outcome('captured').close(day(CORRECTION_DAYS))
    .line({ revision: 2, status: 'withdrawn' });
  for (let days = 1; days <= 7; days++) told.close(day(CORRECTION_DAYS + days));
  const { operation, grossMinor } = told.requests.at(-1)!;
  assert.deepEqual([operation, grossMinor], ['reversal', 3_500]);
});

test('all is forgotten in the end, but for what is not settled', () => {
  const told = givenUp().line({ lineId: 'line-9', visitDay: day(1) }).close(day(2)).outcome('captured');
  for (const { kid, grossMinor } of told.invoices) told.pay(kid, grossMinor, kid);
  for (let days = 3; days < 500; days++) told.close(day(days));
  for (const { kid, grossMinor } of told.invoices) told.pay(kid, grossMinor, kid);
  for (let days = 500; days < 1_000; days++) told.close(day(days));
  const { lines, charges, invoices, references } = told.state;
  assert.deepEqual([lines.size, charges.size, invoices.size, references.size], [0, 0, 0, 0]);
});

test('a credit that waits is not forgotten with the invoice that it was paid by', () => {
  const told = begin().close(MONDAY).outcome('declined_hard').close(day(1));
  told.pay(told.invoices[0]!.kid, 8_400, 'b1').card('another')
    .line({ revision: 2, grossMinor: 3_000, vatMinor: 600 });
  for (let days = 2; days < 410; days++) told.close(day(days));
  assert.equal(told.state.invoices.size, 0);
  told.line({ lineId: 'line-2', visitDay: day(410) }).close(day(410)).outcome('captured');
  assert.equal(told.requests.at(-1)!.grossMinor, 3_000);
  told.close(day(460));
  assert.equal(told.state.lines.size, 0, 'once it is used it is');
});

test('the first revision of a line is charged however old its visit is', () => {
  assert.equal(new TestCharges().card().close('2026-12-01').line().close('2026-12-02').requests.length, 1);
});
