import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addDays } from '../pricing/calendar.ts';
import { CHARGE_LINES_MAX_BYTES } from './collect.ts';
import { INVOICE_LINES_MAX } from './giving-up.ts';
import { TestCharges } from './test-charges.ts';

test('what is given up of more lines than a document holds goes on several invoices', () => {
  const told = new TestCharges();
  for (let index = 0; index < INVOICE_LINES_MAX + 1; index++) {
    told.line({ lineId: `line-${index}`, visitId: `visit-${index}` });
  }
  for (let day = 0; told.invoices.length === 0; day++) told.close(addDays('2026-06-01', day));
  assert.deepEqual(told.invoices.map(({ lines }) => lines.length), [INVOICE_LINES_MAX + 1, 2]);
  assert.equal(new Set(told.invoices.map(({ kid }) => kid)).size, 2);
});

test('ten thousand lines of an account are charged over as many closes as records can hold, each once', () => {
  const told = new TestCharges().card();
  for (let index = 0; index < 10_000; index++) {
    told.line({
      lineId: `line-${index}`.padEnd(64, 'x'),
      visitId: `visit-${index}`,
      grossMinor: 5 * (1 + index),
      vatMinor: 1 + index,
    });
  }
  let closes = 0;
  for (let day = 1; told.state.dueAccounts().length > 0; day++) {
    told.close(addDays('2026-06-01', day)).outcome('captured');
    closes += 1;
  }
  assert.ok(closes > 1);
  assert.equal(told.requests.reduce((sum, { grossMinor }) => sum + grossMinor, 0), (5 * 10_000 * 10_001) / 2);
  const [charge] = told.charges;
  const size = charge!.lines.reduce((sum, one) => sum + Buffer.byteLength(Object.values(one).join()), 0);
  assert.ok(size < 2 * CHARGE_LINES_MAX_BYTES);
});
