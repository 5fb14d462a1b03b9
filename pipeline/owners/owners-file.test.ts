import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseOwners } from './owners-file.ts';

const owner = { country: 'NO', plate: 'ab 12345', ownerRef: 'owner-1' };

test('an owner of a vehicle is named by a reference; name and addresses may be left out', () => {
  assert.deepEqual(
    parseOwners([owner]),
    [{ country: 'NO', plate: 'AB12345', ownerRef: 'owner-1', name: '', address: '', email: '' }],
  );
});

test('a vehicle that stands there twice, or whose plate or country is none, is refused without naming the plate', () => {
  const refused = (owners: object[]): string => {
    try {
      parseOwners(owners);
      return '';
    } catch (error) {
      return (error as Error).message;
    }
  };
  assert.match(refused([owner, { ...owner, plate: 'AB12345' }]), /^owners number 1 and 2 are of the same vehicle/);
  assert.match(refused([{ ...owner, country: 'XX' }]), /country/);
  assert.match(refused([{ ...owner, plate: '' }]), /plate/);
  assert.ok(!refused([owner, owner]).includes('12345'));
});
