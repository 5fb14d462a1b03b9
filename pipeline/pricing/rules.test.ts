import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ExternalPayment, Visit } from '../records/records.ts';
import {
  DAY, garageOf, HOUR, MINUTE, openPricing, paymentOf, perHour, START, visitOf, type PricingUnderTest,
} from './test-pricing.ts';

test('a stay that costs nothing is free', () => {
  const pricing = openPricing({ garage: garageOf([{ ...perHour, freeMinutes: 60 }]) });
  pricing.visit(visitOf());
  assert.equal(pricing.of('visit-1'), 'free');
  const withoutTariffs = openPricing({ garage: garageOf([]) });
  withoutTariffs.visit(visitOf());
  assert.equal(withoutTariffs.of('visit-1'), 'free');
});

test('the account that the vehicle is on pays, by a line', () => {
  const pricing = openPricing();
  pricing.visit(visitOf({ plate: 'AA10001' }));
  assert.equal(pricing.of('visit-1'), 'account 1000');
  const [line] = pricing.lines.values();
  assert.deepEqual([line!.accountId, line!.grossMinor, line!.status], ['a', 1_000, 'live']);
});

test('several vehicles of an account that are inside at once are a line each, and so is each visit of one', () => {
  const pricing = openPricing();
  pricing.visit(visitOf({ visitId: 'visit-1', plate: 'AA10001' }));
  pricing.visit(visitOf({ visitId: 'visit-2', plate: 'AA10003', enteredAt: START + 10 * MINUTE }));
  pricing.visit(visitOf({ visitId: 'visit-3', plate: 'AA10001', enteredAt: START + 5 * HOUR }));
  const lines = [...pricing.lines.values()];
  assert.deepEqual(lines.map(({ visitId, accountId, grossMinor }) => [visitId, accountId, grossMinor]), [
    ['visit-1', 'a', 1_000], ['visit-2', 'a', 1_000], ['visit-3', 'a', 1_000],
  ]);
  assert.equal(new Set(lines.map(({ lineId }) => lineId)).size, 3);
});

test('nothing is charged before the parking has ended', () => {
  const pricing = openPricing();
  pricing.visit(visitOf({ plate: 'AA10001', status: 'open', exitedAt: null, exitReadId: null }));
  pricing.moveClock(START + 90 * DAY);
  assert.deepEqual([pricing.lines.size, pricing.dispositions.size, pricing.unpaid.size], [0, 0, 0]);
});

test('a visit is priced by the tariff that was in force when it began', () => {
  const dearer = {
    ...perHour,
    tariffVersion: 't2',
    incrementMinor: 9_000,
    validFrom: new Date(START + 30 * MINUTE).toISOString(),
  };
  const pricing = openPricing({ garage: garageOf([perHour, dearer]) });
  pricing.visit(visitOf({ visitId: 'visit-1', plate: 'AA10001' }));
  pricing.visit(visitOf({ visitId: 'visit-2', plate: 'AA10001', enteredAt: START + 30 * MINUTE }));
  assert.deepEqual(
    [...pricing.lines.values()].map(({ tariffVersion, grossMinor }) => [tariffVersion, grossMinor]),
    [['t1', 1_000], ['t2', 9_000]],
  );
});

test('who has no account may pay for 48 hours, then an invoice is due', () => {
  const pricing = openPricing();
  pricing.visit(visitOf());
  assert.equal(pricing.of('visit-1'), 'awaiting_payment 1000');
  assert.equal(pricing.dispositions.get('visit-1')!.payableUntil, START + HOUR + 48 * HOUR);
  pricing.moveClock(START + 49 * HOUR - 1);
  assert.equal(pricing.unpaid.size, 0);
  pricing.takeOver();
  pricing.moveClock(START + 49 * HOUR);
  assert.equal(pricing.of('visit-1'), 'invoice_due 1000');
  assert.deepEqual(pricing.unpaid.get('visit-1'), {
    visitId: 'visit-1', revision: 1, status: 'live', operatorId: 'op', garageId: 'p4', country: 'NO',
    plate: 'ZZ99999', enteredAt: START,
    exitedAt: START + HOUR, grossMinor: 1_000, vatMinor: 200, currency: 'NOK', tariffVersion: 't1',
  });
});

test('the visits that come later move the garage\'s time too, but never beyond when they came in', () => {
  const pricing = openPricing();
  pricing.visit(visitOf());
  pricing.visit(visitOf({ visitId: 'visit-2', enteredAt: START + 60 * HOUR }));
  assert.equal(pricing.of('visit-1'), 'invoice_due 1000');
  assert.equal(pricing.of('visit-2'), 'awaiting_payment 1000');
});

test('a payment made elsewhere settles the visit, before its exit is known or after the invoice was due', () => {
  const early = openPricing();
  early.pay(paymentOf());
  early.visit(visitOf());
  assert.equal(early.of('visit-1'), 'paid_elsewhere 1000 paid 1000');
  const late = openPricing();
  late.visit(visitOf());
  late.moveClock(START + 50 * HOUR);
  late.pay(paymentOf());
  assert.equal(late.of('visit-1'), 'paid_elsewhere 1000 paid 1000');
  assert.equal(late.unpaid.get('visit-1')!.status, 'withdrawn');
});

