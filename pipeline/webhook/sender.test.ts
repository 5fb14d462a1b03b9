import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { Webhook } from 'standardwebhooks';
import type { Resolve } from './resolve.ts';
import { openSender, type SenderOptions } from './sender.ts';
import { signedHeaders } from './signature.ts';
import { newSecret } from './secrets.ts';

const closing: (() => void)[] = [];
after(() => closing.forEach((close) => close()));

interface Receiver {
  readonly port: number;
  readonly got: { readonly headers: IncomingMessage['headers']; readonly body: string; readonly path: string }[];
}

async function receiver(answer: RequestListener, host = '127.0.0.1'): Promise<Receiver> {
  const got: Receiver['got'] = [];
  const server: Server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text)).on('end', () => {
      got.push({ headers: request.headers, body, path: request.url ?? '' });
      answer(request, response);
    });
  });
  server.listen(0, host);
  await once(server, 'listening');
  closing.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return { port: (server.address() as AddressInfo).port, got };
}

function sender(options: Partial<SenderOptions> = {}) {
  const opened = openSender({ loopback: 'allowed', timeoutMs: 2_000, ...options });
  closing.push(() => opened.close());
  return opened;
}

const naming = (...addresses: string[]): Resolve =>
  async () => addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
const status = (code: number, headers: Record<string, string> = {}): RequestListener =>
  (_request, response) => void response.writeHead(code, headers).end();

test('what is taken arrives as it was signed, and either of two secrets knows it', async () => {
  const { port, got } = await receiver(status(204));
  const [former, present] = [newSecret(), newSecret()];
  const body = JSON.stringify({ type: 'charge', data: { note: 'blåbær 🚗' } });
  const at = Date.now();
  const answer = await sender().post(
    `http://127.0.0.1:${port}/hook?tenant=1`,
    signedHeaders('msg_1', body, [former, present], at),
    body,
  );
  assert.deepEqual(answer, { kind: 'taken' });
  const [{ headers, path, body: received }] = got as [Receiver['got'][0]];
  assert.deepEqual([path, headers['content-type'], received], ['/hook?tenant=1', 'application/json', body]);
  for (const secret of [former, present]) {
    assert.deepEqual(new Webhook(secret).verify(received, headers as Record<string, string>), JSON.parse(body));
  }
  assert.throws(() => new Webhook(newSecret()).verify(received, headers as Record<string, string>));
  assert.throws(() => new Webhook(present).verify(`${received} `, headers as Record<string, string>));
  const apart = createHmac('sha256', Buffer.from(present.slice('whsec_'.length), 'base64'))
    .update(`msg_1.${Math.floor(at / 1_000)}.${body}`)
    .digest('base64');
  assert.ok(String(headers['webhook-signature']).split(' ').includes(`v1,${apart}`));
});

for (const code of [400, 401, 404, 429, 500, 502, 503]) {
  test(`${code} is tried again`, async () => {
    const { port } = await receiver(status(code, { 'retry-after': '120' }));
    const answer = await sender().post(`http://127.0.0.1:${port}/`, {}, '{}');
    assert.deepEqual(answer, {
      kind: 'failed',
      problem: `http_${code}`,
      answered: true,
      retryAfterMs: code === 429 || code === 503 ? 120_000 : 0,
    });
  });
}

test('410 says that nothing is wanted any more', async () => {
  const { port } = await receiver(status(410));
  assert.deepEqual(await sender().post(`http://127.0.0.1:${port}/`, {}, '{}'), { kind: 'gone' });
});

test('a Retry-After that makes no sense is none', async () => {
  for (const text of ['soon', '-5', 'NaN', 'Wed, 21 Oct 2026 07:28:00 GMT']) {
    const { port } = await receiver(status(503, { 'retry-after': text }));
    const answer = await sender().post(`http://127.0.0.1:${port}/`, {}, '{}');
    assert.equal(answer.kind === 'failed' && answer.retryAfterMs, 0, text);
  }
});

test('a redirect is not followed', async () => {
  const target = await receiver(status(200));
  for (const code of [301, 302, 303, 307, 308]) {
    const { port } = await receiver(status(code, { location: `http://127.0.0.1:${target.port}/` }));
    const answer = await sender().post(`http://127.0.0.1:${port}/`, {}, '{}');
    assert.equal(answer.kind === 'failed' && answer.problem, 'redirect');
  }
  assert.deepEqual(target.got, []);
});

test('who never answers is given up in time', async () => {
  const { port } = await receiver(() => {});
  const answer = await sender({ timeoutMs: 100 }).post(`http://127.0.0.1:${port}/`, {}, '{}');
  assert.equal(answer.kind === 'failed' && answer.problem, 'timeout');
});

