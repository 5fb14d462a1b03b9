import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Encoder } from './kafkajs.ts';
import { addPartitions, commitOffsets } from './transaction-requests.ts';

const producer = { producerId: 8n, epoch: 3, transactional: true };
const NOT_ATTEMPTED = 55;
const UNKNOWN_TOPIC = 3;

test('of several partitions\u2019 errors the one that decides is told', async () => {
  const answer = new Encoder().writeInt32(0).writeInt32(2)
    .writeInt16(1).writeInt8('a'.charCodeAt(0)).writeInt32(2).writeInt32(0).writeInt16(NOT_ATTEMPTED).writeInt32(1).writeInt16(NOT_ATTEMPTED)
    .writeInt16(1).writeInt8('b'.charCodeAt(0)).writeInt32(1).writeInt32(0).writeInt16(UNKNOWN_TOPIC);
  const { response } = addPartitions('id', producer, [{ topic: 'a', partition: 0 }, { topic: 'a', partition: 1 }, { topic: 'b', partition: 0 }]);
  assert.deepEqual(await response.decode(answer.buffer), { errorCode: UNKNOWN_TOPIC });
});

test('an error of any offset is told', async () => {
  const answerWith = (...codes: number[]) => {
    const answer = new Encoder().writeInt8(0).writeInt32(0).writeUVarInt(1 + 1).writeUVarIntString('reads').writeUVarInt(codes.length + 1);
    codes.forEach((code, partition) => answer.writeInt32(partition).writeInt16(code).writeInt8(0));
    return answer.writeInt8(0).writeInt8(0).buffer;
  };
  const { response } = commitOffsets(2, 'id', producer, 'group', [{ topic: 'reads', partition: 0, offset: 1 }]);
  assert.deepEqual(await response.decode(answerWith(0, 0)), { errorCode: 0 });
  assert.deepEqual(await response.decode(answerWith(0, 51)), { errorCode: 51 });
});
