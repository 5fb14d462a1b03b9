import assert from 'node:assert/strict';
import { createSocket, type RemoteInfo } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { openResolve } from './resolve.ts';
import { openSender } from './sender.ts';

const closing: (() => void)[] = [];
after(() => closing.forEach((close) => close()));

const NOT_FOUND = 3;
const A = 1;

/** A name server on this machine: answers questions for IPv4 addresses as it is told, and knows no others. */
async function nameServer(answer: (host: string) => readonly string[] | 'silence'): Promise<string> {
  const socket = createSocket('udp4');
  socket.on('message', (question: Buffer, { port, address }: RemoteInfo) => {
    const labels: string[] = [];
    let at = 12;
    for (; question[at] !== 0; at += 1 + question[at]!) {
      labels.push(question.toString('latin1', at + 1, at + 1 + question[at]!));
    }
    const type = question.readUInt16BE(at + 1);
    const told = answer(labels.join('.'));
    if (told === 'silence') return;
    const records = type === A ? told : [];
    const header = Buffer.from(question.subarray(0, 12));
    header.writeUInt16BE(0x8180 | (told.length === 0 ? NOT_FOUND : 0), 2);
    header.writeUInt16BE(records.length, 6);
    header.fill(0, 8);
    const answers = records.map((record) =>
      Buffer.from([0xc0, 12, 0, A, 0, 1, 0, 0, 0, 0, 0, 4, ...record.split('.').map(Number)]));
    socket.send(Buffer.concat([header, question.subarray(12, at + 5), ...answers]), port, address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  closing.push(() => socket.close());
  return `127.0.0.1:${socket.address().port}`;
}

test('all addresses of a host are found, and a host without any is told apart', async () => {
  const resolve =
    openResolve([await nameServer((host) => (host === 'hooks.example' ? ['192.0.2.1', '198.51.100.2'] : []))]);
  assert.deepEqual(
    await resolve('hooks.example'),
    [{ address: '192.0.2.1', family: 4 }, { address: '198.51.100.2', family: 4 }],
  );
  await assert.rejects(resolve('nowhere.example'), { code: 'ENOTFOUND' });
});

test('this machine is known by its name without asking anybody', async () => {
  const resolve = openResolve([await nameServer(() => 'silence')]);
  for (const host of ['localhost', 'LOCALHOST', 'a.localhost', 'localhost.']) {
    assert.deepEqual((await resolve(host)).map(({ address }) => address), ['127.0.0.1', '::1']);
  }
});

test('a name server that lies about where a host is leads nowhere inside, and its lie is looked at anew for each connection', async () => {
  let hits = 0;
  const inside = createServer((_request, response) => {
    hits += 1;
    response.writeHead(200, { connection: 'close' }).end();
  }).listen(0, '127.0.0.1');
  closing.push(() => inside.close());
  await once(inside, 'listening');
  const { port } = inside.address() as AddressInfo;
  let asked = 0;
  // A public address when it is asked first, as when somebody checks it; then this machine.
  const resolve = openResolve([await nameServer(() => (asked++ < 2 ? ['192.0.2.1'] : ['127.0.0.1']))]);
  await resolve('rebinding.example');
  for (const url of [`https://rebinding.example:${port}/`, `https://localhost:${port}/`]) {
    const sender = openSender({ loopback: 'refused', resolve, timeoutMs: 2_000 });
    const answer = await sender.post(url, {}, '{}');
    sender.close();
    assert.deepEqual([answer.kind === 'failed' && answer.problem, hits], ['address_refused', 0], url);
  }
});
