import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseGarages } from '../../garages/garages-file.ts';
import { explainPrice } from './explain.ts';
import { hourly } from './test-tariffs.ts';

const [garage] = parseGarages([{
  garageId: 'torg', name: 'Torget', timezone: 'Europe/Oslo', lanes: [{ laneId: 'a', direction: 'both' }],
  tariffs: [{
    tariffVersion: '2026-1', validFrom: '2026-01-01T00:00:00+01:00', freeMinutes: 10,
    rateLineCollections: [
      { name: 'day', validity: [{ from: '07:00', to: '18:00' }], rateLines: [{ ...hourly, valueMinor: 3_200 }] },
      { name: 'night', rateLines: [{ ...hourly, valueMinor: 1_600 }], maxValueMinor: 2_000 },
    ],
    permitTerms: [{ kind: 'electric', discountBasisPoints: 5_000 }],
  }],
}]);
const explain = (from: string, to: string, permitKind?: string): string =>
  explainPrice(garage!, { enteredAt: Date.parse(from), exitedAt: Date.parse(to), permitKind })
    .map((line) => line.replace(/ {2,}/g, '  ')).join('\n');

test('a price is told line by line: hours, periods, caps, the permit, the sum and the VAT within', () => {
  assert.equal(explain('2026-02-02T16:30:00+01:00', '2026-02-02T21:00:00+01:00', 'electric'), [
    'Torget (torg), tariff 2026-1, times of Europe/Oslo',
    'in  Mon, 2 Feb 2026, 16:30',
    'out  Mon, 2 Feb 2026, 21:00, after 4 h 30 min',
    '10 minutes are free; the stay is longer, so all of it counts from the entry',
    '',
    'Mon 02 Feb, 16:30 - Mon 02 Feb, 18:30  day, 2 x 1 h at 32.00  64.00',
    'Mon 02 Feb, 18:30 - Mon 02 Feb, 19:30  night, 1 x 1 h at 16.00  16.00',
    'Mon 02 Feb, 19:30 - Mon 02 Feb, 20:30  night, 1 x 1 h at 16.00  4.00  (at most 20.00 for night)',
    'Mon 02 Feb, 20:30 - Mon 02 Feb, 21:30  night, 1 x 1 h at 16.00  0.00  (at most 20.00 for night)',
    'permit electric, 50 % off  -42.00',
    'to pay, NOK  42.00',
    'of that VAT of 25 %  8.40',
  ].join('\n'));
});

test('a stay within the free minutes is told as free, and what a permit frees as its', () => {
  assert.match(explain('2026-02-02T16:30:00+01:00', '2026-02-02T16:40:00+01:00'),
    /free minutes  0\.00\nto pay, NOK  0\.00/);
  assert.match(explain('2026-02-02T16:30:00+01:00', '2026-02-02T17:30:00+01:00', 'staff'),
    /free by permit  0\.00\nto pay, NOK  0\.00/);
});

test('a stay from before the first tariff has no price, one in a garage without tariffs is free', () => {
  assert.throws(() => explain('2025-02-02T16:30:00+01:00', '2026-02-02T16:40:00+01:00'), /no tariff that was in force/);
  assert.deepEqual(explainPrice({ ...garage!, tariffs: [] }, { enteredAt: 0, exitedAt: 1 }),
    ['Torget (torg) has no tariffs: parking is free.']);
});
