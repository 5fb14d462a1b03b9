import assert from 'node:assert/strict';
import { test } from 'node:test';
import { randomFor } from '../../../loadtest/fleet/random.ts';
import { confidenceBy, fittedWeights } from '../confidence/pair-confidence.ts';
import { SIGNS, type PairSigns } from '../confidence/pair-signs.ts';
import { fittedTo } from './fit-weights.ts';
import type { ToldPair } from './told-pairs.ts';

const plain: PairSigns = { shown: 0, logMissed: 0, unlikeness: null, decided: 1, likelierTwo: 0, logStitched: -12 };

/** As many pairs of each kind, right as often as weights say. */
function pairsBy(weights: typeof fittedWeights, kinds: readonly Partial<PairSigns>[], each: number): ToldPair[] {
  const random = randomFor('fit', 1);
  return kinds.flatMap((kind) => {
    const signs = { ...plain, ...kind };
    return Array.from({ length: each }, () => ({ signs, isRight: random.next() < confidenceBy(signs, weights) }));
  });
}

const { isUndirected, cameBack, isSecondTry, isRivalled, cameLater } = SIGNS;
const kinds: readonly Partial<PairSigns>[] = [
  {}, { logMissed: 2 }, { shown: isUndirected }, { shown: cameBack }, { shown: isSecondTry }, { shown: isUndirected, logMissed: 2 },
  { decided: 0.8 }, { decided: 0.8, shown: isRivalled }, { logStitched: -2 }, { shown: cameLater },
];

test('from pairs that were right as often as weights said, these weights are found again', () => {
  const taught = { ...fittedWeights, base: -6, undirected: 1.5, secondTry: 0.6, overcaution: 0.7, stitched: -0.5, cameLater: 0.1 };
  const pairs = pairsBy(taught, kinds, 20_000);
  const fitted = fittedTo(pairs, fittedWeights);
  for (const kind of kinds) {
    const signs = { ...plain, ...kind };
    const [said, meant] = [confidenceBy(signs, fitted), confidenceBy(signs, taught)];
    assert.ok(Math.abs(said - meant) < 0.01, `${JSON.stringify(kind)}: ${said}, ${meant}`);
  }
  assert.ok(Math.abs(fitted.secondTry - taught.secondTry) < 0.02, `${fitted.secondTry}`);
});

test('a sign that no pair shows counts for nothing', () => {
  assert.ok(Math.abs(fittedTo(pairsBy(fittedWeights, [{}, { shown: cameBack }], 2_000), fittedWeights).twoWay) < 0.1);
});
