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

test('a part of a buffer has the checksum of its own bytes, wherever it begins and however long it is', () => {
  const bytes = Buffer.from(Array.from({ length: 80 }, (_, n) => (n * n * 37) & 0xff));
  for (let start = 0; start < 20; start++) {
    for (let end = start; end <= bytes.length; end++) {
      assert.equal(crc32c(bytes, start, end), bitByBit(bytes.subarray(start, end)), `${start} to ${end}`);
    }
  }
});

test('a checksum of many bytes is what is computed bit by bit', () => {
  const bytes = Buffer.from(Array.from({ length: 70_000 }, (_, n) => (n * n * 37 + (n >> 5)) & 0xff));
  const lengths = [...Array.from({ length: 400 }, (_, n) => 200 + n), 32_767, 32_768, 32_769, 65_536, 65_700, 69_999];
  for (const length of lengths) {
    const start = length % 7 === 0 ? 1 : 0;
    assert.equal(crc32c(bytes, start, start + length), bitByBit(bytes.subarray(start, start + length)), `${length} bytes`);
  }
});

/** As the polynomial says, without any table. */
function bitByBit(bytes: Buffer): number {
  let crc = -1;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  }
  return ~crc >>> 0;
}
