import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { neighbourOf, shippedChannel } from './channel.ts';
import { shippedConfusions } from './confusions.ts';
import { memoryBytes } from './evidence-module.ts';
import { writeSymbols } from './symbols.ts';
import { anyPlate } from './test-evidence.ts';
import { Text } from './text.ts';

test('probabilities are probabilities, whatever the texts', () => {
  fc.assert(fc.property(anyPlate, anyPlate, (plate, read) => {
    fc.pre(plate !== read);
    const chance = misread(plate, read);
    assert.ok(chance >= 0 && chance <= 1, `${chance}`);
  }));
});

test('two texts of rare characters that share their symbols are misread for each other as rarely as others', () => {
  const [one, other] = ['AB12\u4E03', 'AB12\u4E0C'] as const;
  assert.deepEqual(symbolsOf(one), symbolsOf(other));
  assert.ok(misread(one, other) < 0.01);
});

test('all single edits of a plate together are most of its misreads, and not more than all', () => {
  const plate = 'CF51238';
  const characters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'];
  const reads = new Set<string>();
  for (let at = 0; at <= plate.length; at++) {
    for (const character of characters) {
      reads.add(plate.slice(0, at) + character + plate.slice(at + 1));
      reads.add(plate.slice(0, at) + character + plate.slice(at));
    }
    reads.add(plate.slice(0, at) + plate.slice(at + 1));
    reads.add(plate.slice(at));
    reads.add(plate.slice(0, at));
  }
  reads.delete(plate);
  const sum = [...reads].reduce((total, read) => total + misread(plate, read), 0);
  assert.ok(sum > 0.6 && sum < 1.001, `${sum}`);
});

test('a character that the shipped counts never saw misread may be misread all the same', () => {
  assert.deepEqual([shippedConfusions.substitutions['3'], shippedConfusions.substitutions['9']], [undefined, undefined]);
  assert.ok(misread('AB13456', 'AB19456') > 3e-4);
  // One that looks like another is likelier to be taken for just that one.
  assert.ok(misread('AB18456', 'AB1B456') > 10 * misread('AB13456', 'AB19456'));
});

test('of a camera that takes one character for another, all of its kind in the plate misread so are no coincidence', () => {
  const [once, twice] = [misread('AB13457', 'AB19457'), misread('AB13437', 'AB19497')];
  assert.ok(twice > once / 10 && twice < once, `${once} ${twice}`);
  assert.ok(misread('AB13437', 'AB19457') < once / 100, 'two that have nothing in common are');
  assert.ok(misread('AB33437', 'AB39497') < once / 100, 'nor is it all of a kind where one of them was read right');
});

test('what was asked before leaves no trace', () => {
  fc.assert(fc.property(anyPlate, anyPlate, anyPlate, anyPlate, (plate, read, otherPlate, otherRead) => {
    const before = misread(plate, read);
    misread(otherPlate, otherRead);
    assert.equal(misread(plate, read), before);
  }));
});

test('a plate whose last digit or letter is any neighbour is read as the next one, not as itself', () => {
  for (const [plate, next, further] of [['VP51234', 'VP51235', 'VP51239'], ['LD21XFS', 'LD21XFT', 'LD21XFY']] as const) {
    const neighbour = textOf(plate);
    const last = neighbour.symbolsAt + plate.length - 1;
    memoryBytes[last] = neighbourOf(memoryBytes[last]!);
    const readAs = (text: string): number => shippedChannel.misread(neighbour, textOf(text));
    assert.ok(readAs(next) > 50 * readAs(plate), plate);
    assert.ok(readAs(next) > readAs(further), plate);
  }
});

function misread(plate: string, read: string): number {
  return shippedChannel.misread(textOf(plate), textOf(read));
}

function textOf(plate: string): Text {
  const text = new Text();
  text.write(plate);
  return text;
}

function symbolsOf(text: string): Uint8Array {
  const symbols = new Uint8Array(16);
  return symbols.subarray(0, writeSymbols(text, symbols));
}
