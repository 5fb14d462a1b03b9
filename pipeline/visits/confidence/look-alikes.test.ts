import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CameraRead } from '../../records/records.ts';
import { garageOf, hour, minute, readOf, second, settings, start, TestGarage } from '../test-garage.ts';

test('a vehicle whose plate is corrected after it left is no look-alike of itself', () => {
  const misread = readOf('in', 0, { readId: 'misread', plate: 'NF75583', confidence: 0.6 });
  const correction = readOf('in', second, { readId: 'correction', plate: 'NF75533', confidence: 1 });
  const exit = readOf('out', hour, { readId: 'exit', plate: 'NF75533', confidence: 1 });
  const inOrder = confidenceOf([misread, correction, exit]);
  assert.ok(inOrder > 0.99);
  assert.equal(confidenceOf([misread, exit, correction]), inOrder);
});

test('a visit is told anew where a look-alike, whose exit comes in only then, had left before its vehicle', () => {
  const came = [readOf('in', 0, { plate: 'NF75583' }), readOf('in', 10 * minute, { plate: 'NF75588' })];
  const [itsExit, exit] = [readOf('out', hour, { plate: 'NF75588' }), readOf('out', hour + 30 * second, { plate: 'NF75583' })];
  const garage = new TestGarage().see(...came, exit);
  const [among] = garage.told.visits;
  const [alone] = garage.see(itsExit).told.visits;
  assert.deepEqual({ ...among, matchConfidence: 0 }, { ...alone, revision: 2, matchConfidence: 0 });
  assert.equal(alone!.revision, 3);
  assert.ok(alone!.matchConfidence > among!.matchConfidence);
  assert.equal(alone!.matchConfidence, confidenceOf([...came, itsExit, exit]));
});

test('a visit is told anew where a look-alike was inside, whose entry comes in only after the exit that the clock waits with', () => {
  const [entry, alike] = [readOf('in', 0, { plate: 'NF75583' }), readOf('in', 50 * minute, { plate: 'NF75688' })];
  const exit = readOf('out', hour, { plate: 'NF75583' });
  const garage = new TestGarage().see(entry, exit);
  const [alone] = garage.told.visits;
  const [among] = garage.see(alike).told.visits;
  assert.deepEqual([alone!.revision, among!.revision], [2, 3]);
  assert.ok(among!.matchConfidence < alone!.matchConfidence);
  assert.equal(among!.matchConfidence, confidenceOf([entry, alike, exit]));
});

test('a look-alike that leaves after the vehicle was inside, whichever of the two exits comes in first', () => {
  const came = [readOf('in', 0, { plate: 'NF75583' }), readOf('in', 10 * minute, { plate: 'NF75588' })];
  const [exit, later] = [readOf('out', hour, { plate: 'NF75583' }), readOf('out', hour + 30 * second, { plate: 'NF75588' })];
  assert.equal(confidenceOf([...came, later, exit]), confidenceOf([...came, exit, later]));
  assert.ok(confidenceOf([...came, later, exit]) < confidenceOf([came[0]!, exit]));
});

test('a look-alike that counts as gone was not inside, whether its stay has left the state by the time the exit comes in, or not yet', () => {
  const garage = garageOf({ settings: { ...settings, horizonMs: 10 * minute, forgetAfterMs: 30 * minute } });
  const gone = readOf('in', 0, { plate: 'NF75588' });
  const [entry, exit] = [readOf('in', 20 * minute, { plate: 'NF75583' }), readOf('out', 44.5 * minute, { plate: 'NF75583' })];
  const confidences = [[gone, entry, exit], [gone, entry, readOf('in', 45.5 * minute, { plate: 'KX12345' }), { ...exit, receivedAt: start + 45.5 * minute }], [entry, exit]].map((reads) => {
    const told = new TestGarage(garage);
    for (const read of reads) told.advance(read.receivedAt - start).see(read);
    if (reads.length === 4) assert.ok(![...told.rules.state.stays.entries()].some(([, { plate }]) => plate === gone.plate));
    return told.advance(hour).told.visits.find(({ exitedAt }) => exitedAt === exit.capturedAt)!.matchConfidence;
  });
  assert.equal(confidences[1], confidences[0]);
  assert.equal(confidences[1], confidences[2]);
});

/** Of the visit that began first. */
function confidenceOf(reads: readonly CameraRead[]): number {
  return new TestGarage().see(...reads).advance(2 * hour).told.visits[0]!.matchConfidence;
}
