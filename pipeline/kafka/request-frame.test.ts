import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createServer, type AddressInfo } from 'node:net';
import { test } from 'node:test';
import { createConnection, Encoder, kafkajsRequest } from './kafkajs.ts';
import { produceRequest } from './produce-request.ts';
import { requestFrame, type UnframedRequest } from './request-frame.ts';

type Framed = (request: UnframedRequest) => Promise<{ readonly buffer: Buffer }>;
const require = createRequire(import.meta.url);
const kafkajsFrame = require('kafkajs/src/protocol/request') as Framed;

test('a connection of ours sends a request by our frame', async () => {
  const { promise: received, resolve } = Promise.withResolvers<Buffer>();
  await using server = createServer((socket) => socket.once('data', resolve));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const connection = createConnection('127.0.0.1', (server.address() as AddressInfo).port, 'bomfri', 10_000, 3_000, () => {});
  await connection.connect();
  const protocol = produceRequest(null, [{ topic: 'parking.reads', partition: 1, bytes: Buffer.from('batch') }], 5_000);
  const unanswered = connection.send(protocol).catch(() => {});
  assert.deepEqual(await received, (await requestFrame({ correlationId: 0, clientId: 'bomfri', request: protocol.request })).buffer);
  connection.rejectRequests(new Error('enough seen'));
  await Promise.all([unanswered, connection.disconnect()]);
});

test('all that is loaded can still be looked through, as fastify does, and kafkajs keeps its own frame', () => {
  assert.ok(Object.values(require.cache).every((module) => module !== undefined));
  assert.notEqual(kafkajsFrame, requestFrame);
});

for (const clientId of ['bomfri', 'bomfri-\u00e5']) {
  test(`a request of kafkajs is framed as by kafkajs, for a client called ${clientId}`, async () => {
    const { request } = kafkajsRequest('Metadata', 6, { topics: ['parking.reads', 'parking.visits'], allowAutoTopicCreation: false });
    const unframed = { correlationId: 77, clientId, request } as UnframedRequest;
    assert.deepEqual((await requestFrame(unframed)).buffer, (await kafkajsFrame(unframed)).buffer);
  });
}

for (const [name, transaction] of Object.entries({
  without: null, 'of version 1': { transactionalId: 'bomfri-visits-3', version: 1 }, 'of version 2': { transactionalId: 'x'.repeat(200), version: 2 },
} as const)) {
  test(`a produce request holds every batch under its topic, transaction: ${name}`, async () => {
    const batches = [
      { topic: 'parking.reads', partition: 2, bytes: Buffer.from('first') },
      { topic: 'parking.visits-\u00e5', partition: 0, bytes: Buffer.alloc(70_000, 'second') },
      { topic: 'parking.reads', partition: 0, bytes: Buffer.alloc(127, 'third') },
    ];
    const { request } = produceRequest(transaction, batches, 5_000);
    assert.equal(request.apiVersion, transaction?.version === 2 ? 12 : 9);
    const body = new Encoder().writeInt8(0).writeUVarIntString(transaction?.transactionalId ?? null).writeInt16(-1).writeInt32(5_000)
      .writeUVarInt(2 + 1)
      .writeUVarIntString('parking.reads').writeUVarInt(2 + 1)
      .writeInt32(2).writeUVarIntBytes(batches[0]!.bytes).writeInt8(0).writeInt32(0).writeUVarIntBytes(batches[2]!.bytes).writeInt8(0).writeInt8(0)
      .writeUVarIntString('parking.visits-\u00e5').writeUVarInt(1 + 1)
      .writeInt32(0).writeUVarIntBytes(batches[1]!.bytes).writeInt8(0).writeInt8(0)
      .writeInt8(0);
    const header = { correlationId: 2 ** 31 - 1, clientId: 'bomfri' };
    const expected = await kafkajsFrame({ ...header, request: { ...request, encode: async () => body } });
    assert.deepEqual((await requestFrame({ ...header, request })).buffer, expected.buffer);
  });
}
