import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { day, hour } from '../test-garage.ts';
import { DwellTimes, LEARNED_ONE_IN, nothingLearnedOf, withLength, type LearnedDwell } from './dwell-times.ts';
import { learnedFrom, nothingLearned, StayTimes } from './stay-times.ts';

const stayTimes = new StayTimes();
/** What so many stays a day of that length teach that begin at eight on each of so many working days. */
function commuters(stays: number, days: number, lengthMs: number, before: LearnedDwell = nothingLearnedOf('g1', 8)): LearnedDwell {
  let learned = before;
  for (let on = 1; on <= days; on++) for (let i = 0; i < stays; i++) learned = withLength(learned, on * day + 8 * hour, lengthMs);
  return learned;
}

const dwellTimesOf = (learned: LearnedDwell): DwellTimes => {
  const dwellTimes = new DwellTimes(() => stayTimes);
  dwellTimes.learn(learned.hourClass, learned);
  return dwellTimes;
};

test('who comes in at an hour stays as long as those stayed who came in at that hour before', () => {
  const dwellTimes = dwellTimesOf(commuters(50, 10, 8.25 * hour));
  assert.ok(dwellTimes.longerShare(8, 7 * hour) > 0.9);
  assert.ok(dwellTimes.longerShare(8, 9 * hour) < 0.1);
  assert.equal(dwellTimes.longerShare(17, 9 * hour), stayTimes.longerShare(9 * hour));
});

test('as many as are learned of a day come in in an hour, and leave when their stays end', () => {
  const dwellTimes = dwellTimesOf(commuters(50, 10, 8.25 * hour));
  assert.equal(dwellTimes.entriesIn(8), 50 * LEARNED_ONE_IN);
  assert.equal(dwellTimes.entriesIn(9), 0);
  assert.equal(dwellTimes.exitsIn(16), 50 * LEARNED_ONE_IN);
});

test('of what was learned before days were counted only how long they stay is taken', () => {
  const former = { ...commuters(50, 10, 8.25 * hour), counted: 0, days: 0, lastDay: 0 };
  assert.equal(dwellTimesOf(former).entriesIn(8), 0);
  assert.equal(dwellTimesOf(commuters(50, 1, 8.25 * hour, former)).entriesIn(8), 50 * LEARNED_ONE_IN);
  assert.ok(dwellTimesOf(former).longerShare(8, 9 * hour) < 0.1);
});

test('what was asked before more was learned makes no difference', () => {
  const lengths = fc.tuple(fc.integer({ min: 7, max: 9 }), fc.nat({ max: 60 * hour }));
  fc.assert(fc.property(fc.array(lengths), (stays) => {
    let known = new StayTimes();
    const asked = new DwellTimes(() => known);
    const learned = new Map<number, LearnedDwell>();
    let taught = nothingLearned;
    for (const [hourClass, lengthMs] of stays) {
      learned.set(hourClass, withLength(learned.get(hourClass) ?? nothingLearnedOf('g1', hourClass), hourClass * hour, lengthMs));
      asked.learn(hourClass, learned.get(hourClass));
      taught = learnedFrom(taught, { enteredAt: 0, leftAt: lengthMs }, null);
      known = new StayTimes(taught);
      asked.stayTimesChanged();
      const anew = new DwellTimes(() => known);
      for (const each of learned.values()) anew.learn(each.hourClass, each);
      for (const each of [7, 8, 9, 10]) assert.equal(asked.longerShare(each, lengthMs), anew.longerShare(each, lengthMs));
    }
  }), { numRuns: 30 });
});
