import assert from 'node:assert/strict';
import { test } from 'node:test';
import v8 from 'node:v8';
import { noCandidates } from '../../records/no-candidates.ts';
import { hour, minute, readOf, second, TestGarage } from '../test-garage.ts';
import { shapes } from './shapes.ts';

v8.setFlagsFromString('--allow-natives-syntax');
/** Whether the runtime lays two objects out alike: code compiled for one serves the other. */
const haveSameShape = new Function('one', 'other', 'return %HaveSameMap(one, other)') as (one: object, other: object) => boolean;

test('what a plate may be else is a list of one kind, made or decoded, with any in it or none', () => {
  const candidates = [{ plate: 'A8', confidence: 0.5 }, { plate: 'AB', confidence: 0.75 }];
  const garage = new TestGarage();
  for (let n = 0; n < MANY; n++) {
    garage.see(readOf('in', n * second, { plate: `MANY${n}`, candidates }), readOf('in', n * second + 500, { plate: `MANY${n}`, candidates: [] }));
  }
  const made = [...garage.rules.state.stays.entries()];
  const decoded = [...garage.restart().rules.state.stays.entries()];
  for (const [, { entry }] of [...made, ...decoded]) {
    for (const read of entry!.reads) assert.ok(haveSameShape(read.candidates, noCandidates), 'what a read may be else');
    assert.ok(haveSameShape(entry!.evidence.candidates, noCandidates), 'what the plate may be else');
  }
});

/** So that what makes lists is compiled: a list that was mapped is of another kind then. */
const MANY = 3000;

test('stays, their passages and visits have the shape that has met everything, however they were made', () => {
  const garage = new TestGarage().see(
    readOf('in', 0), readOf('in', 10 * second), readOf('out', hour), readOf('out', hour + 10 * second),
    readOf('in', 0, { plate: 'OTHER' }), readOf('out', 2 * minute, { plate: 'OTHER' }), readOf('out', 0, { plate: 'UNSEEN' }),
  );
  const made = [...garage.rules.state.stays.entries()];
  const decoded = [...garage.restart().rules.state.stays.entries()];
  assert.ok(made.length >= 3);
  for (const [, stay] of [...made, ...decoded]) {
    assert.ok(haveSameShape(stay, shapes.stay), 'a stay');
    if (stay.visit !== null && decoded.some(([, known]) => known === stay)) assert.ok(haveSameShape(stay.visit, shapes.emitted), 'what was told');
    for (const passage of [stay.entry, stay.exit]) if (passage !== null) assert.ok(haveSameShape(passage, shapes.passage), 'a passage');
  }
  const visits = garage.told.all.filter((told) => 'visitId' in told);
  assert.ok(visits.length >= 4);
  for (const visit of visits) assert.ok(haveSameShape(visit, shapes.visit), 'a visit');
});
