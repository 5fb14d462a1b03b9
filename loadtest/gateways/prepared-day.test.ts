import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkRead } from '../../pipeline/ingest/check-read.ts';
import { itemsOf, openSupply, placeOf, prepareDay, readId } from './prepared-day.ts';
import { shapeOf, shapeVariables } from './shape.ts';

const shape = shapeOf('smoke', { VEHICLES: '600', GATEWAYS: '3', GARAGES: '7' });
const gateway = { run: 'run', number: 2, shape };
const day = prepareDay(gateway);

test('every read of a prepared day is one that ingest takes, on whatever date it is sent', () => {
  const items = JSON.parse(`[${itemsOf(day, { date: '2003-10-26', from: 0, count: day.reads.length })}]`) as object[];
  assert.ok(items.length > 100);
  for (const item of items) assert.ok(!('reason' in checkRead(item, Date.now(), 'http')));
});

test('a read says by its id which gateway sent it, which one of the day and on which date', () => {
  const items = JSON.parse(`[${itemsOf(day, { date: '2003-10-26', from: 5, count: 2 })}]`) as { readId: string }[];
  assert.deepEqual(items.map((item) => placeOf('run', item.readId)), [
    { gateway: 2, date: '2003-10-26', index: 5 }, { gateway: 2, date: '2003-10-26', index: 6 },
  ]);
  assert.equal(placeOf('another', items[0]!.readId), null);
  assert.equal(placeOf('run', `${readId('run', { gateway: 1, date: '2003-10-26', index: 1 })}x`), null);
});

test('a gateway sends each read of a day once, then those of the next', () => {
  const supply = openSupply({ reads: ['a', 'b', 'c'] });
  assert.deepEqual(supply.take(2), [{ date: '2001-01-01', from: 0, count: 2 }]);
  assert.deepEqual(supply.take(5), [
    { date: '2001-01-01', from: 2, count: 1 },
    { date: '2001-01-02', from: 0, count: 3 }, { date: '2001-01-03', from: 0, count: 1 },
  ]);
});

test('the gateways share out the garages, each its own', () => {
  const garages = [1, 2, 3].flatMap((number) =>
    prepareDay({ ...gateway, number }).reads.map((read) => (JSON.parse(read) as { garageId: string }).garageId));
  assert.equal(new Set(garages).size, 7);
});

test('nobody enters on two days without having left', () => {
  const inside = new Set<string>();
  for (const text of prepareDay({ ...gateway, shape: { ...shape, vehicles: 60 } }).reads) {
    const { plate, direction } = JSON.parse(text) as { plate: string; direction: string };
    if (direction === 'in') inside.add(plate);
    else inside.delete(plate);
  }
  // Missed exits and misread plates remain, of the few that there are.
  assert.ok(inside.size < 5);
});

test('a shape is what the environment says, and goes on to k6 as such', () => {
  assert.deepEqual(shapeOf('steady', shapeVariables(shape)), shape);
  assert.equal(shapeOf('steady', { GARAGES: '3' }).gateways, 3, 'no gateway without a garage');
  assert.throws(() => shapeOf('steady', { RATE: '1e3' }), /RATE is '1e3'/);
});
