import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { day, hour, minute, readOf, TestGarage } from '../test-garage.ts';
import { confusedBy, confusionsLearned, confusionsOf, mayBe, nothingLearnedOfCamera, putRight, type CameraConfusions } from './camera-confusions.ts';

const LETTERS = 'ABCDEFGHJKLMNPRSTUVWXYZ';
/** The same plates at each run. */
const plateOf = (i: number): string =>
  `L${LETTERS[(i * 7) % 23]}${10 + (i * 37) % 90}${LETTERS[(i * 5) % 23]}${LETTERS[(i * 11 + 3) % 23]}${LETTERS[(i * 13 + 1) % 23]}`;

describe('what a camera confuses', () => {
  test('is found out from pairs that were read differently, and not held against the cameras at the other end', () => {
    const known = new Map<string, CameraConfusions>();
    const of = (cameraId: string): CameraConfusions => known.get(cameraId) ?? nothingLearnedOfCamera('g1', cameraId);
    for (let i = 0; i < 200; i++) {
      const [came, left] = [i % 2 === 0 ? 'in-1' : 'in-2', i % 3 === 0 ? 'out-1' : 'out-2'];
      const plate = plateOf(i);
      const read = left === 'out-1' ? plate.replaceAll('L', 'C') : plate.slice(0, 6) + LETTERS[(LETTERS.indexOf(plate[6]!) + 1 + (i % 9)) % 23];
      const [ofCame, ofLeft] = confusionsLearned({ cameraId: came, plate }, { cameraId: left, plate: read }, [of(came), of(left)], 0);
      known.set(came, ofCame);
      known.set(left, ofLeft);
    }
    assert.deepEqual(confusionsOf(of('out-1').characters).map(({ from, to }) => from + to), ['LC']);
    assert.ok(confusionsOf(of('out-1').characters)[0]!.share > 0.6);
    for (const cameraId of ['in-1', 'in-2', 'out-2']) assert.deepEqual(confusionsOf(of(cameraId).characters), [], cameraId);
  });

  test('is nothing of a camera that misreads a character now and then, nor of one seen a few times', () => {
    const after = (pairs: number, confused: (i: number) => boolean): CameraConfusions['characters'] => {
      let known = nothingLearnedOfCamera('g1', 'out');
      for (let i = 0; i < pairs; i++) {
        const plate = `${plateOf(i).slice(0, 6)}8`;
        const read = confused(i) ? `${plate.slice(0, 6)}B` : `${plate.slice(0, 5)}-8`;
        known = confusionsLearned({ cameraId: `in-${i}`, plate }, { cameraId: 'out', plate: read }, [{ ...known, characters: [] }, known], 0)[1];
      }
      return known.characters;
    };
    assert.deepEqual(confusionsOf(after(5, () => true)), []);
    assert.deepEqual(confusionsOf(after(100, (i) => i % 2 === 0)).filter(({ from }) => from === '8'), []);
    assert.deepEqual(confusionsOf(after(100, () => true)).map(({ from, to }) => from + to), ['8B']);
  });

  test('is put right only where the other reading says so', () => {
    const confusions = [{ from: 'L', to: 'C', share: 0.8 }];
    const read = { plate: 'CA19CCE', country: 'GB', confidence: 0.8, candidates: [] };
    assert.equal(putRight(read, 'LA19LLE', confusions)!.evidence.plate, 'LA19LLE');
    assert.equal(putRight(read, 'LA19CLE', confusions)!.evidence.plate, 'LA19CLE');
    assert.equal(putRight(read, 'KA19KKE', confusions), null);
    assert.ok(putRight(read, 'LA19LLE', confusions)!.nats < putRight({ ...read, plate: 'CA19KKE' }, 'LA19KKE', confusions)!.nats);
    assert.deepEqual(mayBe('CA19CE', confusions), ['LA19LE', 'LA19CE', 'CA19LE']);
    assert.equal(confusedBy(confusions, 'LA19LLE'), 'CA19CCE');
  });
});

/** A garage of which a camera takes L for C, and one look at it. */
function confusedGarage() {
  const garage = new TestGarage();
  const stay = (at: number, plate: string): void => {
    const country = 'GB';
    garage.see(readOf('in', at, { plate, country, confidence: 0.8 }));
    garage.see(readOf('out', at + hour, { plate: plate.replaceAll('L', 'C'), country, confidence: 0.8 })).advance(at + hour + 5 * minute);
  };
  const pairedLast = (): boolean => garage.told.visits.at(-1)!.exitedAt !== null && garage.told.visits.at(-1)!.enteredAt !== null;
  return { garage, stay, pairedLast };
}

test('once a camera is known to take a character for another, who leaves by it is known in spite of that, after a restart too', () => {
  const { garage, stay, pairedLast } = confusedGarage();
  stay(0, 'LA19LLE');
  assert.ok(!pairedLast(), 'three characters differ');
  for (let i = 1; i <= 30; i++) stay(i * 2 * hour, plateOf(i));
  garage.advance(6 * day);
  stay(6 * day + hour, 'LD20LLF');
  assert.ok(pairedLast());
  garage.restart();
  stay(6 * day + 4 * hour, 'LF21LLG');
  assert.ok(pairedLast());
});

test('it is learnt as well from stays that were at rest when they left the state', () => {
  const { garage, stay, pairedLast } = confusedGarage();
  for (let i = 1; i <= 20; i++) stay(i * 2 * hour, plateOf(i));
  garage.restart().advance(6 * day);
  stay(6 * day + hour, 'LD20LLF');
  assert.ok(pairedLast());
});
