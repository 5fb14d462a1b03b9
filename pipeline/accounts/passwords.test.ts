import assert from 'node:assert/strict';
import { test } from 'node:test';
import { argon2Passwords } from './passwords.ts';

test('a password is kept as an argon2id hash with a salt of its own, and is the only one that is right', async () => {
  const [hash, another] = await Promise.all([
    argon2Passwords.hash('bl\u00e5b\u00e6r'), argon2Passwords.hash('bl\u00e5b\u00e6r'),
  ]);
  assert.match(hash!, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  assert.notEqual(hash, another);
  // As another keyboard writes the same letters.
  assert.equal(await argon2Passwords.isRight('bla\u030ab\u00e6r', hash!), true);
  assert.equal(await argon2Passwords.isRight('blabaer', hash!), false);
});

test('nobody has no right password', async () => {
  assert.equal(await argon2Passwords.isRight('', null), false);
});