test('an answer whose body never ends is taken, and its connection is given up in time', async () => {
  let isClosed: () => void;
  const closed = new Promise<void>((resolve) => (isClosed = resolve));
  const { port } = await receiver((_request, response) => {
    response.on('close', () => isClosed()).writeHead(200).write('a');
  });
  assert.deepEqual(await sender({ timeoutMs: 100 }).post(`http://127.0.0.1:${port}/`, {}, '{}'), { kind: 'taken' });
  await closed;
});

test('an answer without end is cut off, and counts by its status', async () => {
  let isClosed: () => void;
  const closed = new Promise<void>((resolve) => (isClosed = resolve));
  const { port } = await receiver((_request, response) => {
    response.writeHead(200).on('close', () => isClosed());
    const pour = (): void =>
      void (!response.destroyed && response.write(Buffer.alloc(64 * 1024), () => setImmediate(pour)));
    pour();
  });
  assert.deepEqual(await sender({ timeoutMs: 60_000 }).post(`http://127.0.0.1:${port}/`, {}, '{}'), { kind: 'taken' });
  await closed;
});

test('who is not there, and who speaks no HTTP or not the TLS that was asked for, is tried again', async () => {
  const gone = await receiver(status(200));
  closing.splice(-1, 1)[0]!();
  const chatter = createTcpServer((socket) => socket.on('error', () => {}).end('SSH-2.0-OpenSSH_9.6\r\n')).listen(
    0,
    '127.0.0.1',
  );
  closing.push(() => chatter.close());
  await once(chatter, 'listening');
  const { port } = chatter.address() as AddressInfo;
  for (const url of [`http://127.0.0.1:${gone.port}/`, `http://127.0.0.1:${port}/`, `https://127.0.0.1:${port}/`]) {
    const answer = await sender().post(url, {}, '{}');
    assert.ok(answer.kind === 'failed' && !answer.answered, url);
    assert.ok(['no_connection', 'no_http', 'certificate'].includes(answer.problem), answer.problem);
  }
});

test('a host that nobody knows is tried again', async () => {
  const resolve: Resolve = async () => {
    throw Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' });
  };
  for (const resolver of [resolve, naming()]) {
    const answer = await sender({ resolve: resolver }).post('https://nowhere.example/', {}, '{}');
    assert.equal(answer.kind === 'failed' && answer.problem, 'unknown_host');
  }
});

test('a name that leads to a private address is not called, whatever else it leads to', async () => {
  const inside = await receiver(status(200));
  const lies = [
    ['127.0.0.1'], ['10.0.0.1'], ['169.254.169.254'], ['::1'],
    ['::ffff:127.0.0.1'], ['1.1.1.1', '127.0.0.1'], ['127.0.0.1', '1.1.1.1'],
  ];
  for (const addresses of lies) {
    const answer = await sender({ loopback: 'refused', resolve: naming(...addresses) }).post(
      `https://hooks.example:${inside.port}/`,
      {},
      '{}',
    );
    assert.equal(answer.kind === 'failed' && answer.problem, 'address_refused', addresses.join());
  }
  assert.deepEqual(inside.got, []);
});

test('where this machine may be called, private networks may not', async () => {
  const answer = await sender({ resolve: naming('127.0.0.1', '192.168.0.1') }).post(
    'http://hooks.example:1/',
    {},
    '{}',
  );
  assert.equal(answer.kind === 'failed' && answer.problem, 'address_refused');
});

test('a name that changes between the check and the connection changes nothing: the checked address is called', async () => {
  const first = await receiver(status(200), '127.0.0.2');
  let asked = 0;
  const resolve: Resolve = async () => [{ address: asked++ === 0 ? '127.0.0.2' : '127.0.0.3', family: 4 }];
  assert.deepEqual(
    await sender({ resolve }).post(`http://rebound.example:${first.port}/`, {}, '{}'),
    { kind: 'taken' },
  );
  assert.deepEqual([first.got.length, first.got[0]!.headers.host, asked], [1, `rebound.example:${first.port}`, 1]);
});

test('an address that was never checked is not called though it stands in the configuration', async () => {
  const inside = await receiver(status(200));
  for (const url of [
    `http://127.0.0.1:${inside.port}/`, `https://127.0.0.1:${inside.port}/`, `https://[::ffff:7f00:1]:${inside.port}/`,
  ]) {
    const answer = await sender({ loopback: 'refused' }).post(url, {}, '{}');
    assert.equal(answer.kind === 'failed' && answer.problem, 'address_refused');
  }
  assert.deepEqual(inside.got, []);
});
