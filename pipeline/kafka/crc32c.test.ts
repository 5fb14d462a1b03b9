import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32c } from './crc32c.ts';

const whole = (bytes: Buffer): number => crc32c(bytes, 0, bytes.length);

test('the published vectors of CRC-32C hold', () => {
  // The check value of the CRC catalogue, then those of RFC 3720, B.4.
  assert.equal(whole(Buffer.from('123456789')), 0xe3069283);
  assert.equal(whole(Buffer.alloc(32)), 0x8a9136aa);
  assert.equal(whole(Buffer.alloc(32, 0xff)), 0x62a8ab43);
  assert.equal(whole(Buffer.from(Array.from({ length: 32 }, (_, n) => n))), 0x46dd794e);
  assert.equal(whole(Buffer.alloc(0)), 0);
});

test('a part of a buffer has the checksum of its own bytes, wherever it begins', () => {
  const bytes = Buffer.from('xx123456789yyy');
  assert.equal(crc32c(bytes, 2, 11), 0xe3069283);
});
