import assert from 'node:assert/strict';
import { test } from 'node:test';
import { workingDayAfter } from './working-days.ts';

test('working days are Monday to Friday', () => {
  assert.deepEqual(
    [1, 3, 5].map((count) => workingDayAfter('2026-06-04', count)),
    ['2026-06-05', '2026-06-09', '2026-06-11'],
  );
});

test('working days are none of the Norwegian public holidays', () => {
  // Maundy Thursday, Good Friday and Easter Monday of 2026 lie between; 17 May 2027 is Whit Monday too.
  assert.equal(workingDayAfter('2026-04-01', 1), '2026-04-07');
  assert.equal(workingDayAfter('2027-05-14', 1), '2027-05-18');
  assert.equal(workingDayAfter('2026-12-24', 1), '2026-12-28');
});
