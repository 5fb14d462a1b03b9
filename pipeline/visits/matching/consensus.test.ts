import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { consensus } from './consensus.ts';

const plate = fc.stringMatching(/^[AB8]{4,6}$/);

test('a plate that outweighs all others together is what they come to place by place', () => {
  fc.assert(fc.property(plate, fc.array(fc.tuple(plate, fc.integer({ min: 1, max: 8 })), { minLength: 1, maxLength: 5 }), (most, others) => {
    const rest = others.map(([text, weight]) => ({ plate: text, weight }));
    const weight = rest.reduce((sum, other) => sum + other.weight, 1);
    assert.equal(consensus([{ plate: most, weight }, ...rest]), most);
    // As two halves it outweighs nobody alone: then each place is voted on.
    const half = { plate: most, weight: weight / 2 };
    assert.equal(consensus([half, half, ...rest]), most);
  }));
});

test('what is read right at each place by most comes out, though nobody read all of it', () => {
  assert.equal(consensus(['AB12345', 'AB1234S', '8B12345', 'AB1Z345'].map((text) => ({ plate: text, weight: 1 }))), 'AB12345');
  assert.equal(consensus(['XB12345', 'AX12345', 'AB1234'].map((text) => ({ plate: text, weight: 1 }))), 'AB12345');
});
