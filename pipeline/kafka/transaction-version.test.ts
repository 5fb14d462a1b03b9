import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Encoder } from './kafkajs.ts';
import { readApiVersions } from './transaction-version.ts';

/** Of a broker that knows one api; the tags are the features it supports, the epoch of what is agreed on, and that. */
function answer(agreed: Readonly<Record<string, number>>): Buffer {
  const features = new Encoder().writeUVarInt(Object.keys(agreed).length + 1);
  for (const [name, level] of Object.entries(agreed)) {
    features.writeUVarIntString(name).writeInt16(level).writeInt16(0).writeInt8(0);
  }
  const supported = new Encoder().writeUVarInt(1 + 1).writeUVarIntString('transaction.version').writeInt16(0).writeInt16(9).writeInt8(0);
  const epoch = new Encoder().writeInt64(77n);
  const body = new Encoder().writeInt16(0).writeUVarInt(1 + 1).writeInt16(26).writeInt16(0).writeInt16(5).writeInt8(0).writeInt32(0)
    .writeUVarInt(3);
  const tags = [supported, epoch, features].map(({ buffer }, tag) => (
    Buffer.concat([new Encoder().writeUVarInt(tag).writeUVarInt(buffer.length).buffer, buffer])
  ));
  return Buffer.concat([body.buffer, ...tags]);
}

test('what the cluster has agreed on is told, not what the broker could do', () => {
  const told = readApiVersions(answer({ 'metadata.version': 29, 'transaction.version': 1, 'a.feature.to.come': 3 }));
  assert.deepEqual(told, {
    errorCode: 0, features: new Map([['metadata.version', 29], ['transaction.version', 1], ['a.feature.to.come', 3]]),
  });
  assert.equal(readApiVersions(answer({})).features.size, 0);
});

test('a broker that is too old for the question has no features', () => {
  const unsupported = 35;
  const older = new Encoder().writeInt16(unsupported).writeInt32(1).writeInt16(18).writeInt16(0).writeInt16(2).buffer;
  assert.deepEqual(readApiVersions(older), { errorCode: unsupported, features: new Map() });
});
