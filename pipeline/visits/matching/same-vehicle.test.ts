import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { shippedChannel } from './channel.ts';
import type { PlateEvidence } from './evidence.ts';
import { evidenceModule } from './evidence-module.ts';
import { likelihoodOfOther, readAs } from './likelihood.ts';
import { Prepared } from './prepared.ts';
import { sameAtLane, sameVehicle } from './same-vehicle.ts';
import { anyEvidence, anyPlate, read } from './test-evidence.ts';

test('which of two evidences comes first does not matter', () => {
  fc.assert(fc.property(anyEvidence, anyEvidence, (a, b) => {
    // But for the order in which parts are summed.
    assert.ok(Math.abs(sameVehicle(a, b) - sameVehicle(b, a)) < 1e-9);
    assert.ok(Math.abs(sameAtLane(a, b, 3000) - sameAtLane(b, a, 3000)) < 1e-9);
  }));
});

test('no pair of plates of whatever characters is impossible, nor certain', () => {
  fc.assert(fc.property(anyEvidence, anyEvidence, (a, b) => {
    const score = sameVehicle(a, b);
    assert.ok(score > -40 && score < 80, `${score}`);
  }));
});

test('what was compared before does not matter', () => {
  fc.assert(fc.property(anyEvidence, anyEvidence, anyEvidence, (a, b, c) => {
    const alone = sameVehicle(a, b);
    sameVehicle(c, a);
    sameVehicle(b, c);
    assert.equal(sameVehicle(a, b), alone);
    assert.equal(sameVehicle({ ...a }, { ...b }), alone);
  }));
});

test('two reads come to the same where nothing else may be their plates as where what else may be them is no plate', () => {
  fc.assert(fc.property(anyEvidence, anyEvidence, fc.boolean(), (evidence, another, areOfOnePlate) => {
    const one = { ...evidence, candidates: [] };
    const other = areOfOnePlate ? { ...one, confidence: another.confidence } : { ...another, candidates: [] };
    const blank = [{ plate: '', confidence: 0.5 }];
    assert.equal(sameVehicle(one, other), sameVehicle({ ...one, candidates: blank }, { ...other, candidates: blank }));
  }));
});

test('the surer two equal reads are, the likelier they are of one vehicle', () => {
  const confidence = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(fc.property(anyEvidence, confidence, confidence, (evidence, one, other) => {
    const of = (sure: number): PlateEvidence => ({ ...evidence, candidates: [], confidence: sure });
    const [less, more] = [Math.min(one, other), Math.max(one, other)];
    assert.ok(sameVehicle(of(more), of(more)) >= sameVehicle(of(less), of(less)) - 1e-9);
  }));
});

test('misreads that are summed side by side come to what each comes to alone', () => {
  const sure = fc.double({ min: 0, max: 1, noNaN: true });
  const plates = fc.oneof(fc.tuple(anyPlate, anyPlate), fc.tuple(anyPlate, fc.nat(15), fc.constantFrom('', '8', 'B', '1Q'))
    .map(([plate, at, misread]) => [plate, plate.slice(0, at) + misread + plate.slice(at + 1)] as const));
  fc.assert(fc.property(plates, sure, sure, ([plate, otherPlate], confidence, otherConfidence) => {
    fc.pre(plate !== otherPlate && plate !== '' && otherPlate !== '');
    assertAsEachAlone(read(plate, confidence), read(otherPlate, otherConfidence));
  }));
});

test('misreads summed a moment ago come to what they come to alone, and are not those of plates that begin or end alike', () => {
  const end = fc.array(fc.constantFrom('A', '8', 'B'), { minLength: 1, maxLength: 2 }).map((characters) => characters.join(''));
  const plates = fc.tuple(fc.constantFrom('', 'EL', 'EL123456'), end, end).map((parts) => parts.join(''));
  const both = fc.tuple(plates, plates).filter(([plate, otherPlate]) => plate !== otherPlate);
  fc.assert(fc.property(fc.array(both, { minLength: 2, maxLength: 20 }), (pairs) => {
    for (const [plate, otherPlate] of [...pairs, ...pairs]) assertAsEachAlone(read(plate), read(otherPlate));
  }));
});

