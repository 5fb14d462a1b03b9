import assert from 'node:assert/strict';
import { test } from 'node:test';
import { day, hour, minute, readOf, TestGarage } from '../test-garage.ts';
import { taughtFor } from './taught-stays.ts';

/** Exits whose entry counts as missed, once all has left the state. */
function missedAfter(exit: string): number {
  const garage = new TestGarage().see(
    readOf('in', 0, { plate: 'CF51238' }), readOf('in', minute, { plate: 'CF51248' }), readOf('out', hour, { plate: exit, direction: 'OUT' }),
  );
  const taught = garage.advance(4 * day).rules.state.learned.get('g1');
  return taught === undefined ? 0 : taughtFor(taught, Infinity).strays;
}

test('an exit of a vehicle like none inside teaches that entries are missed', () => {
  assert.equal(missedAfter('JH44741'), 1);
});

test('one that may be of either of two inside does not: its entry was read, and read otherwise', () => {
  assert.equal(missedAfter('CF51288'), 0);
});
