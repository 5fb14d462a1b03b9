import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CameraRead } from '../../records/records.ts';
import { StayTimes } from '../learned/stay-times.ts';
import { firstRead, passageOf, type Passage } from '../passages/passages.ts';
import { day, garageOf, hour, minute, readOf, second, TestGarage } from '../test-garage.ts';
import { noLookAlikes } from './look-alikes.ts';
import { decidedRight, pairedShare } from './pair-confidence.ts';
import { unlikenessAmong, type Pair } from './pair-signs.ts';
import { taughtOfPairs } from './taught.ts';

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

/** How sure the two are what they are taken for, before it is rounded. */
function shareOf(from: CameraRead, to: CameraRead, of: Partial<Pair> = {}): number {
  const { lanes } = garageOf();
  const directionOf = (laneId: string) => ({ in: 'IN', out: 'OUT', both: 'UNKNOWN' } as const)[lanes.find((lane) => lane.laneId === laneId)!.direction];
  const [entry, exit] = [from, to].map((seen) => passageOf(seen, { laneId: seen.laneId, direction: directionOf(seen.laneId) }, seen.cameraId.endsWith('rear'))) as [Passage, Passage];
  const pair = {
    entry, exit, enteredBy: firstRead(entry), leftBy: firstRead(exit), isByOneLane: from.laneId === to.laneId,
    isOfOnePlate: from.plate === to.plate, lengthMs: to.capturedAt - from.capturedAt, lastHereAt: null,
    isSecondTry: false, lookAlikes: noLookAlikes, likelierTwo: 0, holdsAnother: false, ...of,
    unlikeness: unlikenessAmong(of.lookAlikes ?? noLookAlikes, entry, exit),
  };
  return pairedShare(pair, taughtOfPairs(new StayTimes(), 0.02));
}
const plainShare = shareOf(readOf('in', 0, read), readOf('out', hour, read));

test('a vehicle that had left within hours may have gone by unread again: less sure than one that had not been here', () => {
  const [one, other] = [readOf('in', 0, read), readOf('out', hour, read)];
  assert.ok(shareOf(one, other, { lastHereAt: one.capturedAt - hour }) < plainShare);
});

test('one that had been here days ago is as sure as one that had not been here', () => {
  const stay = (at: number): CameraRead[] => [readOf('in', at, read), readOf('out', at + hour, read)];
  assert.equal(confidenceOf(...stay(0), ...stay(30 * hour)), plain);
});

test('less sure where nobody told which way it went, and where it had turned round first', () => {
  const undirected = shareOf(readOf('in', 0, read), readOf('gate', hour, read));
  const second = shareOf(readOf('in', 0, read), readOf('out', hour, read), { isSecondTry: true });
  assert.ok(undirected < plainShare && second < undirected, `${undirected}, ${second}`);
  const told = confidenceOf(readOf('in', 0, read), readOf('in', 2 * minute, read), readOf('out', hour, read));
  assert.ok(Math.abs(told - second) < 0.001, `${told}`);
});

test('less sure of who is thought to have left by a lane that only lets in, for nobody told which way it went', () => {
  const leaving = shareOf(readOf('in', 0, read), readOf('in', hour, { ...read, direction: 'OUT' }));
  assert.ok(leaving < shareOf(readOf('in', 0, read), readOf('gate', hour, read)), `${leaving}`);
});

test('it makes no difference that one end was seen only from behind', () => {
  assert.equal(shareOf(readOf('in', 0, read), readOf('out', hour, { ...read, cameraId: 'out-rear' })), plainShare);
});

test('what pairing leaves to another stay is as likely as it says; what it leaves to a missed entry is less so', () => {
  const exit = passageOf(readOf('out', hour, read), { laneId: 'out', direction: 'OUT' }, false);
  const left = (probability: number, rivals: string[]): number =>
    decidedRight({ ...exit, decision: { given: { country: 'NO', plate: 'CF51238' }, probability, rivals, amongAlike: false } });
  assert.ok(Math.abs(left(0.8, ['own', 'other']) - 0.8) < 0.002);
  assert.ok(left(0.8, ['own']) > 0.9 && left(0.8, ['own']) < 1);
  assert.ok(left(0.3, ['own']) < left(0.6, ['own']) && left(0.6, ['own']) < left(0.8, ['own']), 'never surer for less');
});

test('far less sure where pairing gave the exit to nobody, and the vehicle may have come in again, read otherwise', () => {
  const exit = passageOf(readOf('out', hour, read), { laneId: 'out', direction: 'OUT' }, false);
  const ungiven = { ...exit, decision: { given: null, probability: 0.3, rivals: ['other'], amongAlike: false } };
  const cameLater = { areInside: true, cameLater: true };
  const [one, other] = [readOf('in', 0, read), readOf('out', hour, read)];
  assert.ok(shareOf(one, other, { exit: ungiven, lookAlikes: cameLater }) < 0.5);
  assert.ok(shareOf(one, other, { lookAlikes: cameLater }) > 0.9);
  assert.equal(shareOf(one, other, { exit: ungiven }), plainShare);
});