/** How likely they are of one vehicle, neither having candidates, by both misreads as they are told alone. */
function assertAsEachAlone(read: PlateEvidence, otherRead: PlateEvidence): void {
  one.prepare(read);
  other.prepare(otherRead);
  const [a, b] = [one.texts[0]!, other.texts[0]!];
  const [aAsB, bAsA] = [readAs(a, b), readAs(b, a)];
  const isA = (a.share * one.right * likelihoodOfOther(other, a, aAsB)) / one.share;
  const isB = (b.share * other.right * likelihoodOfOther(one, b, bAsA)) / other.share;
  const isNeither = ((one.misread * other.misread) / (one.share * other.share)) * (one.misreadShare * aAsB + other.misreadShare * bAsA);
  const related = evidenceModule.compare(shippedChannel.at, one.at, other.at, 0);
  assert.ok(Math.abs(related / (isA + isB + isNeither) - 1) < 1e-12, `${related}`);
}

const [one, other] = [new Prepared(), new Prepared()];

test('equal plates speak for one vehicle louder than a look-alike, that than another character, that than another plate', () => {
  const known = read('CF51238');
  const scores = ['CF51238', 'CF5123B', 'CF51233', 'KX90467'].map((plate) => sameVehicle(known, read(plate)));
  for (let i = 1; i < scores.length; i++) assert.ok(scores[i]! < scores[i - 1]!, scores.join(' '));
  assert.ok(scores[0]! > 10 && scores[3]! < -5, scores.join(' '));
});

test('a lost end is likelier than a character lost inside', () => {
  const known = read('CF51238');
  assert.ok(sameVehicle(known, read('F51238')) > sameVehicle(known, read('CF5138')));
});

test("a fleet's next plate is not taken for a misread, be it of a plate right or misread", () => {
  const neighbour = read('VP51235');
  for (const plate of ['VP51234', 'VP51236', 'VP51239']) assert.ok(sameVehicle(read(plate), neighbour) < 2);
  const misread = read('VP5123A', 0.7, [{ plate: 'VP51234', confidence: 0.5 }]);
  assert.ok(sameVehicle(misread, read('VP51234')) > sameVehicle(misread, neighbour) + 5);
});

test("a fleet's next plate is not taken for a misread where letters stand behind its number", () => {
  const of = (one: string, other: string): number => sameVehicle({ ...read(one), country: 'SE' }, { ...read(other), country: 'SE' });
  assert.ok(of('WKD22K', 'WKD24K') < 2);
  assert.ok(of('WKD22K', 'WKD2ZK') > 6, 'a misread');
});

test("a fleet's next plate is not taken for a misread where its letters count on, as in Britain", () => {
  const of = (one: string, other: string): number => sameVehicle({ ...read(one), country: 'GB' }, { ...read(other, 0.7), country: 'GB' });
  assert.ok(of('LD21XFS', 'LD21XFT') < 2);
  assert.ok(of('LD21XFS', 'LD22XFS') > of('LD21XFS', 'LD21XFT') + 3, 'years are not counted on');
  assert.ok(of('LD21XFS', 'LD21XF5') > 6, 'a misread');
});

test('where plates are of one form, half a plate in common does not make two vehicles one', () => {
  const pairs = [['YK23TZP', 'YK23RZY', 'GB'], ['LG22ZLC', 'LG22ULG', 'GB'], ['HHU57', 'HHGX7', 'DE'], ['WPI41BL', 'WPI47KL', 'PL']] as const;
  for (const [one, other, country] of pairs) {
    const score = sameVehicle({ ...read(one), country }, { ...read(other), country });
    assert.ok(score < 3, `${score}`);
  }
});

test('two vehicles of one form and area that both stand before a camera, and are read surely, are not one', () => {
  for (const confidence of [0.8, 0.9, 0.95, 1]) {
    const [one, other] = ['LC20TOU', 'LC21HOD'].map((plate) => ({ ...read(plate, confidence), country: 'GB' }));
    assert.ok(sameVehicle(one!, other!) < -2, `${confidence}`);
  }
});