test('the same payment again is no second payment, another reference is', () => {
  const pricing = openPricing();
  pricing.visit(visitOf({ exitedAt: START + 2 * HOUR }));
  pricing.pay(paymentOf());
  pricing.pay(paymentOf());
  assert.equal(pricing.of('visit-1'), 'awaiting_payment 2000 paid 1000');
  pricing.pay(paymentOf({ reference: 'm2' }));
  assert.equal(pricing.of('visit-1'), 'paid_elsewhere 2000 paid 2000');
});

test('of a provider\'s reference the first counts, whatever another says under it', () => {
  const pricing = openPricing();
  pricing.visit(visitOf());
  pricing.pay(paymentOf({ sumMinor: 100 }));
  pricing.takeOver();
  pricing.pay(paymentOf({ sumMinor: 1_000 }));
  assert.equal(pricing.of('visit-1'), 'awaiting_payment 1000 paid 100');
});

test('a payment is for the vehicle, time, garage and currency that it names', () => {
  const at = (ms: number): string => new Date(START + ms).toISOString();
  const others = [
    { plate: 'ZZ99998' }, { country: 'SE' }, { currency: 'SEK' },
    { from: at(-2 * HOUR), to: at(-16 * MINUTE) }, { from: at(HOUR + 16 * MINUTE), to: at(3 * HOUR) },
  ];
  for (const other of others) {
    const pricing = openPricing();
    pricing.visit(visitOf());
    pricing.pay(paymentOf(other));
    assert.equal(pricing.of('visit-1'), 'awaiting_payment 1000');
  }
  // Clocks differ, and people walk to a machine; a country that was not read may be any.
  const same = [
    { country: 'XX' }, { from: at(-2 * HOUR), to: at(-15 * MINUTE) },
    { from: at(HOUR + 15 * MINUTE), to: at(3 * HOUR) },
  ];
  for (const one of same) {
    const pricing = openPricing();
    pricing.visit(visitOf());
    pricing.pay(paymentOf(one));
    assert.equal(pricing.of('visit-1'), 'paid_elsewhere 1000 paid 1000');
  }
});

test('what one visit leaves of a day\'s payment, the next takes', () => {
  const pricing = openPricing();
  pricing.pay(paymentOf({ to: new Date(START + 10 * HOUR).toISOString(), sumMinor: 2_500 }));
  // The later one closes first: it gives back what the earlier one needs.
  pricing.visit(visitOf({ visitId: 'later', enteredAt: START + 3 * HOUR, exitedAt: START + 5 * HOUR }));
  assert.equal(pricing.of('later'), 'paid_elsewhere 2000 paid 2000');
  pricing.visit(visitOf());
  assert.equal(pricing.of('visit-1'), 'paid_elsewhere 1000 paid 1000');
  assert.equal(pricing.of('later'), 'awaiting_payment 2000 paid 1500');
});

test('payments are used up in the order of their times, so that one that is good for longer is left for the next visit', () => {
  const at = (ms: number): string => new Date(START + ms).toISOString();
  const pricing = openPricing();
  pricing.pay(paymentOf({ reference: 'for hours', from: at(30 * MINUTE), to: at(10 * HOUR) }));
  pricing.pay(paymentOf({ reference: 'for the first', from: at(0), to: at(HOUR) }));
  pricing.visit(visitOf());
  pricing.visit(visitOf({ visitId: 'later', enteredAt: START + 3 * HOUR }));
  assert.deepEqual(['visit-1', 'later'].map(pricing.of), ['paid_elsewhere 1000 paid 1000', 'paid_elsewhere 1000 paid 1000']);
});

test('an invoice for what is left of a visit that was paid in part has the VAT of what is left', () => {
  const pricing = openPricing();
  pricing.pay(paymentOf({ sumMinor: 400 }));
  pricing.visit(visitOf());
  pricing.moveClock(START + 49 * HOUR);
  const { grossMinor, vatMinor } = pricing.unpaid.get('visit-1')!;
  assert.deepEqual([grossMinor, vatMinor], [600, 120]);
});

test('who paid elsewhere is not charged again by account', () => {
  const pricing = openPricing();
  pricing.visit(visitOf({ plate: 'AA10001' }));
  pricing.pay(paymentOf({ plate: 'AA10001', sumMinor: 400 }));
  assert.equal(pricing.of('visit-1'), 'account 1000 paid 400');
  pricing.pay(paymentOf({ plate: 'AA10001', reference: 'm2' }));
  assert.equal(pricing.of('visit-1'), 'paid_elsewhere 1000 paid 1000');
  const [line] = pricing.lines.values();
  assert.deepEqual([line!.revision, line!.status, line!.grossMinor], [3, 'withdrawn', 600]);
});

test('of a vehicle whose plate was not read nothing can be collected', () => {
  const pricing = openPricing();
  pricing.visit(visitOf({ plate: '', plateRead: false }));
  assert.equal(pricing.of('visit-1'), 'uncollectable no_plate 1000');
  // Nor where only a rear plate was: no account is to pay for that.
  pricing.visit(visitOf({ visitId: 'rear', plate: 'AA10001', plateRead: false }));
  assert.equal(pricing.of('rear'), 'uncollectable no_plate 1000');
  assert.equal(pricing.lines.size, 0);
});

test('a closed visit that lacks its entry or exit is for review', () => {
  const pricing = openPricing();
  pricing.visit(visitOf({ enteredAt: null, exitedAt: START }));
  pricing.visit(visitOf({ visitId: 'visit-2', exitedAt: null }));
  assert.equal(pricing.of('visit-1'), 'review entry_unknown');
  assert.equal(pricing.of('visit-2'), 'review exit_unknown');
});

