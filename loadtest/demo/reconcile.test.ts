import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Charge } from '../../pipeline/records/records.ts';
import { profiles } from '../fleet/faults.ts';
import type { FaultRates } from '../fleet/faults.ts';
import { generateFleet } from '../fleet/generate.ts';
import type { TrueStay, TruthLine } from '../fleet/truth.ts';
import { price } from './price.ts';
import { reconcile } from './reconcile.ts';
import type { Books, FoundVisit } from './reconcile.ts';

test('books that hold the truth have no difference', () => {
  const { expected, found, explained, unexplained } = reconcile(booksOf(profiles.none));
  assert.ok(expected.visits > 100 && expected.minutes > 1000 && expected.minor > 100_000);
  assert.deepEqual(found, expected);
  assert.deepEqual([explained, unexplained], [[], []]);
});

test('a deleted visit is noticed, whichever it is', () => {
  const books = booksOf(profiles.demo);
  for (const deleted of books.visits.slice(0, 60)) {
    const { unexplained } = reconcile({ ...books, visits: books.visits.filter((visit) => visit !== deleted) });
    assert.ok(unexplained.length > 0);
  }
});

test('a doubled visit is noticed, under its own id and under another', () => {
  const books = booksOf(profiles.none);
  const twice = books.visits.find((visit) => visit.status === 'closed')!;
  assert.match(reconcile({ ...books, visits: [...books.visits, twice] }).unexplained[0]!, /stands there twice/);
  const copy = { ...twice, visitId: 'copy' };
  assert.ok(reconcile({ ...books, visits: [...books.visits, copy] }).unexplained.some((sentence) =>
    sentence.startsWith('doubled')));
});

test('a doubled line and a lost one are noticed, in the money of just that visit', () => {
  const books = booksOf(profiles.none);
  const [first, ...others] = books.charges;
  const line = first!.lines[0]!;
  const doubled = { ...first!, lines: [...first!.lines, line], grossMinor: first!.grossMinor + line.grossMinor };
  assert.deepEqual(reconcile({ ...books, charges: [doubled, ...others] }).unexplained
    .filter((sentence) => sentence.includes('costs')), [
    `visit ${line.visitId} costs ${line.grossMinor} øre, but ${2 * line.grossMinor} øre were charged`,
  ]);
  const lost = { ...first!, lines: first!.lines.slice(1), grossMinor: first!.grossMinor - line.grossMinor };
  assert.ok(reconcile({ ...books, charges: [lost, ...others] }).unexplained.some((sentence) =>
    sentence.includes(line.visitId)));
});

test('a charge to somebody else, and one that is not the sum of its lines, are noticed', () => {
  const books = booksOf(profiles.none);
  const [first, ...others] = books.charges;
  const misdirected = { ...first!, accountId: 'somebody-else' };
  assert.ok(reconcile({ ...books, charges: [misdirected, ...others] }).unexplained.some((sentence) =>
    sentence.includes('charged to')));
  const wrong = { ...first!, grossMinor: first!.grossMinor + 1 };
  assert.ok(reconcile({ ...books, charges: [wrong, ...others] }).unexplained.some((sentence) =>
    sentence.includes('sum to')));
});

test('a visit that lasts a millisecond too long is noticed', () => {
  const books = booksOf(profiles.none);
  const visits = books.visits.map((visit, index) =>
    (index === 0 && visit.exitedAt !== null ? { ...visit, exitedAt: visit.exitedAt + 1 } : visit));
  assert.ok(reconcile({ ...books, visits }).unexplained.some((sentence) => sentence.startsWith('wrong')));
});

test('a visit that a missed exit kept from closing is explained by the id of that fault', () => {
  const books = booksOf({ ...profiles.none, missedExit: 0.05 });
  const { explained, unexplained } = reconcile(books);
  const missed = books.truth.flatMap((line) => line.faults);
  assert.ok(missed.length > 0);
  assert.deepEqual(unexplained, []);
  assert.deepEqual(
    explained.flatMap(({ faults }) => faults.map(({ faultId }) => faultId)).sort(),
    missed.map(({ faultId }) => faultId).sort(),
  );
  for (const { visits, minutes } of explained) assert.ok(visits === -1 && minutes < 0);
});

test('late, repeated and re-delivered reads excuse nothing', () => {
  const books = booksOf({ ...profiles.none, late: 0.5, duplicate: 0.5, redelivered: 0.5 });
  const victim = books.truth
    .find((line): line is TrueStay => line.kind === 'stay' && line.exitedAt !== null && line.faults.length > 2)!;
  const { unexplained } = reconcile({
    ...books,
    visits: books.visits.filter((visit) => visit.visitId !== visitIdOf(victim)),
  });
  assert.ok(unexplained.some((sentence) => sentence.includes(victim.stayId)));
});

