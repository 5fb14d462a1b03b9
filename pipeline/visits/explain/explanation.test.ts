import assert from 'node:assert/strict';
import { test } from 'node:test';
import { topics } from '../../../topics/topics.ts';
import { deadLetter } from '../../engine/dead-letters.ts';
import { openCodec } from '../../records/codec.ts';
import type { BillingLine, Charge, Control, Disposition, Visit } from '../../records/records.ts';
import { traffic } from '../cameras/test-traffic.ts';
import { controlOf, day, garageOf, hour, minute, readOf, second, start, TestGarage } from '../test-garage.ts';
import { explainVisit } from './explanation.ts';
import { explanationText } from './explanation-text.ts';
import { append, ids, withHistory } from './test-history.ts';

const clockAt = (at: number): Control => controlOf('clock_advance', { controlId: `to ${at}`, to: start + at });

function take(garage: TestGarage, ...controls: readonly Control[]): void {
  for (const control of controls) garage.rules.control(control, null, 0, garage.told);
}

/** Two of a fleet are inside, and one of them left misread: a person gives that exit to the first. */
function merged() {
  const reads = [
    readOf('in', 0, { plate: 'EK12345' }), readOf('in', 2_000, { plate: 'EK12345', cameraId: 'second' }),
    readOf('in', minute, { plate: 'EK12346' }), readOf('out', hour, { plate: 'EK1234', candidates: [{ plate: 'EK1235', confidence: 0.2 }] }),
  ];
  const garage = new TestGarage().see(...reads);
  const advances = [clockAt(2 * hour), clockAt(3 * hour)];
  take(garage, advances[0]!);
  const visits = garage.told.visits;
  const stray = visits.find(({ entryReadId }) => entryReadId === null)!;
  const open = visits.find(({ plate }) => plate === 'EK12345')!;
  const merge = controlOf('review_merge', { controlId: 'merge', visitId: stray.visitId, otherVisitId: open.visitId, issuedBy: 'kari', reason: 'seen on video' });
  take(garage, merge, advances[1]!);
  return { garage, reads, controls: [...advances, merge], visitId: open.visitId };
}

test('a visit is explained from the offsets of its reads, and made once more the same', async () => {
  const { garage, reads, controls, visitId } = merged();
  await withHistory(garage, reads, controls, async (log) => {
    const explanation = await explainVisit(log, ids, 'g1', visitId);
    assert.equal(explanation.rebuild.isSame, true);
    assert.equal(explanation.visit.status, 'closed');
    assert.deepEqual(explanation.passages.map(({ side, reads: seen }) => [side, seen.map(({ offsets }) => offsets)]), [
      ['entry', [[0], [1]]], ['exit', [[3]]],
    ]);
    assert.deepEqual(explanation.weighings[0]!.rivals.map(({ plate }) => plate).sort(), ['EK12345', 'EK12346']);
    assert.equal(explanation.weighings[0]!.decision.given, null);
    assert.equal(explanation.configuration!.control!.value.controlId, 'c1');
    assert.deepEqual(explanation.actions.map(({ control, outcome }) => [control.value.controlId, outcome.status]), [['merge', 'applied']]);
    const text = explanationText(explanation).join('\n');
    for (const part of ['EK12345', 'EK1234', 'EK12346', 'seen on video', 'kari', 'nobody', 'the same', 'rulesVersion']) {
      assert.ok(text.includes(part), part);
    }
    const widest = Math.max(...text.split('\n').map(({ length }) => length));
    assert.ok(widest <= 120, `${widest} columns`);
  });
});

test('a revision that the rules would not tell so is named', async () => {
  const { garage, reads, controls, visitId } = merged();
  const other = garage.told.all.map((told) => ('visitId' in told && told.visitId === visitId ? { ...told, exitedAt: start } : told));
  garage.told.all.splice(0, Infinity, ...other);
  await withHistory(garage, reads, controls, async (log) => {
    const { rebuild, revisions } = await explainVisit(log, ids, 'g1', visitId);
    assert.equal(rebuild.isSame, false);
    assert.deepEqual(revisions.at(-1)!.differsIn, ['exitedAt']);
  });
});

test('without its reads a visit is explained by what is left, and the rebuild says that they are gone', async () => {
  const { garage, controls, visitId } = merged();
  await withHistory(garage, [], controls, async (log) => {
    const explanation = await explainVisit(log, ids, 'g1', visitId);
    assert.deepEqual([explanation.rebuild.isSame, explanation.rebuild.readFrom, explanation.passages], [false, null, []]);
    assert.match(explanationText(explanation).join('\n'), /not the same: of \d+ revisions \d+ did not come again/);
  });
});

test('an action that was refused tells why, and one that nobody has taken in yet waits', async () => {
  const { garage, reads, controls, visitId } = merged();
  const refused = controlOf('review_split', { controlId: 'refused', visitId });
  const pending = controlOf('review_confirm', { controlId: 'pending', visitId });
  await withHistory(garage, reads, [...controls, refused, pending], async (log) => {
    const value = Buffer.from(openCodec('Control', ids).encode(refused));
    const record = { offset: 9, key: Buffer.from('g1'), value, timestamp: start, headers: null };
    const letter = deadLetter(topics.visitsControl.name, 0, record, { stage: 'visits', reason: 'not_paired', message: 'it lacks its exit' });
    await log.append([{ topic: topics.deadLetters.name, partition: 0, records: [letter] }]);
    const { actions } = await explainVisit(log, ids, 'g1', visitId);
    assert.deepEqual(actions.map(({ outcome }) => outcome.status), ['applied', 'refused', 'pending']);
    assert.match(explanationText(await explainVisit(log, ids, 'g1', visitId)).join('\n'), /refused, not_paired: it lacks its exit/);
  });
});