test('a visit that no tariff covers waits in review, however long, and is priced when one does', () => {
  const pricing = openPricing();
  pricing.configure(undefined);
  pricing.visit(visitOf({ plate: 'AA10001' }));
  pricing.visit(visitOf({ plate: 'AA10001', revision: 2 }));
  assert.equal(pricing.of('visit-1'), 'review no_tariff');
  pricing.moveClock(START + 100 * DAY);
  pricing.takeOver();
  pricing.configure(garageOf([{ ...perHour, validFrom: '2026-06-02T00:00:00Z' }]));
  assert.equal(pricing.of('visit-1'), 'review no_tariff');
  pricing.configure(garageOf());
  assert.equal(pricing.of('visit-1'), 'account 1000');
});

test('a visit that is not closed any more has no disposition, and gets one when it is closed again', () => {
  for (const status of ['withdrawn', 'review', 'unclosed', 'open'] as const) {
    const pricing = openPricing();
    pricing.visit(visitOf({ plate: 'AA10001' }));
    pricing.visit(visitOf({ plate: 'AA10001', revision: 2, status }));
    assert.equal(pricing.of('visit-1'), undefined);
    assert.deepEqual([...pricing.lines.values()].map((line) => line.status), ['withdrawn']);
    pricing.visit(visitOf({ plate: 'AA10001', revision: 3 }));
    assert.equal(pricing.of('visit-1'), 'account 1000');
  }
});

test('an older revision that comes again changes nothing, nor does the same content', () => {
  const pricing = openPricing();
  pricing.visit(visitOf({ revision: 2 }));
  pricing.visit(visitOf({ revision: 1, exitedAt: START + 5 * HOUR }));
  pricing.visit(visitOf({ revision: 3 }));
  assert.equal(pricing.dispositions.get('visit-1')!.revision, 1);
});

test('only closed visits are remembered, until nothing can change them', () => {
  const pricing = openPricing();
  pricing.visit(visitOf({ status: 'open', exitedAt: null }));
  assert.equal(pricing.stateSize, 1, 'the garage\'s time');
  pricing.visit(visitOf({ revision: 2 }));
  pricing.pay(paymentOf());
  pricing.visit(visitOf({ visitId: 'visit-2', revision: 1 }));
  pricing.visit(visitOf({ visitId: 'visit-2', revision: 2, status: 'review' }));
  pricing.moveClock(START + 60 * DAY);
  assert.equal(pricing.stateSize, 2, 'the garage\'s time and the visit in review');
});

test('a payment is remembered as long as a visit that took of it', () => {
  const pricing = openPricing();
  pricing.pay(paymentOf());
  pricing.visit(visitOf());
  pricing.visit(visitOf({ revision: 2, status: 'review' }));
  pricing.visit(visitOf({ revision: 3 }));
  // Twice the horizon and the payment window after the payment's end, but the visit was revised later.
  pricing.moveClock(START + 53 * HOUR - 1);
  pricing.visit(visitOf({ revision: 4, exitedAt: START + 30 * MINUTE }));
  pricing.moveClock(START + 54 * HOUR);
  pricing.visit(visitOf({ revision: 5, exitedAt: START + 40 * MINUTE }));
  assert.equal(pricing.of('visit-1'), 'paid_elsewhere 1000 paid 1000');
  pricing.moveClock(START + 60 * DAY);
  pricing.moveClock(START + 120 * DAY);
  assert.equal(pricing.stateSize, 1);
});

test('what a visit took of a payment for a month is used up until the month is over, though the visit is long past', () => {
  const pricing = openPricing();
  pricing.pay(paymentOf({ to: new Date(START + 30 * DAY).toISOString(), sumMinor: 1_500 }));
  pricing.visit(visitOf());
  pricing.moveClock(START + 20 * DAY);
  pricing.takeOver();
  pricing.visit(visitOf({ visitId: 'visit-2', enteredAt: START + 20 * DAY }));
  assert.equal(pricing.of('visit-2'), 'awaiting_payment 1000 paid 500');
  pricing.moveClock(START + 60 * DAY);
  pricing.moveClock(START + 120 * DAY);
  assert.equal(pricing.stateSize, 1, 'all is forgotten but the garage\'s time');
});

const permit = {
  kind: 'staff', country: 'NO', plate: 'ZZ99999', garages: ['p4'], from: '2026-01-01T00:00:00Z', source: 'list',
};

test('a permit that was in force at the entry frees the visit; its plate alone does not', () => {
  const pricing = openPricing({ permits: [{ ...permit, to: new Date(START + 1).toISOString() }] });
  pricing.visit(visitOf());
  pricing.visit(visitOf({ visitId: 'later', enteredAt: START + 1 }));
  pricing.visit(visitOf({ visitId: 'electric', plate: 'EL10001' }));
  pricing.visit(visitOf({ visitId: 'unread country', country: 'XX' }));
  pricing.visit(visitOf({ visitId: 'abroad', country: 'SE' }));
  assert.deepEqual(['visit-1', 'later', 'electric', 'unread country', 'abroad'].map(pricing.of), [
    'permit', 'awaiting_payment 1000', 'awaiting_payment 1000', 'permit', 'awaiting_payment 1000',
  ]);
  assert.equal(pricing.dispositions.get('visit-1')!.permitKind, 'staff');
});