test('an irregularity must come from a fault', () => {
  const books = booksOf({ ...profiles.none, missedEntry: 0.1 });
  const withFault = books.truth
    .find((line): line is TrueStay => line.kind === 'stay' && line.faults.length > 0 && line.exitReadIds.length > 0)!;
  const without = books.truth.find((line): line is TrueStay => line.kind === 'stay' && line.faults.length === 0)!;
  const irregularity = (stay: TrueStay) => ({
    irregularityId: `i-${stay.stayId}`, type: 'exit_without_entry', visitIds: [],
    readIds: [...stay.exitReadIds, ...stay.entryReadIds].slice(0, 1),
  });
  assert.deepEqual(reconcile({ ...books, irregularities: [irregularity(withFault)] }).unexplained, []);
  assert.match(reconcile({ ...books, irregularities: [irregularity(without)] }).unexplained[0]!, /comes from no fault/);
});

test('that several vehicles could have made an exit is explained by another one in the garage that was misread as it came in', () => {
  const similar = (books: Books): readonly string[] => {
    const stay = books.truth.findLast((line): line is TrueStay => line.kind === 'stay' &&
      line.faults.length === 0 &&
      line.exitedAt !== null)!;
    const irregularities = [{
      irregularityId: 'i',
      type: 'similar_inside' as const,
      visitIds: [],
      readIds: stay.exitReadIds.slice(0, 1),
    }];
    return reconcile({ ...books, irregularities }).unexplained;
  };
  assert.deepEqual(similar(booksOf({ ...profiles.none, misread: 0.05 })), []);
  assert.match(similar(booksOf(profiles.none))[0]!, /comes from no fault/);
});

/**
 * The books of a pipeline that makes the best of what the cameras read right: exact plates, and no mistakes of its own.
 */
function booksOf(faults: FaultRates): Books {
  const fleet = generateFleet({ seed: '11', garages: 3, vehicles: 200, days: 1, from: '2026-06-01', faults });
  const truth: TruthLine[] = [];
  for (const event of fleet.events()) if (event.kind === 'truth') truth.push(event.line);
  const accounts = [...fleet.accounts()];
  const visits = truth.flatMap((line) => (line.kind === 'stay' ? visitsOf(line) : []));
  return {
    truth, garages: fleet.garages, accounts, visits, irregularities: [],
    charges: chargesOf(truth, visits, fleet.garages),
  };
}

function visitIdOf(stay: TrueStay): string {
  return `visit-${stay.stayId}`;
}

function visitsOf(stay: TrueStay): FoundVisit[] {
  const right = (readIds: readonly string[]): string[] =>
    readIds.filter((readId) => !stay.faults.some((fault) => fault.kind === 'misread' && fault.readId === readId));
  const entryReadId = right(stay.entryReadIds).at(-1) ?? null;
  const exitReadId = right(stay.exitReadIds)[0] ?? null;
  if (entryReadId === null && exitReadId === null) return [];
  return [{
    visitId: visitIdOf(stay),
    status: exitReadId === null ? 'open' : 'closed',
    garageId: stay.garageId,
    plate: stay.plate,
    country: stay.country,
    entryReadId,
    exitReadId,
    enteredAt: entryReadId === null ? null : Date.parse(stay.enteredAt),
    exitedAt: exitReadId === null ? null : Date.parse(stay.exitedAt!),
  }];
}

function chargesOf(truth: readonly TruthLine[], visits: readonly FoundVisit[], garages: Books['garages']): Charge[] {
  const accountOfVisit =
    new Map(truth.flatMap((line) => (line.kind === 'stay' ? [[visitIdOf(line), line.accountId]] : [])));
  const byAccount = new Map<string, Charge>();
  for (const { visitId, garageId, enteredAt, exitedAt } of visits) {
    const accountId = accountOfVisit.get(visitId) ?? null;
    if (accountId === null || enteredAt === null || exitedAt === null) continue;
    const garage = garages.find((one) => one.garageId === garageId)!;
    const grossMinor = price(garage.tariffs[0]!, garage.timezone, enteredAt, exitedAt);
    if (grossMinor === 0) continue;
    const charge = byAccount.get(accountId) ?? {
      chargeId: `charge-${accountId}`, revision: 1, status: 'pending',
      accountId, billingDay: '2026-06-01', merchant: 'bomfri',
      currency: 'NOK', grossMinor: 0, vatMinor: 0, lines: [],
      history: [], allocations: [], nextAttemptDay: '', attempts: 0,
    };
    const line = {
      lineId: `line-${visitId}`, visitId, operatorId: garage.operatorId, garageId, visitDay: '2026-06-01', grossMinor,
      vatMinor: grossMinor / 5, entryId: `line-${visitId}`,
    };
    byAccount.set(accountId, { ...charge, grossMinor: charge.grossMinor + grossMinor, lines: [...charge.lines, line] });
  }
  return [...byAccount.values()];
}
