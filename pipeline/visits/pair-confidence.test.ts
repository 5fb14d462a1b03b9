import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CameraRead } from '../records/records.ts';
import { day, garageOf, hour, minute, readOf, TestGarage } from './test-garage.ts';

/** How sure the visit is that began last. */
function confidenceOf(...reads: CameraRead[]): number {
  const { told } = new TestGarage().see(...reads).advance(3 * day);
  return told.visits.at(-1)!.matchConfidence;
}

const read = { plate: 'CF51238', confidence: 0.9 };
const plain = confidenceOf(readOf('in', 0, read), readOf('out', hour, read));

test('a plate read alike at entry and exit is surer than one in a thousand', () => {
  assert.ok(plain > 0.999 && plain < 1, `${plain}`);
});

test('a vehicle that had left within hours may have gone by unread again: less sure than one that had not been here, or days ago', () => {
  const stay = (at: number): CameraRead[] => [readOf('in', at, read), readOf('out', at + hour, read)];
  assert.ok(confidenceOf(...stay(0), ...stay(2 * hour)) < plain);
  assert.equal(confidenceOf(...stay(0), ...stay(30 * hour)), plain);
});

test('less sure where nobody told which way it went, and where it had turned round first', () => {
  const undirected = confidenceOf(readOf('in', 0, read), readOf('gate', hour, read));
  const second = confidenceOf(readOf('in', 0, read), readOf('in', 2 * minute, read), readOf('out', hour, read));
  assert.ok(undirected < plain && second < undirected, `${undirected}, ${second}`);
});

test('less sure where one end was seen only from behind, or the camera at the entry spoke against its lane', () => {
  const lanes = garageOf().lanes.map((lane) => ({ ...lane, cameras: [...lane.cameras, { ...lane.cameras[0]!, cameraId: `${lane.laneId}-rear`, view: 'rear' }] }));
  const confidence = (...reads: CameraRead[]): number =>
    new TestGarage(garageOf({ lanes })).see(...reads).advance(3 * day).told.visits.at(-1)!.matchConfidence;
  const fronts = confidence(readOf('in', 0, read), readOf('out', hour, read));
  assert.ok(confidence(readOf('in', 0, read), readOf('out', hour, { ...read, cameraId: 'out-rear' })) < fronts);
  assert.ok(confidence(readOf('in', 0, { ...read, direction: 'OUT' }), readOf('out', hour, read)) < fronts);
});

test('far less sure where the camera said that it left, and it is thought to have come in', () => {
  const thought = confidenceOf(readOf('gate', 0, { ...read, direction: 'OUT' }), readOf('gate', 6 * hour, { ...read, direction: 'OUT' }));
  assert.ok(thought > 0.7 && thought < 0.9, `${thought}`);
});

test('less sure of who is seen at the same two-way lane again within minutes than of who stays', () => {
  const throughGate = (ms: number) => confidenceOf(readOf('gate', 0, { ...read, direction: 'IN' }), readOf('gate', ms, { ...read, direction: 'OUT' }));
  assert.ok(throughGate(2 * minute) < throughGate(hour) && throughGate(hour) < plain);
});

test('the longer a stay beyond what is usual, the likelier it is two', () => {
  const lasting = (ms: number): number => confidenceOf(readOf('in', 0, read), readOf('out', ms, read));
  assert.ok(lasting(20 * hour) < plain);
  assert.ok(lasting(50 * hour) < lasting(20 * hour));
});

test('less sure where a second thought of the camera was the next number of the same fleet', () => {
  const doubtful = { ...read, confidence: 0.6, candidates: [{ plate: 'CF51239', confidence: 0.35 }] };
  assert.ok(confidenceOf(readOf('in', 0, doubtful), readOf('out', hour, read)) < plain);
});

test('what is told of a vehicle that comes back is the same in whatever order its reads come', () => {
  const first = [readOf('in', 0, read), readOf('out', hour, read)];
  const next = [readOf('in', 2 * hour, read), readOf('out', 3 * hour, read)];
  const inOrder = confidenceOf(...first, ...next);
  assert.equal(confidenceOf(...next, ...first), inOrder);
  assert.equal(confidenceOf(first[0]!, ...next, first[1]!), inOrder);
});
