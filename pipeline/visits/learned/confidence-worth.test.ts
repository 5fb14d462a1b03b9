import assert from 'node:assert/strict';
import { test } from 'node:test';
import { passageOf, passageOfReads, type Passage } from '../passages/passages.ts';
import { day, hour, minute, readOf, second, start, TestGarage } from '../test-garage.ts';
import { confidencesLearned, confidenceWorthOf, judgedReads, nothingLearnedOfConfidences, type ConfidenceWorth } from './confidence-worth.ts';

interface Seen {
  readonly plate?: string;
  readonly confidence: number;
  readonly candidates?: readonly { plate: string; confidence: number }[];
}

/** What is known after passages of the plate A, seen so, in turn. */
function learnedOf(passages: number, seen: (i: number) => Seen): ConfidenceWorth | null {
  let learned = nothingLearnedOfConfidences('g1');
  for (let i = 0; i < passages; i++) learned = confidencesLearned(learned, [judgedReads(passageSeen(seen(i)), 'A')], 0);
  return confidenceWorthOf(learned.steps);
}

function passageSeen(seen: Seen, isRear = false): Passage {
  return passageOf(readOf('in', 0, { ...seen, candidates: [...seen.candidates ?? []] }), { laneId: 'in', direction: 'IN' }, isRear);
}

test('a confidence that is low elsewhere is worth much where nearly all reads that have it are right', () => {
  const worth = learnedOf(1000, (i) => ({ plate: i % 50 === 0 ? 'B' : 'A', confidence: 0.5 }))!;
  assert.ok(worth.of(0.5, false) > 0.75, `${worth.of(0.5, false)}`);
});

test('a camera that is as sure of its misreads is believed less than it says', () => {
  const worth = learnedOf(1000, (i) => ({ plate: i % 8 === 0 ? 'B' : 'A', confidence: 0.95 }))!;
  assert.ok(worth.of(0.95, false) < 0.85, `${worth.of(0.95, false)}`);
});

test('what is surer is never worth less, and with candidates it is counted apart', () => {
  const candidates = [{ plate: 'C', confidence: 0.2 }];
  const worth = learnedOf(3000, (i) => (
    i % 2 === 0 ? { plate: i % 10 === 0 ? 'B' : 'A', confidence: 0.3 + (i % 60) / 100 } : { plate: i % 3 === 0 ? 'B' : 'A', confidence: 0.9, candidates }
  ))!;
  for (let step = 0; step < 20; step++) {
    for (const has of [false, true]) assert.ok(worth.of(step / 20, has) <= worth.of((step + 1) / 20, has), `${step} ${has}`);
  }
  assert.ok(worth.of(0.9, true) < worth.of(0.9, false));
});

test('as long as little is known, and where confidences mean what they do elsewhere, each counts as it was given', () => {
  assert.equal(learnedOf(100, () => ({ confidence: 0.5 })), null);
  assert.equal(learnedOf(1000, () => ({ confidence: 0.95 }))!.of(0.934, false), 0.934);
});

test('of a vehicle that stood before the camera, and of what was seen from behind, not all counts', () => {
  const { reads } = passageSeen({ confidence: 0.5 });
  const standing = passageOfReads(Array.from({ length: 40 }, (_, i) => ({ ...reads[0]!, readId: `s${i}`, at: reads[0]!.at + i * second })), null, null);
  const passages = [standing, passageSeen({ confidence: 0.5 }, true)].map((seen) => judgedReads(seen, 'A'));
  const learned = confidencesLearned(nothingLearnedOfConfidences('g1'), passages, 0);
  assert.deepEqual(learned.steps.map(({ right, wrong }) => right + wrong).filter((reads) => reads > 0), [3]);
});

/** A garage whose cameras say 0.5 of what is right, and that knows it since 4 days. */
function taughtGarage(): TestGarage {
  const garage = new TestGarage();
  for (let i = 0; i < 100; i++) {
    const at = i * 4 * minute;
    garage.see(readOf('in', at, { plate: `EK${10000 + 91 * i}`, confidence: 0.5 }));
    garage.see(readOf('out', at + 2 * minute, { plate: `EK${10000 + 91 * i}`, confidence: 0.5 }));
  }
  return garage.advance(4 * day);
}

test('a garage learns it of stays that have left the state, keeps it over a restart, and takes what is read then accordingly', () => {
  const garage = taughtGarage();
  const worth = garage.rules.state.garage('g1').confidences.at(start + 4 * day)!.of(0.5, false);
  assert.ok(worth > 0.75, `${worth}`);
  const after = garage.restart();
  assert.equal(after.rules.state.garage('g1').confidences.at(start + 4 * day)!.of(0.5, false), worth);
  after.see(readOf('in', 4 * day + hour, { plate: 'ZT90146', confidence: 0.5 }));
  const entered = after.rules.state.stays.get(after.told.visits.at(-1)!.visitId)!.entry!;
  assert.deepEqual([entered.evidence.confidence, entered.reads[0]!.said], [worth, 0.5]);
});

test('what is like no plate is a ghost by what the camera said, whatever that is worth of plates', () => {
  const garage = taughtGarage().see(readOf('in', 4 * day + hour, { plate: 'EXIT', country: 'XX', confidence: 0.5 })).advance(4 * day + 2 * hour);
  assert.equal(garage.told.irregularities.at(-1)!.type, 'ghost_read');
});
