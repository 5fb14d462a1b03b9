import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseBankFile } from './bank-file.ts';

const HEAD = 'kid,amountMinor,currency,bookedOn,reference\n';

test('a bank file names KID, amount, currency, day and reference of each payment', () => {
  assert.deepEqual(parseBankFile(`${HEAD}0000 0000 018,8400,NOK,2026-06-20,b1\n`, 7), [
    { kid: '00000000018', amountMinor: 8_400, currency: 'NOK', bookedOn: '2026-06-20', reference: 'b1', receivedAt: 7 },
  ]);
  assert.equal(
    parseBankFile('reference;kid;amountMinor;currency;bookedOn\nb1;nonsense;1;NOK;2026-06-20\n', 7)[0]!.kid,
    'nonsense',
  );
});

test('a line that can be no payment is refused with its number', () => {
  for (const [line, what] of [
    ['1,0,NOK,2026-06-20,b', 'amountMinor'],
    ['1,1.5,NOK,2026-06-20,b', 'amountMinor'], ['1,5,kr,2026-06-20,b', 'currency'],
    ['1,5,NOK,2026-02-30,b', 'bookedOn'], ['1,5,NOK,2026-06-20,', 'reference'],
  ]) {
    assert.throws(() => parseBankFile(`${HEAD}1,5,NOK,2026-06-20,a\n${line}\n`, 0), new RegExp(`line 3: ${what}`));
  }
  assert.throws(() => parseBankFile('"', 0), /no CSV/);
});

test('a file without one of the columns is refused as a whole: its payments would pass for ones without a KID', () => {
  assert.throws(() => parseBankFile('KID,amountMinor,currency,bookedOn,reference\n1,5,NOK,2026-06-20,a\n', 0), /no column kid:/);
  assert.throws(() => parseBankFile('', 0), /no column kid, amountMinor, currency, bookedOn, reference:/);
});