test('what the visit cost stands at the end: disposition, line and charge', async () => {
  const { garage, reads, controls, visitId } = merged();
  await withHistory(garage, reads, controls, async (log) => {
    const visit = garage.told.visits.find((told) => told.visitId === visitId)!;
    await append(log, 'Disposition', topics.dispositions.name, 'g1', dispositionOf(visit));
    await append(log, 'BillingRecord', topics.billing.name, 'a1', { 'parking.BillingLine': lineOf(visit) });
    await append(log, 'Charge', topics.charges.name, 'a1', chargeOf(visit));
    const explanation = await explainVisit(log, ids, 'g1', visitId);
    assert.deepEqual(explanation.lines.map(({ value }) => value.lineId), ['l1']);
    assert.deepEqual(explanation.charges.map(({ value }) => value.chargeId), ['ch1']);
    assert.match(explanationText(explanation).join('\n'), /disposition account.*70\.00 NOK.*\n.*line l1.*tariff t1.*version 7/s);
  });
});

test('a visit that the garage does not have is an error that says so', async () => {
  await withHistory(new TestGarage(), [], [], async (log) => {
    await assert.rejects(explainVisit(log, ids, 'g1', 'v0'), /garage 'g1' has no visit v0/);
  });
});

test('a visit over days in review says how likely it is two', async () => {
  const reads = [readOf('in', 0), readOf('out', 25 * day)];
  const garage = new TestGarage().see(...reads);
  await withHistory(garage, reads, [], async (log) => {
    const text = explanationText(await explainVisit(log, ids, 'g1', garage.told.visits[0]!.visitId)).join('\n');
    assert.match(text, /a stay of 25 d 0 h here is two, with a missed exit and a missed entry: 0\.\d+/);
  });
});

function dispositionOf({ visitId, garageId, operatorId, firstSeenAt, enteredAt, exitedAt }: Visit): Disposition {
  return {
    visitId, revision: 1, status: 'live', disposition: 'account', reason: '', operatorId, garageId, firstSeenAt, enteredAt, exitedAt,
    accountId: 'a1', permitId: '', permitKind: '', grossMinor: 7_000, vatMinor: 1_400, paidMinor: 0, currency: 'NOK', tariffVersion: 't1',
    payableUntil: null,
  };
}

function lineOf({ visitId, garageId, operatorId }: Visit): BillingLine {
  return {
    lineId: 'l1', revision: 1, status: 'live', operatorId, accountId: 'a1', visitId, garageId, visitDay: '2026-05-17', grossMinor: 7_000,
    vatMinor: 1_400, currency: 'NOK', tariffVersion: 't1', accountVersion: 7, merchant: 'm', ownerRef: '',
  };
}

function chargeOf({ visitId, garageId, operatorId }: Visit): Charge {
  return {
    chargeId: 'ch1', revision: 1, status: 'pending', accountId: 'a1', billingDay: '2026-05-18', merchant: 'm', currency: 'NOK',
    grossMinor: 7_000, vatMinor: 1_400, history: [], allocations: [], nextAttemptDay: '', attempts: 0,
    lines: [{ lineId: 'l1', entryId: '', visitId, operatorId, garageId, visitDay: '2026-05-17', grossMinor: 7_000, vatMinor: 1_400 }],
  };
}

test('of a camera whose clock is known to be wrong, the time that counts stands beside the one that it sent', async () => {
  const lanes = garageOf().lanes.map((lane) => ({ ...lane, cameras: [...lane.cameras, { ...lane.cameras[0]!, cameraId: 'beside' }] }));
  const configured = garageOf({ lanes: [lanes[0]!, ...garageOf().lanes.slice(1)] });
  const at = day + 6 * hour;
  const receivedAt = start + at + 2 * second;
  const ofOne = [
    readOf('in', at, { plate: 'EK12345', receivedAt }),
    readOf('in', at + 3 * minute, { plate: 'EK12345', cameraId: 'beside', receivedAt }),
    readOf('out', at + hour, { plate: 'EK12345', receivedAt: start + at + hour + second }),
  ];
  const reads = [...traffic(1).slice(0, 60), ...ofOne];
  const garage = new TestGarage(configured).see(...reads).advance(at + 2 * hour);
  const [visit] = garage.told.visits.filter(({ plate }) => plate === 'EK12345');
  await withHistory(garage, reads, [clockAt(at + 2 * hour)], async (log) => {
    const explanation = await explainVisit(log, ids, 'g1', visit!.visitId);
    assert.deepEqual([explanation.visit.enteredAt, explanation.rebuild.isSame], [start + at + second, true]);
    assert.match(explanationText(explanation).join('\n'), /06:03:00\S*, taken as 06:00:01/);
  }, configured);
});
