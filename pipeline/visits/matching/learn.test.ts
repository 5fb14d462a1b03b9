import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Channel } from './channel.ts';
import { checkConfusions } from './confusions.ts';
import { openLearner } from './learn.ts';
import { reliabilityOf } from './reliability.ts';
import { symbolOf } from './symbols.ts';
import { read } from './test-evidence.ts';

const truth = { plate: 'CF51238', country: 'NO' };

test('confusions seen often enough are named, the others only counted together', () => {
  const learner = openLearner();
  for (let i = 0; i < 7; i++) learner.add(read('CF5I238'), truth);
  for (let i = 0; i < 2; i++) learner.add(read('CFX1238'), truth);
  learner.add(read('1CF51238'), truth);
  const { substitutions, rareSubstitutions, added, rareAdded, misreads, characters } = learner.confusions(5);
  assert.deepEqual({ substitutions, rareSubstitutions, added, rareAdded, misreads }, {
    substitutions: { 1: { I: 7 } }, rareSubstitutions: 2, added: {}, rareAdded: 1, misreads: 10,
  });
  assert.equal(characters['1'], 10);
});

test('what is learned is valid, and no rare character is in it', () => {
  const learner = openLearner();
  learner.add(read('ÆB123'), { plate: 'ÆB12', country: 'XX' });
  const learned = learner.confusions(5);
  assert.equal(checkConfusions(JSON.parse(JSON.stringify(learned))).misreads, 1);
  assert.ok(!JSON.stringify(learned).includes('Æ'));
});

test('what a camera often misreads becomes likelier, and what was never seen stays possible', () => {
  const learner = openLearner();
  for (let i = 0; i < 500; i++) learner.add(read('CF51233'), truth);
  const [before, after] = [new Channel(openLearner().confusions(5)), new Channel(learner.confusions(5))];
  const [eight, three, six] = [symbolOf('8'), symbolOf('3'), symbolOf('6')];
  assert.ok(after.odds(eight, three) > 5 * before.odds(eight, three));
  assert.ok(after.odds(eight, six) > 0);
});

test('a confidence is worth what reads of it were right, and never less than a lower one', () => {
  const learner = openLearner();
  for (let i = 0; i < 1000; i++) {
    learner.add(read(i % 2 === 0 ? 'CF51238' : 'CF5123B', 0.5), truth);
    learner.add(read(i % 20 === 0 ? 'CF5123B' : 'CF51238', 0.9), truth);
    learner.add(read(i % 4 === 0 ? 'CF5123B' : 'CF51238', 0.97), truth);
  }
  const { right } = reliabilityOf(learner.confusions(5));
  assert.ok(Math.abs(right(0.5, false) - 0.5) < 0.1, `${right(0.5, false)}`);
  for (let confidence = 0; confidence < 1; confidence += 0.01) {
    assert.ok(right(confidence + 0.01, false) >= right(confidence, false) - 1e-12);
  }
});

test('a confidence found for a reliability is worth just that', () => {
  const { right, confidenceWorth } = reliabilityOf(openLearner().confusions(5));
  for (const confidence of [0.1, 0.33, 0.5, 0.87]) {
    assert.ok(Math.abs(confidenceWorth(right(confidence, false), false) - confidence) < 1e-9);
  }
});

test('reads without a plate teach nothing; reads of something else nothing about the plate', () => {
  const learner = openLearner();
  learner.add(read(''), truth);
  learner.add(read('KX90467'), truth);
  const { misreads, unlike, substitutions, reliability } = learner.confusions(1);
  assert.deepEqual({ misreads, unlike, substitutions }, { misreads: 1, unlike: 1, substitutions: {} });
  assert.ok(reliability.every((row) => row.wrong === 0));
});

test('countries are right, unknown or wrong', () => {
  const learner = openLearner();
  for (const country of ['NO', 'NO', 'SE', 'XX']) learner.add({ ...read('CF51238'), country }, truth);
  const { countryRight, countryWrong, countryUnknown } = learner.confusions(5);
  assert.deepEqual({ countryRight, countryWrong, countryUnknown }, { countryRight: 2, countryWrong: 1, countryUnknown: 1 });
});
