import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseGarages } from '../../garages/garages-file.ts';
import type { Garage } from '../../records/records.ts';
import { openCameraIndex, type CameraIndex } from './camera-index.ts';

const anywhere = { operatorId: '', garageIds: [] };

function garage(garageId: string, serial: string, operatorId = 'op'): Garage {
  const lanes = [{ laneId: 'a', direction: 'both', cameras: [{ cameraId: 'c', serial }, 'd'] }];
  return parseGarages([{ garageId, operatorId, timezone: 'Europe/Oslo', lanes }])[0]!;
}

function openIndex(...garages: Garage[]): { index: CameraIndex; change(garageId: string, garage?: Garage): void } {
  let change: (garageId: string, garage?: Garage) => void = () => {};
  const index = openCameraIndex({
    entries: () => garages.map((each) => [each.garageId, each] as [string, Garage]),
    onChange: (listener) => (change = listener as typeof change),
  });
  return { index, change: (garageId, changed) => change(garageId, changed) };
}

test('a camera is found by its serial however it is written', () => {
  const { index } = openIndex(garage('p4', 'ac:cc:8e:d3:29:0d'), garage('p5', 'p5-Entry'));
  for (const serial of ['ACCC8ED3290D', 'AC-CC-8E-D3-29-0D', ' ac:cc:8e:d3:29:0d ']) {
    assert.equal(index.find(serial, anywhere)!.garage.garageId, 'p4');
  }
  const place = index.find('P5-ENTRY', anywhere)!;
  assert.deepEqual([place.garage.garageId, place.laneId, place.camera.cameraId], ['p5', 'a', 'c']);
});

test('a camera without a serial, and one that nobody configured, is not found', () => {
  const { index } = openIndex(garage('p4', ''));
  for (const serial of ['', 'd', 'x', '__proto__']) assert.equal(index.find(serial, anywhere), null);
});

test('a camera is moved, taken away and put up as the garages change', () => {
  const { index, change } = openIndex(garage('p4', 's-1'));
  change('p5', garage('p5', 's-2'));
  assert.equal(index.find('s-2', anywhere)!.garage.garageId, 'p5');
  change('p4', garage('p4', 's-3'));
  assert.equal(index.find('s-1', anywhere), null);
  change('p5', garage('p5', 's-1'));
  assert.equal(index.find('s-1', anywhere)!.garage.garageId, 'p5');
  change('p5', undefined);
  assert.equal(index.find('s-1', anywhere), null);
  assert.equal(index.find('s-3', anywhere)!.garage.garageId, 'p4');
});

test('of two operators\' cameras with one name, each key means its own, and the service\'s key neither', () => {
  const { index } = openIndex(garage('p4', 'entry', 'north'), garage('p5', 'entry', 'south'));
  assert.equal(index.find('entry', { operatorId: 'north', garageIds: [] })!.garage.garageId, 'p4');
  assert.equal(index.find('entry', { operatorId: 'south', garageIds: ['p5'] })!.garage.garageId, 'p5');
  assert.equal(index.find('entry', { operatorId: 'south', garageIds: ['p6'] }), null);
  assert.equal(index.find('entry', { operatorId: 'east', garageIds: [] }), null);
  assert.equal(index.find('entry', anywhere), null);
});