test('a discount is the account\'s or the driver\'s; of two permits the better counts', () => {
  const permitTerms = [{ kind: 'electric', discountBasisPoints: 5_000 }, { kind: 'guest', discountBasisPoints: 2_000 }];
  const garage = garageOf([{ ...perHour, permitTerms }]);
  const pricing = openPricing({ garage, permits: ['guest', 'electric'].map((kind) => ({ ...permit, kind })) });
  pricing.visit(visitOf());
  assert.equal(pricing.of('visit-1'), 'awaiting_payment 500');
  assert.equal(pricing.dispositions.get('visit-1')!.permitKind, 'electric');
});

test('of permits that come to the same the first counts, and none where none makes it cheaper', () => {
  const garage = garageOf([{ ...perHour, permitTerms: [{ kind: 'guest', discountBasisPoints: 0 }] }]);
  const permits = [{ ...permit, permitId: 'p2' }, { ...permit, permitId: 'p1' }];
  const pricing = openPricing({ garage, permits: [...permits, { ...permit, plate: 'YY99999', kind: 'guest' }] });
  pricing.visit(visitOf());
  pricing.visit(visitOf({ visitId: 'visit-2', plate: 'YY99999' }));
  assert.equal(pricing.dispositions.get('visit-1')!.permitId, 'p1');
  assert.deepEqual([pricing.of('visit-2'), pricing.dispositions.get('visit-2')!.permitId], ['awaiting_payment 1000', '']);
});

test('of the cars of a contract with one place the first inside has it, the others pay', () => {
  const cars = ['ZZ99991', 'ZZ99992', 'ZZ99993'];
  const contract = { ...permit, kind: 'contract', contractId: 'c1', places: 1 };
  const pricing = openPricing({ permits: cars.map((plate) => ({ ...contract, plate })) });
  const [first, second, third] = cars.map((plate, n) => ({ visitId: `car-${n + 1}`, plate }));
  // The first is inside for five hours; the second comes and goes meanwhile; the third comes as the first leaves.
  pricing.visit(visitOf({ ...first, status: 'open', exitedAt: null }));
  pricing.visit(visitOf({ ...second, enteredAt: START + HOUR }));
  assert.equal(pricing.of('car-2'), 'awaiting_payment 1000');
  pricing.visit(visitOf({ ...first, revision: 2, exitedAt: START + 5 * HOUR }));
  pricing.visit(visitOf({ ...third, enteredAt: START + 5 * HOUR }));
  assert.deepEqual(['car-1', 'car-2', 'car-3'].map(pricing.of), ['permit', 'awaiting_payment 1000', 'permit']);
  // The first turns out never to have been: the place was the second's.
  pricing.visit(visitOf({ ...first, revision: 3, status: 'withdrawn' }));
  assert.deepEqual(['car-1', 'car-2', 'car-3'].map(pricing.of), [undefined, 'permit', 'permit']);
});

test('whoever had a contract\'s place when a car came counts for that car however long it stays', () => {
  const cars = ['ZZ99991', 'ZZ99992', 'ZZ99993'];
  const contract = { ...permit, kind: 'contract', contractId: 'c1', places: 1 };
  for (const takesOver of [false, true]) {
    const pricing = openPricing({ permits: cars.map((plate) => ({ ...contract, plate })) });
    const [first, second, third] = cars.map((plate, n) => ({ visitId: `car-${n + 1}`, plate }));
    // The second comes while the first has the place, and stays for ten days; the third finds the place free.
    pricing.visit(visitOf(first));
    pricing.visit(visitOf({ ...second, enteredAt: START + 30 * MINUTE, ...open }));
    pricing.visit(visitOf({ ...third, enteredAt: START + 2 * HOUR, ...open }));
    for (let day = 1; day < 10; day++) pricing.moveClock(START + day * DAY);
    if (takesOver) pricing.takeOver();
    pricing.visit(visitOf({ ...second, enteredAt: START + 30 * MINUTE, revision: 2, exitedAt: START + 10 * DAY }));
    assert.equal(pricing.of('car-2'), 'awaiting_payment 240000');
    // Its time to pay is over while the third is inside yet.
    for (let day = 11; day < 14; day++) pricing.moveClock(START + day * DAY);
    assert.equal(pricing.of('car-2'), 'invoice_due 240000');
    pricing.visit(visitOf({ ...third, enteredAt: START + 2 * HOUR, revision: 2, exitedAt: START + 14 * DAY }));
    assert.equal(pricing.of('car-3'), 'permit');
    for (let day = 15; day < 40; day++) pricing.moveClock(START + day * DAY);
    assert.equal(pricing.stateSize, 1, 'all is forgotten but the garage\'s time');
  }
});

