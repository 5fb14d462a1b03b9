import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { vatWithin } from '../pricing/tariff/vat.ts';
import { documentVat, rateOf } from './vat.ts';

const line = (grossMinor: number, rate = 2_500) => ({
  grossMinor, vatMinor: Math.sign(grossMinor) * vatWithin(Math.abs(grossMinor), rate),
});
const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);

test('VAT is counted once over a document, not line by line: three lines of 1.03 hold 0.62, not 0.63', () => {
  const { vatMinor, lines } = documentVat([line(103), line(103), line(103)]);
  assert.equal(vatMinor, 62);
  assert.deepEqual(lines.map((each) => each.vatMinor), [21, 21, 20]);
});

test('half an ore of VAT is rounded up', () => {
  // A rate of 12 % makes a half: 1.5 of 14.
  assert.equal(documentVat([line(14, 1_200)]).vatMinor, 2);
  assert.equal(documentVat([line(-14, 1_200)]).vatMinor, -2);
});

test('lines of different rates are summed by rate, the highest first', () => {
  const { sums, vatMinor } = documentVat([line(1_000, 0), line(3_500), line(1_120, 1_200), line(1_500)]);
  assert.deepEqual(sums, [
    { rateBasisPoints: 2_500, grossMinor: 5_000, vatMinor: 1_000 },
    { rateBasisPoints: 1_200, grossMinor: 1_120, vatMinor: 120 },
    { rateBasisPoints: 0, grossMinor: 1_000, vatMinor: 0 },
  ]);
  assert.equal(vatMinor, 1_120);
});

test('a rate that is none of the usual ones is told from the amounts', () => {
  assert.equal(rateOf(line(12_550, 2_550)), 2_550);
  assert.equal(rateOf(line(-3_500)), 2_500);
  assert.equal(rateOf({ grossMinor: 103, vatMinor: 20 }), 2_500, 'though its share of the document\'s is less by one');
});

const amounts = fc.array(fc.record({
  grossMinor: fc.integer({ min: -200_000, max: 200_000 }).filter((gross) => gross !== 0),
  rate: fc.constantFrom(2_500, 2_500, 0, 1_200),
}), { minLength: 1, maxLength: 30 }).map((list) => list.map(({ grossMinor, rate }) => line(grossMinor, rate)));

test('the lines\' VAT sums to the document\'s, and each is within one ore of its exact part', () => {
  fc.assert(fc.property(amounts, (given) => {
    const { vatMinor, lines, sums } = documentVat(given);
    assert.equal(sum(lines.map((each) => each.vatMinor)), vatMinor);
    assert.equal(sum(sums.map(({ grossMinor }) => grossMinor)), sum(given.map(({ grossMinor }) => grossMinor)));
    lines.forEach((each, place) => {
      const rate = rateOf(given[place]!);
      assert.ok(Math.abs(each.vatMinor - (each.grossMinor * rate) / (10_000 + rate)) < 1);
      assert.equal(each.grossMinor, given[place]!.grossMinor);
    });
  }));
});

test('a credit note of all lines takes back exactly the VAT of each', () => {
  fc.assert(fc.property(amounts, (given) => {
    const back = given.map(({ grossMinor, vatMinor }) => ({ grossMinor: -grossMinor, vatMinor: -vatMinor || 0 }));
    assert.deepEqual(
      documentVat(back).lines.map(({ vatMinor }) => -vatMinor || 0),
      documentVat(given).lines.map(({ vatMinor }) => vatMinor),
    );
  }));
});
