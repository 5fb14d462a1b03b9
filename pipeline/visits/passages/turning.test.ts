import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Direction } from '../../records/records.ts';
import { readOf, second, start } from '../test-garage.ts';
import { passageOf, passageOfReads, type PassageRead } from './passages.ts';
import { hasTurned } from './turning.ts';

/** Seconds and what the camera said, such as `0 in, 10 out`; `c2` in front: another camera of the lane. */
function lookedAt(text: string, laneDirection: Direction): PassageRead[] {
  return text.split(', ').map((look) => {
    const [, cameraId, at, word] = /^(?:(c\d) )?([\d.]+) (in|out|unknown)$/.exec(look)!;
    const read = readOf('lane', Number(at) * second, { cameraId: cameraId ?? 'c1', direction: word!.toUpperCase() as Direction });
    return passageOf(read, { laneId: 'lane', direction: laneDirection }, false).reads[0]!;
  });
}

const turns = (text: string, laneDirection: Direction = 'UNKNOWN'): boolean => hasTurned(lookedAt(text, laneDirection));

test('a vehicle seen coming several times and, after a pause, once going has turned', () => {
  assert.equal(turns('0 in, 1 in, 2 in, 12 out'), true);
  assert.equal(turns('0 in, 1 in, 2 in, 12 out', 'IN'), true);
  assert.equal(turns('0 out, 1 out, 12 in', 'OUT'), true);
});

test('one word that is otherwise, of a vehicle that stands and is read all the time, is wrong', () => {
  assert.equal(turns('0 in, 5 in, 10 in, 15 out'), false);
  assert.equal(turns('0 in, 5 in, 10 out, 15 in, 20 in'), false);
});

test('a wrong word does not hide that a vehicle which stood for long has turned', () => {
  assert.equal(turns('0 in, 11 out, 17 out, 23 out, 29 out, 35 in, 41 out, 47 out', 'IN'), true);
  assert.equal(turns('0 in, 11 out, 17 out, 23 out, 29 out, 35 out, 41 out', 'IN'), true);
});

test('a camera that is mounted the wrong way round has not seen a vehicle turn, unless its word changes', () => {
  assert.equal(turns('0 in, c2 9 out, c2 10 out, 11 in', 'IN'), false);
  assert.equal(turns('0 in, c2 0.5 out, 20 out, c2 20.5 in, c2 21 in', 'IN'), true);
});

test('nobody turns in less than 4 s, nor at a lane that it would first have to come in by the wrong way', () => {
  assert.equal(turns('0 in, 3.9 out'), false);
  assert.equal(turns('0 out, 10 in', 'IN'), false);
});

test('who has turned makes a passage without a direction', () => {
  const reads = lookedAt('0 in, 1 in, 2 in, 12 out', 'UNKNOWN');
  assert.equal(passageOfReads(reads, null, null).direction, 'NONE');
  assert.equal(reads[0]!.at, start);
});