test('free minutes can\'t be renewed by driving round', () => {
  const pricing = openPricing({ garage: garageOf([{ ...perHour, freeMinutes: 10, freeMinutesReentry: 60 }]) });
  const stay = (n: number, from: number, minutes: number) => visitOf({
    visitId: `stay-${n}`, enteredAt: START + from * MINUTE, exitedAt: START + (from + minutes) * MINUTE,
  });
  pricing.visit(stay(2, 20, 4));
  assert.equal(pricing.of('stay-2'), 'free');
  // What was not known: the vehicle had been inside for eight minutes before.
  pricing.visit(stay(1, 0, 8));
  assert.equal(pricing.of('stay-2'), 'awaiting_payment 1000');
  pricing.visit(stay(3, 85, 8));
  assert.equal(pricing.of('stay-3'), 'free');
  // Just an hour after the one before, and a moment more than that.
  pricing.visit(stay(4, 153, 8));
  assert.equal(pricing.of('stay-4'), 'awaiting_payment 1000');
  pricing.visit(stay(5, 221 + 1 / 60, 8));
  assert.equal(pricing.of('stay-5'), 'free');
});

test('stays that follow each other share their free minutes, however long the first of them is past', () => {
  const pricing = openPricing({ garage: garageOf([{ ...perHour, freeMinutes: 20, freeMinutesReentry: 60 }]) });
  for (const [n, from] of [0, 50, 100].entries()) {
    pricing.visit(visitOf({
      visitId: `stay-${n}`, enteredAt: START + from * MINUTE, exitedAt: START + (from + 8) * MINUTE,
    }));
  }
  assert.deepEqual([0, 1, 2].map((n) => pricing.of(`stay-${n}`)), ['free', 'free', 'awaiting_payment 1000']);
});

test('vehicles of two countries with one plate share neither free minutes nor caps', () => {
  const maxValues = [{ period: 'day', valueMinor: 1_500, capScope: 'plate' }];
  const tariff = { ...perHour, freeMinutes: 10, freeMinutesReentry: 60, maxValues };
  const pricing = openPricing({ garage: garageOf([tariff]) });
  const [one, other] = [{ plate: 'ZZ99999' }, { plate: 'YY99999' }];
  pricing.visit(visitOf({ ...one, visitId: 'one' }));
  pricing.visit(visitOf({ ...other, visitId: 'other' }));
  const abroad = { country: 'SE', enteredAt: START + 70 * MINUTE };
  pricing.visit(visitOf({ ...one, ...abroad, visitId: 'short', exitedAt: START + 75 * MINUTE }));
  pricing.visit(visitOf({ ...other, ...abroad, visitId: 'long', exitedAt: START + 2 * HOUR }));
  assert.deepEqual(['short', 'long'].map(pricing.of), ['free', 'awaiting_payment 1000']);
});

test('a cap over all visits of a vehicle follows each change of an earlier one', () => {
  const maxValues = [{ period: 'day', valueMinor: 2_500, capScope: 'plate' }];
  const pricing = openPricing({ garage: garageOf([{ ...perHour, maxValues }]) });
  pricing.visit(visitOf({ visitId: 'third', enteredAt: START + 6 * HOUR }));
  pricing.visit(visitOf({ visitId: 'second', enteredAt: START + 3 * HOUR }));
  pricing.visit(visitOf({ visitId: 'first' }));
  assert.deepEqual(['first', 'second', 'third'].map(pricing.of),
    ['awaiting_payment 1000', 'awaiting_payment 1000', 'awaiting_payment 500']);
  pricing.visit(visitOf({ visitId: 'first', revision: 2, exitedAt: START + 2 * HOUR }));
  assert.deepEqual(['first', 'second', 'third'].map(pricing.of),
    ['awaiting_payment 2000', 'awaiting_payment 500', 'free']);
  pricing.visit(visitOf({ visitId: 'first', revision: 3, status: 'withdrawn' }));
  assert.deepEqual(['second', 'third'].map(pricing.of), ['awaiting_payment 1000', 'awaiting_payment 1000']);
});

test('a payment that is told of late changes no price, though what the price went by is forgotten', () => {
  const maxValues = [{ period: 'week', valueMinor: 1_500, capScope: 'plate' }];
  const pricing = openPricing({ garage: garageOf([{ ...perHour, maxValues }]) });
  pricing.visit(visitOf({ visitId: 'monday' }));
  pricing.visit(visitOf({ visitId: 'saturday', enteredAt: START + 5 * DAY }));
  assert.equal(pricing.of('saturday'), 'awaiting_payment 500');
  // Monday's visit is forgotten by now, Saturday's not yet.
  pricing.moveClock(START + 12 * DAY);
  assert.equal(pricing.of('saturday'), 'invoice_due 500');
  pricing.pay(paymentOf({
    sumMinor: 200,
    from: new Date(START + 5 * DAY).toISOString(),
    to: new Date(START + 5 * DAY + HOUR).toISOString(),
  }));
  assert.equal(pricing.of('saturday'), 'invoice_due 500 paid 200');
});

const weekly = { ...perHour, maxValues: [{ period: 'week', valueMinor: 1_500, capScope: 'plate' }] };
const open = { status: 'open', exitedAt: null, exitReadId: null } as const;