test('a foreign plate with a look-alike misread, or a character lost at its end, is that of one vehicle', () => {
  const pairs = [['YK28TZP', 'YKZ8TZP', 'GB'], ['LG22ZLC', 'G22ZLC', 'GB'], ['HHUK857', 'HHUKB57', 'DE'], ['WPI41BL', 'WP141BL', 'PL']] as const;
  for (const [one, other, country] of pairs) {
    const score = sameVehicle({ ...read(one), country }, { ...read(other, 0.7), country });
    assert.ok(score > 8, `${score}`);
  }
  const withoutLast = sameVehicle({ ...read('LG22ZLC'), country: 'GB' }, { ...read('LG22ZL', 0.7), country: 'GB' });
  assert.ok(withoutLast > 6, `${withoutLast}: by the last letter a fleet's plates are told apart, so it may be any of them`);
});

test('to be of one country says the same of every country: which one is common differs from garage to garage', () => {
  const of = (country: string): number => sameVehicle({ ...read('CF51238'), country }, { ...read('CF5123B'), country });
  assert.equal(of('GB'), of('NO'));
});

test('a misread without candidates is not taken for a fleet neighbour of the plate that it is of', () => {
  const misread = read('VPS1234', 0.7);
  const [itself, neighbour] = ['VP51234', 'VP51236'].map((plate) => sameVehicle(misread, read(plate)));
  assert.ok(itself! > 10 && neighbour! < 3, `${itself} ${neighbour}`);
});

test('a candidate that is the other plate speaks for one vehicle', () => {
  const misread = read('C51Z88', 0.6);
  const known = read('CF51238');
  const withTruth = { ...misread, candidates: [{ plate: 'CF51238', confidence: 0.5 }] };
  const withOther = { ...misread, candidates: [{ plate: 'KX90467', confidence: 0.5 }] };
  assert.ok(sameVehicle(withTruth, known) > sameVehicle(misread, known) + 3);
  assert.ok(sameVehicle(withOther, known) <= sameVehicle(misread, known));
});

test('a rare plate says more than a common one, a short one less than a long one', () => {
  const equal = (plate: string): number => sameVehicle(read(plate), read(plate));
  assert.ok(equal('CF51238') > equal('EL51238'), 'electric letters are common');
  assert.ok(equal('HAVNEN') > equal('HAV'));
});

test('countries that differ speak against one vehicle, an unknown one says nothing', () => {
  const norwegian = read('CF51238');
  const swedish = { ...norwegian, country: 'SE' };
  const unknown = { ...norwegian, country: 'XX' };
  assert.ok(sameVehicle(norwegian, swedish) < sameVehicle(norwegian, unknown));
  assert.ok(sameVehicle(norwegian, swedish) > 5, 'it is misread too');
});

test('letters beyond A to Z are told apart, and from those they look like only a little', () => {
  assert.ok(sameVehicle(read('ÆØÅ123'), read('ÆØÅ123')) > 8);
  assert.ok(sameVehicle(read('АВ1234'), read('AB1234')) > sameVehicle(read('ЖФ1234'), read('AB1234')));
});

test('without a plate on either side the plates say nothing', () => {
  assert.equal(sameVehicle(read(''), read('CF51238')), 0);
  assert.equal(sameVehicle(read(''), read('')), 0);
});

test('at a lane, near reads of like plates are one vehicle; fleet mates close behind each other are two', () => {
  const first = read('VP51234');
  assert.ok(sameAtLane(first, read('VP51234'), 8000) > 3);
  assert.ok(sameAtLane(first, read('VPS1234', 0.6), 8000) > 3);
  assert.ok(sameAtLane(first, read('KX90467'), 3000) < -2);
  assert.ok(sameAtLane(first, read('VP51235'), 3000) < 0);
});

test('at a lane, the longer between two reads the likelier they are of two vehicles', () => {
  const first = read('VP51234');
  const other = read('VP5123', 0.7);
  const scores = [300, 1500, 5000, 20_000, 90_000].map((apart) => sameAtLane(first, other, apart));
  for (let i = 1; i < scores.length; i++) assert.ok(scores[i]! < scores[i - 1]!, scores.join(' '));
});

test('plates of a fleet are some letters apart: one that differs by half the alphabet in the last is a misread', () => {
  const next = sameVehicle(read('LK20WZN'), read('LK20WZP'));
  assert.ok(sameVehicle(read('LK20WZN'), read('LK20WZX')) > next + 5);
  assert.ok(next < 1);
});
