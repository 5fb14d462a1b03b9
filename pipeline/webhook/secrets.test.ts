import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { newSecret, openSecretBox, SealedSecretError } from './secrets.ts';

test('a sealed secret is opened by the same key for the same endpoint, and says nothing by itself', async () => {
  const box = openSecretBox(randomBytes(32));
  const secret = newSecret();
  const sealed = await box.seal('e1', secret);
  assert.equal(await box.open('e1', sealed), secret);
  assert.ok(!sealed.includes(secret.slice(6)) && !Buffer.from(sealed, 'base64url').includes(secret));
  assert.notEqual(await box.seal('e1', secret), sealed);
});

test('a secret that was sealed with another key, for another endpoint, or not at all, is not opened', async () => {
  const box = openSecretBox(randomBytes(32));
  const sealed = await box.seal('e1', newSecret());
  await assert.rejects(openSecretBox(randomBytes(32)).open('e1', sealed), SealedSecretError);
  await assert.rejects(box.open('e2', sealed), SealedSecretError);
  for (const text of ['', 'whsec_abc', `${sealed.slice(0, -4)}AAAA`]) {
    await assert.rejects(box.open('e1', text), SealedSecretError);
  }
});