test('a cap over all visits of a vehicle counts those before a long stay, however long that is', () => {
  for (const takesOver of [false, true]) {
    const pricing = openPricing({ garage: garageOf([weekly]) });
    const long = { visitId: 'long', enteredAt: START + 2 * HOUR };
    pricing.visit(visitOf({ visitId: 'monday' }));
    pricing.visit(visitOf({ ...long, ...open }));
    for (let day = 1; day < 28; day++) pricing.moveClock(START + day * DAY);
    if (takesOver) pricing.takeOver();
    // Four whole weeks less what Monday's visit was charged of the first; the fifth has begun.
    pricing.visit(visitOf({ ...long, revision: 2, exitedAt: START + 28 * DAY }));
    assert.equal(pricing.of('long'), `awaiting_payment ${5 * 1_500 - 1_000}`);
    pricing.moveClock(START + 28 * DAY + 3 * HOUR);
    pricing.visit(visitOf({ ...long, revision: 3, exitedAt: START + 28 * DAY + HOUR }));
    assert.equal(pricing.of('long'), `awaiting_payment ${5 * 1_500 - 1_000}`);
    for (let day = 29; day < 60; day++) pricing.moveClock(START + day * DAY);
    assert.equal(pricing.of('long'), `invoice_due ${5 * 1_500 - 1_000}`);
    assert.equal(pricing.stateSize, 1, 'all is forgotten but the garage\'s time');
  }
});

test('free minutes are shared with a long stay too', () => {
  const shared = { ...perHour, freeMinutes: 10, freeMinutesFromEntry: false, freeMinutesReentry: 60 };
  const pricing = openPricing({ garage: garageOf([shared]) });
  const long = { visitId: 'long', enteredAt: START + 20 * MINUTE };
  pricing.visit(visitOf({ exitedAt: START + 8 * MINUTE }));
  pricing.visit(visitOf({ ...long, ...open }));
  pricing.moveClock(START + 20 * DAY);
  pricing.visit(visitOf({ ...long, revision: 2, exitedAt: START + 20 * DAY + 25 * MINUTE }));
  // Two free minutes are left: three minutes of another hour are paid, which ten would have covered.
  assert.equal(pricing.of('long'), `awaiting_payment ${(20 * 24 + 1) * 1_000}`);
});

test('a visit costs the same when its driver\'s time to pay is over, though what its price went by is forgotten', () => {
  const pricing = openPricing({ garage: garageOf([weekly]) });
  pricing.visit(visitOf({ visitId: 'monday' }));
  pricing.visit(visitOf({ visitId: 'saturday', enteredAt: START + 5 * DAY, exitedAt: START + 9 * DAY }));
  assert.equal(pricing.of('saturday'), 'awaiting_payment 2000');
  pricing.moveClock(START + 9 * DAY + 47 * HOUR);
  pricing.moveClock(START + 11 * DAY);
  assert.equal(pricing.of('saturday'), 'invoice_due 2000');
});

test('stays of a vehicle that is inside most of the time are forgotten one by one', () => {
  for (const status of ['closed', 'withdrawn', 'unclosed', 'review'] as const) {
    const pricing = openPricing({ garage: garageOf([weekly]) });
    for (let day = 0; day < 60; day++) {
      const [morning, evening] = [2, 12].map((hour) =>
        ({ visitId: `day ${day}, ${hour} h`, enteredAt: START + day * DAY + hour * HOUR }));
      pricing.visit(visitOf({ ...morning!, ...open }));
      pricing.visit(visitOf({ ...morning!, revision: 2, exitedAt: START + day * DAY + 11 * HOUR }));
      pricing.visit(visitOf({ ...evening!, ...open }));
      pricing.moveClock(START + day * DAY + 18 * HOUR);
      pricing.moveClock(START + (day + 1) * DAY);
      pricing.visit(visitOf({ ...evening!, revision: 2, status, exitedAt: START + (day + 1) * DAY }));
      assert.ok(pricing.stateSize <= 1 + 2 * 11, `${pricing.stateSize} are known on day ${day}`);
    }
  }
});

test('vehicles whose plates were not read share nothing', () => {
  const pricing = openPricing({ garage: garageOf([{ ...perHour, freeMinutes: 60, freeMinutesReentry: 60 }]) });
  pricing.visit(visitOf({ plate: '', plateRead: false }));
  pricing.visit(visitOf({ visitId: 'visit-2', plate: '', plateRead: false, enteredAt: START + HOUR }));
  assert.deepEqual(['visit-1', 'visit-2'].map(pricing.of), ['free', 'free']);
});

test('a longer time to pay counts for what is settled from then on, and is waited for', () => {
  const pricing = openPricing();
  pricing.visit(visitOf());
  pricing.configure({ ...garageOf(), paymentWindowMs: 30 * DAY });
  pricing.pay(paymentOf({ sumMinor: 100 }));
  pricing.moveClock(START + 20 * DAY);
  assert.equal(pricing.of('visit-1'), 'awaiting_payment 1000 paid 100');
  pricing.moveClock(START + 31 * DAY);
  assert.equal(pricing.of('visit-1'), 'invoice_due 1000 paid 100');
  assert.equal(pricing.unpaid.get('visit-1')!.grossMinor, 900);
});

test('a visit is not forgotten before a longer time to pay is over, though nothing was paid that counts for it', () => {
  const pricing = openPricing();
  pricing.visit(visitOf());
  pricing.configure({ ...garageOf(), paymentWindowMs: 30 * DAY });
  pricing.pay(paymentOf({ currency: 'EUR' }));
  for (let day = 1; day <= 29; day++) pricing.moveClock(START + day * DAY);
  assert.equal(pricing.of('visit-1'), 'awaiting_payment 1000');
  pricing.moveClock(START + 31 * DAY);
  assert.equal(pricing.of('visit-1'), 'invoice_due 1000');
});

type Event = { readonly visit: Visit } | { readonly payment: ExternalPayment };

