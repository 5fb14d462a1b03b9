import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkConfusions, ConfusionsError, shippedConfusions } from './confusions.ts';

const faults: readonly [what: string, changed: object, message: RegExp][] = [
  ['another format', { format: 2 }, /format must be 1; learn/],
  ['a missing count', { misreads: undefined }, /misreads must be a number from 0/],
  ['a negative count', { substitutions: { A: { 4: -1 } } }, /substitutions\.A\.4 must be a number from 0/],
  ['more than single characters', { substitutions: { AB: { 4: 1 } } }, /substitutions must name single characters/],
  ['too few kinds of loss', { lostFirst: [1, 2] }, /lostFirst must be three counts/],
  ['reliability that does not rise', { reliability: [row(0.5), row(0.4), row(1)] }, /reliability\[1\]\.upTo must rise/],
  ['reliability that does not reach 1', { reliability: [row(0.5)] }, /must end with a row up to 1/],
];

for (const [what, changed, message] of faults) {
  test(`confusions with ${what} are refused, naming the field`, () => {
    assert.throws(() => checkConfusions({ ...shippedConfusions, ...changed }), (error) =>
      error instanceof ConfusionsError && message.test(error.message));
  });
}

test('what is no object is refused', () => {
  for (const value of [null, [], 'text']) assert.throws(() => checkConfusions(value), ConfusionsError);
});

test('no confusion that is shipped was seen fewer than 25 times', () => {
  const { substitutions, added, characters } = shippedConfusions;
  for (const row of [...Object.values(substitutions), added, characters]) {
    for (const count of Object.values(row)) assert.ok(count >= 25);
  }
});

function row(upTo: number): object {
  return { upTo, right: 1, wrong: 0, rightWithCandidates: 1, wrongWithCandidates: 0 };
}
