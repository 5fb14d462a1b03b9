import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TestGarage, readOf, second } from './test-garage.ts';

test('a sign that is read as a plate all day costs for each read no more than in proportion to its stays', () => {
  const garage = new TestGarage();
  const { stays } = garage.rules.state;
  let looked = 0;
  const { at } = stays;
  Object.assign(stays, { at: (slot: number) => (looked++, at.call(stays, slot)) });
  const directions = ['IN', 'OUT', 'UNKNOWN'] as const;
  const lookedFor = (from: number, to: number): number => {
    looked = 0;
    for (let i = from; i < to; i++) garage.see(readOf('gate', i * 40 * second, { direction: directions[i % 3] }));
    return looked;
  };
  lookedFor(0, 90);
  const few = lookedFor(90, 120);
  lookedFor(120, 360);
  const many = lookedFor(360, 390);
  assert.ok(many < 5 * few, `${few} looks, then ${many}`);
});