const linking = garageOf([{
  ...perHour, freeMinutes: 20, freeMinutesReentry: 60,
  maxValues: [{ period: 'rolling24h', valueMinor: 3_500, capScope: 'plate' }],
}]);
const sharing = ['AA10001', 'ZZ99999'].map((plate) =>
  ({ ...permit, kind: 'contract', plate, contractId: 'c1', places: 1 }));
const revisions: fc.Arbitrary<Event> = fc.record({
  number: fc.integer({ min: 1, max: 6 }),
  status: fc.constantFrom<Visit['status']>('open', 'closed', 'closed', 'closed', 'review', 'withdrawn', 'unclosed'),
  plate: fc.constantFrom('AA10001', 'AA10002', 'ZZ99999', 'YY99999'),
  from: fc.integer({ min: 0, max: 20 }),
  length: fc.integer({ min: 1, max: 30 }),
}).map(({ number, status, plate, from, length }) => ({ visit: visitOf({
  visitId: `visit-${number}`, status, plate, firstSeenAt: START, enteredAt: START + from * 10 * MINUTE,
  exitedAt: status === 'open' ? null : START + (from + length) * 10 * MINUTE,
}) }));
const payments: fc.Arbitrary<Event> = fc.record({
  reference: fc.constantFrom('m1', 'm2', 'm3'), plate: fc.constantFrom('AA10001', 'ZZ99999'),
  sumMinor: fc.integer({ min: 1, max: 4_000 }),
}).map((payment) => ({ payment: paymentOf({ ...payment, to: new Date(START + 3 * HOUR).toISOString() }) }));

test('the newest revisions decide alone: in whatever order they and the payments come, and whoever takes over in between', () => {
  const events = fc.array(fc.oneof({ weight: 4, arbitrary: revisions }, { weight: 1, arbitrary: payments }),
    { maxLength: 25 });
  fc.assert(fc.property(events, fc.nat(25), (drawn, takeover) => {
    const newest = new Map<string, Visit>();
    const paid = new Map<string, ExternalPayment>();
    const pricing = openPricing({ garage: linking, permits: sharing });
    drawn.forEach((event, index) => {
      if (index === takeover) pricing.takeOver();
      if ('payment' in event) {
        if (!paid.has(event.payment.reference)) paid.set(event.payment.reference, event.payment);
        pricing.pay(event.payment);
      } else {
        const visit = { ...event.visit, revision: (newest.get(event.visit.visitId)?.revision ?? 0) + 1 };
        newest.set(visit.visitId, visit);
        pricing.visit(visit);
      }
    });
    const plainly = openPricing({ garage: linking, permits: sharing });
    for (const payment of paid.values()) plainly.pay(payment);
    const inOrder = [...newest.values()].sort((one, other) => one.enteredAt! - other.enteredAt!);
    for (const visit of inOrder) plainly.visit(visit);
    for (const one of [pricing, plainly]) one.moveClock(START + 49 * HOUR);
    assert.deepEqual(live(pricing), live(plainly));
    const closed = [...newest.values()].filter(({ status }) => status === 'closed').map(({ visitId }) => visitId);
    assert.deepEqual(live(pricing).dispositions.map(({ visitId }) => visitId), closed.sort(),
      'each closed visit has exactly one disposition');
    assert.deepEqual(
      live(pricing).unpaid.map(({ visitId, grossMinor }) => `${visitId} ${grossMinor}`),
      live(pricing).dispositions.filter(({ disposition }) => disposition === 'invoice_due')
        .map(({ visitId, grossMinor, paidMinor }) => `${visitId} ${grossMinor - paidMinor}`));
  }), { numRuns: 300 });
});

test('what a vehicle\'s stays of any length cost does not depend on what was told in between, nor on what is forgotten', () => {
  const tariff = {
    ...perHour, freeMinutes: 90, freeMinutesReentry: 24 * 60,
    maxValues: ['week', 'rolling7d'].map((period, n) => ({ period, valueMinor: 9_500 + n * 1_000, capScope: 'plate' })),
  };
  const stays = fc.array(fc.record({
    pauseHours: fc.integer({ min: 1, max: 8 * 24 }),
    hours: fc.oneof(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 29 * 24 })),
    revisedHours: fc.integer({ min: -1, max: 2 }),
    quietDays: fc.boolean(),
    takesOver: fc.boolean(),
  }), { maxLength: 8 });
  fc.assert(fc.property(stays, (drawn) => {
    const pricing = openPricing({ garage: garageOf([tariff]) });
    const garage = garageOf([tariff]);
    // Nothing is forgotten here, and all is told when it is known best.
    const plainly = openPricing({ garage: { ...garage, settings: { ...garage.settings, horizonMs: 3_650 * DAY } } });
    let now = START;
    const goOn = (to: number, byDays: boolean): void => {
      for (let at = now + DAY; byDays && at < to; at += DAY) pricing.moveClock(at);
      pricing.moveClock((now = to));
    };
    drawn.forEach(({ pauseHours, hours, revisedHours, quietDays, takesOver }, n) => {
      goOn(now + pauseHours * HOUR, quietDays);
      const stay = { visitId: `visit-${n}`, enteredAt: now };
      pricing.visit(visitOf({ ...stay, ...open }));
      goOn(now + hours * HOUR, quietDays);
      if (takesOver) pricing.takeOver();
      pricing.visit(visitOf({ ...stay, revision: 2, exitedAt: now }));
      if (revisedHours >= 0) {
        goOn(now + revisedHours * HOUR, false);
        pricing.visit(visitOf({ ...stay, revision: 3, exitedAt: now - 30 * MINUTE }));
      }
      plainly.visit(visitOf({ ...stay, exitedAt: revisedHours < 0 ? now : now - 30 * MINUTE }));
    });
    for (const one of [pricing, plainly]) one.moveClock(now + 49 * HOUR);
    assert.deepEqual(live(pricing), live(plainly));
    for (let day = 3; day < 60; day++) pricing.moveClock(now + day * DAY);
    assert.ok(pricing.stateSize <= 1, 'all is forgotten but the garage\'s time');
  }), { numRuns: 100 });
});

