import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { weighJointly, type Story } from './joint-weighing.ts';

const impossible = (): number => -Infinity;

/** A story of exits and stays alone: no vehicle comes again. */
function storyOf(ended: readonly (readonly number[])[], stranger: readonly number[], more: Partial<Story> = {}): Story {
  return {
    ended, stranger, unseen: ended.map((row) => row.map(impossible)), again: impossible, returned: impossible, seenInside: impossible,
    ...more,
  };
}

const rounded = (shares: readonly (readonly number[])[]): number[][] =>
  shares.map((row) => row.map((share) => Math.round(1000 * share) / 1000));

test('one exit: each stay has its share against the others and against a stranger', () => {
  assert.deepEqual(rounded(weighJointly(storyOf([[Math.log(3), 0]], [0]))), [[0.6, 0.2]]);
});

test('two exits never end one stay: the one that fits no other has it', () => {
  const shares = weighJointly(storyOf([[10, 9], [10, -Infinity]], [0, 0]));
  assert.ok(shares[0]![1]! > 0.99 && shares[1]![0]! > 0.99);
});

test('a misread exit keeps its stay when the very plate leaves again later: the vehicle came again unread', () => {
  const exits = [[4], [14]];
  const alone = weighJointly(storyOf(exits, [0, 0]));
  assert.ok(alone[1]![0]! > 0.99, 'were it a stranger, a look-alike would have had to leave before it');
  const again = weighJointly(storyOf(exits, [0, 0], { again: () => 12 }));
  assert.ok(again[0]![0]! > 0.8);
});

test('an exit ends the newer of two stays that are of one vehicle, whose first exit was missed', () => {
  const returned = (_: number, j: number, next: number): number => (j === 0 && next === 1 ? 16 : -Infinity);
  const [shares] = weighJointly(storyOf([[12, 5]], [0], { returned }));
  assert.ok(shares![1]! > 0.97);
});

test('an exit ends the first of two stays whose vehicle was only seen at the entry again', () => {
  const seenInside = (_: number, j: number, next: number): number => (j === 0 && next === 1 ? 16 : -Infinity);
  const [shares] = weighJointly(storyOf([[5, 12]], [0], { seenInside }));
  assert.ok(shares![0]! > 0.97);
});

test('shares of an exit, and of a stay, never sum to more than one', () => {
  const score = fc.oneof(fc.double({ min: -10, max: 10, noNaN: true }), fc.constant(-Infinity));
  const stories = fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 6 })).chain(([exits, stays]) => {
    const matrix = fc.array(fc.array(score, { minLength: stays, maxLength: stays }), { minLength: exits, maxLength: exits });
    const strangers = fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: exits, maxLength: exits });
    return fc.record({ ended: matrix, unseen: matrix, stranger: strangers, rate: score });
  });
  fc.assert(fc.property(stories, ({ ended, unseen, stranger, rate }) => {
    const shares = weighJointly({ ended, unseen, stranger, again: () => rate, returned: () => rate, seenInside: () => rate });
    const sums = [...shares, ...ended[0]!.map((_, j) => shares.map((row) => row[j]!))]
      .map((row) => row.reduce((sum, share) => sum + share, 0));
    assert.ok(sums.every((sum) => sum >= 0 && sum < 1 + 1e-9));
  }));
});
