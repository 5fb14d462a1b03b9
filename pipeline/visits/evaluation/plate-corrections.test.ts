import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readOf } from '../test-garage.ts';
import { openPlateCorrections } from './plate-corrections.ts';
import { stayOf, visitOf } from './test-truth.ts';
import { openTruth } from './truth.ts';

test('a visit with the true plate over a misread is corrected, one with another plate over right reads is spoiled', () => {
  const truth = openTruth([stayOf('one', ['e1'], ['x1']), stayOf('two', ['e2'], ['x2']), stayOf('three', ['e3'], ['x3'])]);
  const plates = openPlateCorrections(truth);
  const read = { e1: 'AB1234S', x1: 'AB12345', e2: 'AB12345', x2: 'AB12345', e3: 'B12345' };
  for (const [readId, plate] of Object.entries(read)) plates.read(readOf('in', 0, { readId, plate }));
  const counts = plates.score([
    visitOf('corrected', { entryReadId: 'e1', exitReadId: 'x1' }),
    visitOf('spoiled', { entryReadId: 'e2', exitReadId: 'x2', plate: 'AB12346' }),
    visitOf('as read', { entryReadId: 'e3', plate: 'B12345', status: 'unclosed' }),
    visitOf('of two stays', { entryReadId: 'e1', exitReadId: 'x2' }),
  ]);
  assert.deepEqual(counts, { visits: 3, right: 1, misread: 2, corrected: 1, spoiled: 1 });
});
