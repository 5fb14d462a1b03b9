import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FlexibleReader, lengthBytes, writeLength } from './flexible.ts';
import { Encoder } from './kafkajs.ts';
import { produceRequest } from './produce-request.ts';

test('lengths are written as kafkajs writes them, one too high', () => {
  for (const length of [-1, 0, 1, 126, 127, 128, 16_382, 16_383, 2 ** 21, 2 ** 31 - 2]) {
    const frame = Buffer.alloc(8, 0xff);
    const end = writeLength(length, frame, 1);
    assert.deepEqual(frame.subarray(1, end), new Encoder().writeUVarInt(length + 1).buffer, String(length));
    assert.equal(lengthBytes(length), end - 1);
  }
});

test('what is read stands behind tagged fields that nobody knows', () => {
  const { buffer } = new Encoder()
    .writeUVarInt(2).writeUVarInt(0).writeUVarInt(1).writeInt8(9).writeUVarInt(300).writeUVarInt(4).writeInt32(7)
    .writeUVarIntString('caf\u00e9').writeUVarIntString(null)
    .writeUVarInt(2 + 1).writeInt16(1).writeUVarInt(1).writeUVarInt(0).writeUVarInt(2).writeInt16(5).writeInt16(2).writeInt8(0)
    .writeUVarInt(0).writeInt64(-5n);
  const reader = new FlexibleReader(buffer);
  reader.skipTags();
  assert.equal(reader.text(), 'caf\u00e9');
  assert.equal(reader.text(), '');
  assert.deepEqual(reader.structures(() => reader.int16()), [1, 2]);
  assert.deepEqual(reader.structures(() => reader.int16()), []);
  assert.equal(reader.int64(), -5n);
});

test('the answer to a write tells what became of each partition, beside a leader that has moved', async () => {
  const partition = (number: number, code: number) => new Encoder().writeInt32(number).writeInt16(code)
    .writeInt64(12n).writeInt64(-1n).writeInt64(0n);
  const fine = partition(3, 0).writeUVarInt(1).writeUVarInt(0).writeInt8(0);
  const refused = partition(4, 87).writeUVarInt(1 + 1).writeInt32(0).writeUVarIntString('too old').writeInt8(0)
    .writeUVarIntString('one record is bad').writeInt8(0);
  const moved = partition(0, 6).writeUVarInt(1).writeUVarInt(0)
    .writeUVarInt(1).writeUVarInt(0).writeUVarInt(9).writeInt32(2).writeInt32(41).writeInt8(0);
  const topic = (name: string, count: number) => new Encoder().writeUVarIntString(name).writeUVarInt(count + 1);
  const payload = Buffer.concat([
    new Encoder().writeInt8(0).writeUVarInt(2 + 1), topic('parking.visits', 2), fine, refused, new Encoder().writeInt8(0),
    topic('parking.visits-state', 1), moved, new Encoder().writeInt8(0), new Encoder().writeInt32(0).writeInt8(0),
  ].map(({ buffer }) => buffer));
  assert.deepEqual(await produceRequest(null, [], 0).response.decode(payload), {
    partitions: [
      { topic: 'parking.visits', partition: 3, errorCode: 0 },
      { topic: 'parking.visits', partition: 4, errorCode: 87 },
      { topic: 'parking.visits-state', partition: 0, errorCode: 6 },
    ],
  });
});
