import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hoursOfWeek, intervalOf } from './intervals.ts';
import { chanceOfRead, newRhythm, setDay } from './rhythm.ts';
import { isSilent, notQuiet, unlikelihoodOfQuiet } from './silence.ts';
import { judgedWith } from './waiting.ts';

const hours = hoursOfWeek('Europe/Oslo');
/** A Monday in winter. */
const morning = intervalOf(Date.parse('2026-01-12T08:00:00+01:00'));
const midnight = intervalOf(Date.parse('2026-01-13T00:00:00+01:00'));

function rhythmOf(share: number) {
  const rhythm = newRhythm();
  for (let day = 0; day < 5; day++) setDay(rhythm, day, { shares: new Array<number>(24).fill(share), seen: new Array<number>(24).fill(16) });
  return rhythm;
}

test('where no camera uses to read much intervals wait for the end of the local day, 23 or 25 hours long', () => {
  assert.equal(judgedWith(morning, [{ rhythm: rhythmOf(0.02), surprise: 1 }, { rhythm: newRhythm(), surprise: 0 }], hours), midnight - 1);
  for (const [day, next] of [['2026-03-29T00:00:00+01:00', '2026-03-30T00:00:00+02:00'], ['2026-10-25T00:00:00+02:00', '2026-10-26T00:00:00+01:00']]) {
    assert.equal(judgedWith(intervalOf(Date.parse(day!)), [], hours), intervalOf(Date.parse(next!)) - 1);
  }
});

test('intervals wait no longer than until a camera that goes on reading nothing might be silent', () => {
  for (const surprise of [0, 3, 7.9]) {
    const rhythm = rhythmOf(0.5);
    const until = judgedWith(morning, [{ rhythm: newRhythm(), surprise: 0 }, { rhythm, surprise }], hours);
    assert.ok(until < midnight - 1);
    const quietUntilThen = surprise + (until - morning) * unlikelihoodOfQuiet(chanceOfRead(rhythm, hours.of(morning)));
    // All others read as they use to: so no quiet is more surprising.
    assert.equal(isSilent({ ...notQuiet, intervals: 1, surprise: quietUntilThen }), false);
  }
});

test('a camera whose quiet is beyond doubt already has its next interval judged at once', () => {
  assert.equal(judgedWith(morning, [{ rhythm: rhythmOf(0.5), surprise: 8 }], hours), morning);
});
