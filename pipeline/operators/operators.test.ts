import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Operator } from '../records/records.ts';
import { endsWithCheckDigit } from './check-digits.ts';
import { parseOperators } from './operators-file.ts';
import { planOperators, sellerAt } from './seller-history.ts';

const NOW = Date.parse('2026-06-01T00:00:00Z');
const park = {
  operatorId: 'park', name: 'Park AS', organisationNumber: '923 609 016', businessRegistered: true,
  address: ['Kaigata 1', '9405 Harstad'], email: 'post@park.example', bankAccount: '8601 11 17947',
};
const apply = (current: ReadonlyMap<string, Operator>, items: readonly object[], now = NOW): Map<string, Operator> =>
  new Map([...current, ...planOperators(current, parseOperators(items), now)]);

test('an operator is applied with what is known of it, numbers without their separators', () => {
  const operators = apply(new Map(), [park, { operatorId: 'bare', name: 'Bare AS' }]);
  assert.deepEqual(sellerAt(operators.get('park'), NOW), {
    from: NOW, name: 'Park AS', organisationNumber: '923609016', vatRegistered: true, businessRegistered: true,
    address: ['Kaigata 1', '9405 Harstad'], email: 'post@park.example', bankAccount: '86011117947', language: 'nb',
  });
  assert.equal(sellerAt(operators.get('bare'), NOW)!.organisationNumber, '');
  assert.equal(sellerAt(operators.get('unknown'), NOW), null);
});

test('the same file again changes nothing, and operators that it leaves out stay', () => {
  const first = apply(new Map(), [park, { operatorId: 'bare', name: 'Bare AS' }]);
  assert.deepEqual(planOperators(first, parseOperators([park]), NOW + 1), new Map());
});

test('a document names the seller as it was at the document\'s time, and the first details if it is older', () => {
  const first = apply(new Map(), [park]);
  const moved = apply(first, [{ ...park, address: ['Havnegata 2', '9405 Harstad'] }], NOW + 1_000).get('park');
  const streetAt = (at: number) => sellerAt(moved, at)!.address[0];
  assert.deepEqual(
    [NOW - 1, NOW, NOW + 999, NOW + 1_000].map(streetAt),
    ['Kaigata 1', 'Kaigata 1', 'Kaigata 1', 'Havnegata 2'],
  );
});

test('what is applied by a clock that is behind still begins after what was applied before', () => {
  const later = apply(apply(new Map(), [park]), [{ ...park, name: 'Park ASA' }], NOW - 5_000).get('park')!;
  assert.deepEqual(later.details.map(({ from }) => from), [NOW, NOW + 1]);
});

test('check digits are those of real numbers', () => {
  for (const good of ['923609016', '974760673', '86011117947', '12345678911']) {
    assert.equal(endsWithCheckDigit(good), true, good);
  }
  for (const bad of ['923609017', '86011117948', '923690016']) assert.equal(endsWithCheckDigit(bad), false, bad);
});

const refusals: readonly [string, object, RegExp][] = [
  ['without a name', { operatorId: 'park' }, /operator 'park': name is missing/],
  [
    'whose organisation number has another check digit',
    { ...park, organisationNumber: '923609017' },
    /organisationNumber must be 9 digits/,
  ],
  ['whose bank account is too short', { ...park, bankAccount: '860111' }, /bankAccount must be 11 digits/],
  ['whose e-mail address is none', { ...park, email: 'post' }, /email must be an e-mail address/],
  ['in a language that documents do not have', { ...park, language: 'de' }, /language must be nb or en/],
];
for (const [what, item, message] of refusals) {
  test(`an operator ${what} is refused`, () => assert.throws(() => parseOperators([item]), message));
}
test('an operator that stands in the file twice is refused', () =>
  assert.throws(() => parseOperators([park, park]), /'park' stands there twice/));
