import assert from 'node:assert/strict';
import { test } from 'node:test';
import { agreementLines, agreementOf, agrees } from './agreement.ts';

test('the same rows agree in whatever order', () => {
  const agreement = agreementOf('charges', ['a 1', 'b 2', 'b 2'], ['b 2', 'a 1', 'b 2']);
  assert.ok(agrees(agreement));
  assert.deepEqual(agreementLines([agreement]), ['charges         3 expected        3 found  equal']);
});

test('a row that is lost, doubled or other by an ore is named', () => {
  const agreement = agreementOf('charges', ['a 1', 'b 2', 'c 3'], ['a 1', 'a 1', 'b 1']);
  assert.ok(!agrees(agreement));
  assert.deepEqual([agreement.missing, agreement.surplus], [['b 2', 'c 3'], ['a 1', 'b 1']]);
  assert.match(agreementLines([agreement]).join('\n'), /DIFFER: 2 missing, 2 too many\n {4}missing: b 2/);
});
