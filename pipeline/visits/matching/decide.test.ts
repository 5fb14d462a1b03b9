import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { posteriors } from './decide.ts';

const score = fc.oneof(fc.double({ min: -2000, max: 2000, noNaN: true }), fc.constant(-Infinity));
const hypotheses = fc.array(score, { maxLength: 12 })
  .map((scores) => scores.map((each, i) => ({ id: `stay ${i}`, score: each })));
const nullScore = fc.double({ min: -2000, max: 2000, noNaN: true });

test('the probabilities of all hypotheses and of the null sum to one', () => {
  fc.assert(fc.property(hypotheses, nullScore, (all, none) => {
    const { probabilities, nullProbability } = posteriors(all, none);
    assert.ok(Math.abs(probabilities.reduce((sum, each) => sum + each, nullProbability) - 1) < 1e-12);
  }));
});

test('the best has the highest score, and its margin is over the next or the null', () => {
  fc.assert(fc.property(hypotheses, nullScore, (all, none) => {
    const { best, probability, margin, probabilities } = posteriors(all, none);
    const possible = all.filter((each) => each.score > -Infinity).sort((a, b) => b.score - a.score);
    assert.equal(best?.score, possible[0]?.score);
    if (best === null) {
      assert.deepEqual([probability, margin], [0, -Infinity]);
      return;
    }
    assert.equal(probability, probabilities[all.indexOf(best)]);
    assert.equal(margin, best.score - Math.max(none, possible[1]?.score ?? -Infinity));
  }));
});

test('of two that are as good, the first by id is the best, whatever their order', () => {
  const pair = [{ id: 'b', score: 3 }, { id: 'a', score: 3 }];
  assert.equal(posteriors(pair, 0).best!.id, 'a');
  assert.equal(posteriors(pair.toReversed(), 0).best!.id, 'a');
});

test('where nothing is stored the entry was missed', () => {
  assert.deepEqual(posteriors([], -3), { best: null, probability: 0, margin: -Infinity, probabilities: [], nullProbability: 1 });
});
