import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hour } from '../test-garage.ts';
import { learnedFrom, nothingLearned, StayTimes, type NextStay } from './stay-times.ts';

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
    const times = new StayTimes();
    let learned = nothingLearned;
    for (let i = 0; i < 1000; i++) {
      const comes = (i % 10) / 10 < share;
      learned = learnedFrom(learned, 8 * hour, comes ? { entryToEntryMs: 24 * hour, exitToExitMs: null, entryToExitMs: null } : null);
    }
    times.learn(learned);
    return times.rateOfReturn(WEEK_MS);
  });
  assert.ok(rates[0]! < rates[1]! / 3 && rates[1]! < rates[2]!, rates.join(' '));
});

/** How likely a stay of a week is two, where a thousand stays were so long and so followed, and one in fifty exits has no entry. */
function stitchedAfter(lengthMs: number, next: NextStay | null): number {
  const times = new StayTimes();
  let learned = nothingLearned;
  for (let i = 0; i < 1000; i++) learned = learnedFrom(learned, i % 50 === 0 ? null : lengthMs * (0.3 + (i % 100) / 25), next);
  times.learn(learned);
  return times.stitchedShare(WEEK_MS);
}