test('less sure where a read of one end is so unlike its plate that it may be of the next vehicle', () => {
  const uk = { plate: 'LK18JFD', country: 'GB', confidence: 0.9 };
  const [came, left] = [readOf('in', 0, uk), readOf('out', hour, uk)];
  const standing = readOf('in', 5 * second, { ...uk, plate: 'LK18PFV', confidence: 0.75 });
  const misread = readOf('in', 5 * second, { ...uk, plate: 'LK18JFZ', confidence: 0.6 });
  const doubted = confidenceOf(came, standing, left);
  assert.ok(doubted > 0.9 && doubted < 0.97, `${doubted}`);
  assert.ok(confidenceOf(came, misread, left) > 0.999);
});

test('less sure of two different readings where a vehicle of a plate near them was inside, for one of them may be that one', () => {
  const [one, other] = [readOf('in', 0, read), readOf('out', hour, { ...read, plate: 'CF5123B' })];
  const areInside = { areInside: true, cameLater: false };
  assert.ok(shareOf(one, other, { lookAlikes: areInside }) < shareOf(one, other) - 0.002);
  assert.ok(shareOf(one, { ...other, plate: read.plate }, { lookAlikes: areInside }) > shareOf(one, other, { lookAlikes: areInside }));
});

test('far less sure where the camera said that it left, and it is thought to have come in', () => {
  const thought = confidenceOf(readOf('gate', 0, { ...read, direction: 'OUT' }), readOf('gate', 6 * hour, { ...read, direction: 'OUT' }));
  assert.ok(thought > 0.7 && thought < 0.9, `${thought}`);
});

test('less sure of who is seen at the same two-way lane again within minutes than of who stays', () => {
  const throughGate = (ms: number) => shareOf(readOf('gate', 0, { ...read, direction: 'IN' }), readOf('gate', ms, { ...read, direction: 'OUT' }));
  assert.ok(throughGate(2 * minute) < throughGate(hour) && throughGate(hour) < plainShare);
});

test('the longer a stay beyond what is usual, the likelier it is two', () => {
  const lasting = (ms: number): number => confidenceOf(readOf('in', 0, read), readOf('out', ms, read));
  assert.ok(lasting(20 * hour) < plain);
  assert.ok(lasting(50 * hour) < lasting(20 * hour));
});

test('less sure where the next car of its fleet was inside, far less where a camera thought of that one, or is itself unsure', () => {
  const mate = [readOf('in', -hour, { ...read, plate: 'CF51239' }), readOf('out', 9 * hour, { ...read, plate: 'CF51239' })];
  const leaving = readOf('out', hour, read);
  const withMate = (entry: CameraRead): number => {
    const { told } = new TestGarage().see(mate[0]!, entry, leaving, mate[1]!).advance(3 * day);
    return told.visits.findLast(({ plate, exitedAt }) => plate === read.plate && exitedAt !== null)!.matchConfidence;
  };
  const sure = withMate(readOf('in', 0, read));
  const unsure = withMate(readOf('in', 0, { ...read, confidence: 0.6 }));
  const doubtful = withMate(readOf('in', 0, { ...read, confidence: 0.6, candidates: [{ plate: 'CF51239', confidence: 0.35 }] }));
  assert.ok(sure < plain && unsure < sure && doubtful < unsure, `${plain}, ${sure}, ${unsure}, ${doubtful}`);
});

test('less sure where a vehicle came in after it that is so like it that it may be the same', () => {
  const own = [readOf('in', 0, read), readOf('out', 5 * hour, read)];
  const misread = readOf('in', hour, { plate: 'CF61238', confidence: 0.5, candidates: [] });
  const toldWith = (other: CameraRead): number => {
    const { told } = new TestGarage().see(...[other, ...own].sort((a, b) => a.capturedAt - b.capturedAt)).advance(3 * day);
    return told.visits.findLast(({ exitedAt }) => exitedAt !== null)!.matchConfidence;
  };
  const [later, before] = [toldWith(misread), toldWith({ ...misread, capturedAt: own[0]!.capturedAt - hour, receivedAt: own[0]!.receivedAt - hour })];
  assert.ok(later < 0.97 && before > later && before < plain, `${later}, ${before}`);
});

test('who came in within the allowed lateness of its leaving makes no difference, for not all of them may be known', () => {
  const mate = readOf('in', hour - minute, { ...read, plate: 'CF51293' });
  const own = [readOf('in', 0, read), readOf('out', hour, read)];
  const toldOf = (...reads: CameraRead[]) =>
    new TestGarage().see(...reads).advance(3 * day).told.visits.findLast(({ exitedAt }) => exitedAt !== null)!.matchConfidence;
  assert.equal(toldOf(own[0]!, mate, own[1]!), plain);
  assert.equal(toldOf(...own, mate), plain);
});

test('what is told of a vehicle that comes back is the same in whatever order its reads come', () => {
  const first = [readOf('in', 0, read), readOf('out', hour, read)];
  const next = [readOf('in', 2 * hour, read), readOf('out', 3 * hour, read)];
  const inOrder = confidenceOf(...first, ...next);
  assert.equal(confidenceOf(...next, ...first), inOrder);
  assert.equal(confidenceOf(first[0]!, ...next, first[1]!), inOrder);
});
