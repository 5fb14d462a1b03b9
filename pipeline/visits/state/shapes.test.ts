import assert from 'node:assert/strict';
import { test } from 'node:test';
import v8 from 'node:v8';
import { hour, minute, readOf, second, TestGarage } from '../test-garage.ts';
import { shapes } from './shapes.ts';

v8.setFlagsFromString('--allow-natives-syntax');
/** Whether the runtime lays two objects out alike: code compiled for one serves the other. */
const haveSameShape = new Function('one', 'other', 'return %HaveSameMap(one, other)') as (one: object, other: object) => boolean;

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
