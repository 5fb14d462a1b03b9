import assert from 'node:assert/strict';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { registryClient, RegistryUnavailableError, SchemaRefusedError } from './registry-client.ts';

type Answer = readonly [status: number, body: object];

/** A registry that gives these answers one after the other, the last one again and again. */
async function withRegistry(
  answers: readonly Answer[], run: (url: string, asked: string[]) => Promise<void>,
): Promise<void> {
  const asked: string[] = [];
  const server = createServer((request: IncomingMessage, response) => {
    const [status, body] = answers[Math.min(asked.length, answers.length - 1)]!;
    asked.push(`${request.method} ${request.url}`);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await run(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked);
  } finally {
    server.close();
  }
}

test('a registry that fails for a moment is asked again', async () => {
  await withRegistry([[503, {}], [200, { id: 7 }]], async (url, asked) => {
    assert.equal(await registryClient(url).idOf('topic-value', '{}'), 7);
    assert.deepEqual(asked, ['POST /subjects/topic-value', 'POST /subjects/topic-value']);
  });
});

test('a registry that keeps failing is named with its address and what it said', async () => {
  await withRegistry([[500, {}]], async (url) => {
    await assert.rejects(registryClient(url).schemaOf(1), (error) =>
      error instanceof RegistryUnavailableError && error.message.includes(url) && error.message.includes('500'));
  });
});

test("a refused schema is told by its subject and the registry's reason, without its class names", async () => {
  await withRegistry([[409, { message: 'io.registry.RuleException: Incompatible artifact' }]], async (url) => {
    await assert.rejects(registryClient(url).register('topic-value', '{}'), (error) =>
      error instanceof SchemaRefusedError &&
      error.message === 'the registry refuses the schema for topic-value: Incompatible artifact');
  });
});

test('what the registry does not know is null, not an error', async () => {
  await withRegistry([[404, { message: 'not found' }]], async (url) => {
    const client = registryClient(url);
    assert.equal(await client.idOf('topic-value', '{}'), null);
    assert.equal(await client.schemaOf(3), null);
    assert.equal(await client.compatibility('topic-value'), null);
  });
});