test('whoever comes first has a contract\'s place, for stays of any length, whatever is forgotten meanwhile', () => {
  const cars = ['ZZ99991', 'ZZ99992', 'ZZ99993', 'ZZ99994'];
  const stays = fc.array(fc.record({
    pauseHours: fc.integer({ min: 1, max: 5 * 24 }),
    hours: fc.oneof(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 15 * 24 })),
    isRevised: fc.boolean(),
  }), { maxLength: 5 });
  const drawn = fc.record({
    ofCars: fc.tuple(stays, stays, stays, stays), places: fc.integer({ min: 1, max: 2 }), takesOver: fc.boolean(),
  });
  fc.assert(fc.property(drawn, ({ ofCars, places, takesOver }) => {
    const contract = { ...permit, kind: 'contract', contractId: 'c1', places };
    const pricing = openPricing({ permits: cars.map((plate) => ({ ...contract, plate })) });
    // No two come or leave in the same minute.
    const visits = ofCars.flatMap((own, car) => {
      let at = START + 3 * car * MINUTE;
      return own.map(({ pauseHours, hours, isRevised }, n) => {
        const enteredAt = at + pauseHours * HOUR;
        const exitedAt = (at = enteredAt + hours * HOUR);
        return { visitId: `visit-${car}-${n}`, plate: cars[car]!, enteredAt, exitedAt, isRevised };
      });
    });
    const told = visits.flatMap(({ isRevised, ...visit }) => [
      { at: visit.enteredAt, visit: visitOf({ ...visit, ...open }) },
      { at: visit.exitedAt, visit: visitOf({ ...visit, revision: 2 }) },
      ...(isRevised
        ? [{ at: visit.exitedAt + HOUR, visit: visitOf({ ...visit, revision: 3, exitedAt: visit.exitedAt - 31 * MINUTE }) }]
        : []),
    ]).sort((one, other) => one.at - other.at);
    let now = START;
    for (const { at, visit } of told) {
      for (; now < at; now += DAY) pricing.moveClock(now);
      if (takesOver) pricing.takeOver();
      pricing.visit(visit);
    }
    const withPlace: { readonly leavesAt: number }[] = [];
    const expected = new Map<string, string>();
    for (const visit of visits.toSorted((one, other) => one.enteredAt - other.enteredAt)) {
      const leavesAt = visit.exitedAt - (visit.isRevised ? 31 * MINUTE : 0);
      const hasPlace = withPlace.filter((other) => other.leavesAt > visit.enteredAt).length < places;
      if (hasPlace) withPlace.push({ leavesAt });
      const minor = Math.ceil((leavesAt - visit.enteredAt) / HOUR) * perHour.incrementMinor;
      expected.set(visit.visitId, hasPlace ? 'permit 0' : `unpaid ${minor}`);
    }
    for (let day = 0; day < 60; day++) pricing.moveClock(now + day * DAY);
    const found = live(pricing).dispositions.map(({ visitId, disposition, grossMinor }) =>
      [visitId, `${disposition === 'invoice_due' ? 'unpaid' : disposition} ${grossMinor}`] as const);
    assert.deepEqual(new Map(found), new Map([...expected].sort()));
    assert.ok(pricing.stateSize <= 1, 'all is forgotten but the garage\'s time');
  }), { numRuns: 200 });
});

interface TellableVisit {
  readonly visitId: string;
  readonly revision: number;
  readonly status: string;
}

/** The newest live records, revisions aside, in the order of their visits. */
function live({ dispositions, lines, unpaid }: PricingUnderTest) {
  const newest = <T extends TellableVisit>(told: ReadonlyMap<string, T>) =>
    [...told.values()].filter(({ status }) => status === 'live').map((record) => ({ ...record, revision: 0 }))
      .sort((one, other) => (one.visitId < other.visitId ? -1 : 1));
  return { dispositions: newest(dispositions), lines: newest(lines), unpaid: newest(unpaid) };
}

test('a line names who collects it and the vehicle\'s registered owner, as they were when it was made', () => {
  const owners = new Map([['AA10001', 'owner-1']]);
  const pricing = openPricing({ garage: { ...garageOf(), merchant: 'shop' }, owners });
  const visit = visitOf({ plate: 'AA10001' });
  pricing.visit(visit);
  owners.set('AA10001', 'owner-2');
  pricing.configure({ ...garageOf(), merchant: 'another' });
  pricing.takeOver();
  pricing.visit({ ...visit, revision: 2, exitedAt: START + 2 * HOUR });
  const [line] = pricing.lines.values();
  assert.deepEqual([line!.revision, line!.merchant, line!.ownerRef], [2, 'shop', 'owner-1']);
});
