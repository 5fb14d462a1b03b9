import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { isFree, requireFreePort } from './ports.ts';

test('a port in use is told with who wants it and how to move away', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  await assert.rejects(requireFreePort(port, 'Kafka'), (error: Error) => {
    assert.equal(error.name, 'Trouble');
    assert.ok(error.message.startsWith(`Port ${port}, which Kafka needs, is in use`));
    assert.match(error.message, /BOMFRI_PORT_BASE/);
    return true;
  });
  other.close();
  await once(other, 'close');
  assert.equal(await isFree(port), true);
});
