import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Candidate } from '../../records/records.ts';
import { anyEvidence, read } from './test-evidence.ts';
import { voted, type VotingRead } from './vote.ts';

const front = (plate: string, confidence = 0.9, candidates: readonly Candidate[] = []): VotingRead =>
  ({ ...read(plate, confidence, candidates), isRear: false });
const rear = (plate: string, confidence = 0.9): VotingRead => ({ ...read(plate, confidence), isRear: true });

const anyRead = fc.tuple(anyEvidence, fc.boolean()).map(([evidence, isRear]): VotingRead => ({ ...evidence, isRear }));
const anyReads = fc.array(anyRead, { minLength: 1, maxLength: 7 });

test('the order of the reads does not matter', () => {
  const twoOrders = anyReads.chain((reads) =>
    fc.tuple(fc.constant(reads), fc.shuffledSubarray(reads, { minLength: reads.length })));
  fc.assert(fc.property(twoOrders, ([reads, shuffled]) => assert.deepEqual(voted(shuffled), voted(reads))));
});

test('nor of reads of one plate, from the front and from behind', () => {
  const ofOnePlate = fc.array(anyRead.map((each) => ({ ...each, plate: 'CF51238' })), { minLength: 2, maxLength: 7 });
  fc.assert(fc.property(ofOnePlate.chain((reads) => fc.tuple(fc.constant(reads), fc.shuffledSubarray(reads, { minLength: reads.length }))),
    ([reads, shuffled]) => assert.deepEqual(voted(shuffled), voted(reads))));
});

test('what comes out is an evidence like a read', () => {
  fc.assert(fc.property(anyReads, (reads) => {
    const { plate, confidence, candidates } = voted(reads);
    assert.equal(plate === '', reads.every((each) => each.plate === ''));
    assert.ok(confidence >= 0 && confidence <= 1, `${confidence}`);
    for (const candidate of candidates) assert.ok(candidate.confidence >= 0 && candidate.confidence <= 1);
  }));
});

test('one read is its own vote', () => {
  const only = front('CF51238', 0.7, [{ plate: 'CF5123B', confidence: 0.3 }]);
  assert.equal(voted([only]), only);
  assert.equal(voted([front(''), only, rear('')]), only);
});

test('reads that agree are surer than each of them', () => {
  const { plate, confidence } = voted([front('CF51238', 0.8), front('CF51238', 0.7)]);
  assert.equal(plate, 'CF51238');
  assert.ok(confidence > 0.8);
});

test('three reads, each misread in another place, come to a plate that none of them has', () => {
  assert.equal(voted([front('CFS1238', 0.6), front('CF5I238', 0.6), front('CF5123B', 0.6)]).plate, 'CF51238');
});

test('reads that lost different ends come to the whole plate', () => {
  assert.equal(voted([front('CF5123', 0.7), front('F51238', 0.7), front('CF51238', 0.6)]).plate, 'CF51238');
});

test('a candidate that others read wins over a misread', () => {
  assert.equal(voted([front('CF5123B', 0.7, [{ plate: 'CF51238', confidence: 0.6 }]), front('CF51238', 0.7)]).plate, 'CF51238');
});

test('rear views never outvote a front plate', () => {
  fc.assert(fc.property(anyEvidence, fc.array(anyEvidence, { maxLength: 5 }), (only, others) => {
    if (only.plate === '') return;
    const reads = [{ ...only, candidates: [], isRear: false }, ...others.map((other) => ({ ...other, isRear: true }))];
    assert.equal(voted(reads).plate, only.plate);
  }));
});

test('a rear view that agrees makes a front plate surer', () => {
  assert.ok(voted([front('CF51238', 0.75), rear('CF51238')]).confidence > 0.75);
});

test('a rear view that differs a little becomes a candidate, a strange one does not', () => {
  const candidates = (reads: VotingRead[]): string[] => voted(reads).candidates.map(({ plate }) => plate);
  assert.deepEqual(candidates([front('CF5123B', 0.7), rear('CF51238')]), ['CF51238']);
  assert.deepEqual(candidates([front('CF51238', 0.7), rear('KX90467')]), []);
});

test('only rear views: they vote among themselves', () => {
  assert.equal(voted([rear('CF51238'), rear('CF51238'), rear('CF5123B', 0.5)]).plate, 'CF51238');
});

test('the country has the most confidence; unknown only where nobody knows better', () => {
  const of = (country: string, confidence: number): VotingRead => ({ ...front('CF51238', confidence), country });
  assert.equal(voted([of('SE', 0.5), of('NO', 0.6), of('XX', 0.9)]).country, 'NO');
  assert.equal(voted([of('XX', 0.5), of('XX', 0.6)]).country, 'XX');
});
