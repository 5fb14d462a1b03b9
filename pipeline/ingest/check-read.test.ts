import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkRead } from './check-read.ts';

const NOW = Date.parse('2026-05-17T12:00:00Z');
const HOUR_MS = 3_600_000;

const good = {
  readId: 'r-1', garageId: 'g-1', cameraId: 'c-1', laneId: 'l-1', direction: 'in', plate: 'ek 12-345', country: 'no',
  confidence: 0.9, candidates: [{ plate: 'ek12346', confidence: 0.1 }], capturedAt: '2026-05-17T13:59:59.5+02:00',
};

function refusedField(change: object): string | null {
  const checked = checkRead({ ...good, ...change }, NOW, 'test');
  return 'reason' in checked ? checked.field : null;
}

test('a good read comes out in the form of the reads topic', () => {
  assert.deepEqual(checkRead(good, NOW, 'test'), {
    readId: 'r-1', garageId: 'g-1', cameraId: 'c-1', laneId: 'l-1', direction: 'IN', plate: 'EK12345', country: 'NO',
    confidence: 0.9, candidates: [{ plate: 'EK12346', confidence: 0.1 }],
    capturedAt: Date.parse('2026-05-17T11:59:59.500Z'), receivedAt: NOW, source: 'test', timing: '',
  });
});

test('only the candidates may be left out', () => {
  for (const field of Object.keys(good)) {
    assert.equal(refusedField({ [field]: undefined }), field === 'candidates' ? null : field);
  }
});

test('a field of a wrong type is named', () => {
  for (const field of Object.keys(good)) {
    for (const wrong of [null, 7.5, true, {}, [1], '\u0000']) {
      assert.match(
        refusedField({ [field]: wrong }) ?? 'none',
        new RegExp(`^${field}`),
        `${field}: ${JSON.stringify(wrong)}`,
      );
    }
  }
});

test('ids are 1 to 128 printable characters of any script', () => {
  for (const field of ['readId', 'garageId', 'cameraId', 'laneId']) {
    for (const id of ['', 'x'.repeat(129), 'a\nb', 'a\u0000', '\ud800', 'a\ufffd']) {
      assert.equal(refusedField({ [field]: id }), field);
    }
    for (const id of ['x'.repeat(128), 'Østre torg 1', '__proto__', '地下1']) {
      assert.equal(refusedField({ [field]: id }), null);
    }
  }
});

test('a confidence is a number from 0 to 1', () => {
  for (const confidence of [0, 1, 0.5, -0]) assert.equal(refusedField({ confidence }), null);
  for (const confidence of [-0.01, 1.01, 95, NaN, Infinity, '0.9']) {
    assert.equal(refusedField({ confidence }), 'confidence');
  }
});

test('a country is two letters', () => {
  for (const country of ['', 'N', 'NOR', '47', 'N0', 'ÅÅ']) assert.equal(refusedField({ country }), 'country');
});

test('a read may be as old as it likes, and a day ahead at most', () => {
  const at = (ms: number): object => ({ capturedAt: new Date(ms).toISOString() });
  assert.equal(refusedField(at(1)), null);
  assert.equal(refusedField(at(0)), 'capturedAt', 'visits set it aside: it is what a camera without a clock says');
  assert.equal(refusedField(at(NOW + 24 * HOUR_MS)), null);
  assert.equal(refusedField(at(NOW + 24 * HOUR_MS + 1)), 'capturedAt');
});

test('there are at most 20 candidates, each a plate with its confidence', () => {
  const candidate = good.candidates[0];
  assert.equal(refusedField({ candidates: [] }), null);
  assert.equal(refusedField({ candidates: Array(20).fill(candidate) }), null);
  assert.equal(refusedField({ candidates: Array(21).fill(candidate) }), 'candidates');
  assert.equal(refusedField({ candidates: [candidate, null] }), 'candidates[1]');
  assert.equal(refusedField({ candidates: [candidate, { plate: '?', confidence: 1 }] }), 'candidates[1].plate');
  assert.equal(refusedField({ candidates: [{ plate: 'AB1', confidence: 2 }] }), 'candidates[0].confidence');
  assert.equal(refusedField({ candidates: { length: 1 } }), 'candidates');
});

test('a refusal does not tell what stood in the field', () => {
  for (const change of [
    { plate: 'SECRET_1' },
    { country: 'SECRET' },
    { candidates: [{ plate: 'SECRET_1', confidence: 1 }] },
  ]) {
    assert.doesNotMatch(JSON.stringify(checkRead({ ...good, ...change }, NOW, 'test')), /SECRET/);
  }
});
