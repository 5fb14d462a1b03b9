import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hour, start } from '../test-garage.ts';
import { learnedFrom, nothingLearned, StayTimes, type EndedStay, type NextStay } from './stay-times.ts';

const WEEK_MS = 7 * 24 * hour;

test('where vehicles stay for days and do not come again, a long stay is one', () => {
  assert.ok(stitchedAfter(2 * 24 * hour, null) < 0.02, `${stitchedAfter(2 * 24 * hour, null)}`);
});

test('where vehicles come every day, a stay of a week is two of which an exit and an entry went by unread', () => {
  const nextDay: NextStay = { entryToEntryMs: 24 * hour, exitToExitMs: 24 * hour, entryToExitMs: 32 * hour };
  assert.ok(stitchedAfter(8 * hour, nextDay) > 0.5, `${stitchedAfter(8 * hour, nextDay)}`);
});

test('how often vehicles come again after longer than is learned follows from how often they do sooner', () => {
  const rates = [0, 0.5, 1].map((share) => {
    let learned = nothingLearned;
    for (let i = 0; i < 1000; i++) {
      const comes = (i % 10) / 10 < share;
      learned = learnedFrom(learned, stayOf(8 * hour, i), comes ? { entryToEntryMs: 24 * hour, exitToExitMs: null, entryToExitMs: null } : null);
    }
    return new StayTimes(learned).rateOfReturn(WEEK_MS);
  });
  assert.ok(rates[0]! < rates[1]! / 3 && rates[1]! < rates[2]!, rates.join(' '));
});

test('that a garage has seen no long stay end in its first days says little of how many there are; that it sees none for weeks says all', () => {
  const longerThanThreeDays = (days: number): number => {
    let learned = nothingLearned;
    for (let i = 0; i < 100 * days; i++) learned = learnedFrom(learned, { enteredAt: start + i * hour / 4, leftAt: start + (i / 4 + 2) * hour }, null);
    return new StayTimes(learned).longerShare(72 * hour);
  };
  const usual = new StayTimes().longerShare(72 * hour);
  assert.ok(longerThanThreeDays(2) > 0.4 * usual, `${longerThanThreeDays(2)} instead of ${usual}`);
  assert.ok(longerThanThreeDays(30) < 0.1 * usual, `${longerThanThreeDays(30)} instead of ${usual}`);
});

test('of long stays only those count that a garage can have seen end, so that in its second week it has not too few of them', () => {
  // Every tenth stays four days, and eight days are known.
  let learned = nothingLearned;
  for (let i = 0; i < 8 * 24 * 4; i++) {
    const enteredAt = start + (i * hour) / 4;
    const leftAt = enteredAt + (i % 10 === 0 ? 96 * hour : 2 * hour);
    if (leftAt < start + 8 * 24 * hour) learned = learnedFrom(learned, { enteredAt, leftAt }, null);
  }
  const share = new StayTimes(learned).longerShare(60 * hour);
  assert.ok(share > 0.08 && share < 0.15, `${share}`);
});

/** So long, and each an hour after the one before. */
function stayOf(lengthMs: number, i: number): EndedStay {
  const enteredAt = start + i * hour;
  return { enteredAt, leftAt: enteredAt + lengthMs };
}

/** How likely a stay of a week is two, where a thousand stays were so long and so followed, and one in fifty exits has no entry. */
function stitchedAfter(lengthMs: number, next: NextStay | null): number {
  let learned = nothingLearned;
  for (let i = 0; i < 1000; i++) learned = learnedFrom(learned, i % 50 === 0 ? null : stayOf(lengthMs * (0.3 + (i % 100) / 25), i), next);
  return new StayTimes(learned).stitchedShare(WEEK_MS);
}
