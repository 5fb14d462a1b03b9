import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Permit } from '../records/records.ts';
import { planPermits } from './permit-history.ts';
import { followPermits } from './permit-rules.ts';
import { parsePermits } from './permits-file.ts';

const NOW = Date.parse('2026-06-01T00:00:00Z');
const line = { kind: 'staff', country: 'NO', plate: 'ab 123-45', garages: ['p4', 'p5'], source: 'list' };
const apply = (current: ReadonlyMap<string, Permit>, items: readonly object[], now = NOW): Map<string, Permit> =>
  new Map([...current, ...planPermits(current, parsePermits(items), now)]);

test('a permit begins when it is applied, unless it says when', () => {
  const [permit] = apply(new Map(), [line]).values();
  assert.deepEqual({ ...permit, permitId: '' }, {
    permitId: '', kind: 'staff', country: 'NO', plate: 'AB12345', garages: ['p4', 'p5'], from: NOW, to: null,
    source: 'list', contractId: '', places: 0,
  });
  const [dated] = apply(new Map(), [{ ...line, from: '2026-01-01T00:00:00Z' }]).values();
  assert.equal(dated!.from, Date.parse('2026-01-01T00:00:00Z'));
});

test('the same list again changes nothing, and what it leaves out stays', () => {
  const first = apply(new Map(), [line, { ...line, plate: 'AB12346' }]);
  assert.deepEqual(planPermits(first, parsePermits([line]), NOW + 1), new Map());
});

test('only the end of a permit that was applied can change, and not back in time', () => {
  const first = apply(new Map(), [{ ...line, permitId: 'p1' }]);
  const end = (to: string | null, now = NOW) => apply(first, [{ ...line, permitId: 'p1', to }], now).get('p1')!.to;
  assert.equal(end('2026-06-02T00:00:00Z'), Date.parse('2026-06-02T00:00:00Z'));
  assert.throws(() => end('2026-05-31T00:00:00Z'), /permit 'p1': to is past/);
  assert.throws(() => apply(first, [{ ...line, permitId: 'p1', kind: 'electric' }]), /only its end can change/);
  assert.throws(() => apply(first, [{ ...line, permitId: 'p1', garages: ['p4'] }]), /only its end can change/);
});

test('a permit that has ended is not brought back: what was priced without it stays so', () => {
  const ended = apply(new Map(), [{ ...line, to: '2026-06-02T00:00:00Z' }]);
  assert.throws(() => apply(ended, [line], NOW + 3 * 86_400_000), /has ended: give the new one a from/);
  assert.equal(apply(ended, [{ ...line, from: '2026-06-05T00:00:00Z' }], NOW + 3 * 86_400_000).size, 2);
});

test('a permit is for the vehicle, garage and time that it names', () => {
  const permits = apply(new Map(), [{ ...line, to: '2026-06-02T00:00:00Z' }]);
  const permitsFor = followPermits({ entries: () => permits.entries(), onChange() {} });
  const entry = { garageId: 'p4', country: 'NO', plate: 'AB12345', enteredAt: NOW };
  const count = (changes: Partial<typeof entry>): number => permitsFor({ ...entry, ...changes }).length;
  assert.equal(count({}), 1);
  assert.equal(count({ garageId: 'p5', country: 'XX' }), 1);
  for (const other of [{ garageId: 'p6' }, { country: 'SE' }, { plate: 'AB12346' }]) assert.equal(count(other), 0);
  for (const enteredAt of [NOW - 1, NOW + 86_400_000]) assert.equal(count({ enteredAt }), 0);
});

test('changes of the table are followed', () => {
  const [permit] = apply(new Map(), [line]).values();
  let change!: (key: string, value: Permit | undefined) => void;
  const permitsFor = followPermits({ entries: () => [], onChange: (listener) => { change = listener; } });
  const entry = { garageId: 'p4', country: 'NO', plate: 'AB12345', enteredAt: NOW };
  change(permit!.permitId, permit);
  assert.equal(permitsFor(entry).length, 1);
  change(permit!.permitId, { ...permit!, to: NOW });
  assert.equal(permitsFor(entry).length, 0);
  change(permit!.permitId, undefined);
  assert.equal(permitsFor({ ...entry, enteredAt: NOW - 1 }).length, 0);
});

const refusals: readonly [string, readonly object[], RegExp][] = [
  ['whose end is misspelt, and that would never end', [{ ...line, until: '2026-07-01T00:00:00Z' }], /number 1 holds something else than .*\bto\b/],
  ['without a kind', [{ ...line, kind: undefined }], /permit number 1: kind is missing/],
  ['of no country', [{ ...line, country: 'XX' }], /country must be a country/],
  ['whose plate is none', [{ ...line, plate: 'A?' }], /plate must be a plate/],
  ['of no garage', [{ ...line, garages: [] }], /garages must be a list of at least one/],
  ['that ends before it begins', [{ ...line, from: '2026-06-02T00:00:00Z', to: '2026-06-01T00:00:00Z' }],
    /to must be after from/],
  ['with places but no contract', [{ ...line, places: 1 }], /contractId is missing: it must be given/],
  ['that stands there twice', [line, line], /permits number 1 and 2 are the same/],
];
for (const [what, items, message] of refusals) {
  test(`a permit ${what} is refused, with a message that names the place and no plate`, () => {
    assert.throws(() => parsePermits(items), (error) => {
      assert.match((error as Error).message, message);
      assert.doesNotMatch((error as Error).message, /AB|A\?/i);
      return true;
    });
  });
}
