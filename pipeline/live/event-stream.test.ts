import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { Writable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { test } from 'node:test';
import type { Caller } from '../access/key-ring.ts';
import { openEventStream } from './event-stream.ts';

/** A client that takes in nothing. */
function stalled(): ServerResponse {
  return new Writable({ write() {}, final() {} }) as unknown as ServerResponse;
}

function callerOf(keyId: string): Caller & { revoke(): void } {
  let isValid = true;
  return { keyId, isValid: () => isValid, revoke: () => (isValid = false) } as unknown as Caller & { revoke(): void };
}

const open = (read: () => Promise<number> = async () => 0) => openEventStream({
  read, eventsFor: () => ({ garages: '[]' }), onError: (error) => assert.fail(String(error)),
});

test('a watcher whose key is revoked and who takes in nothing gives its place back', { timeout: 10_000 }, async () => {
  const stream = open();
  const [caller, watcher] = [callerOf('a'), stalled()];
  assert.equal(stream.add(watcher, caller), true);
  caller.revoke();
  await once(watcher, 'close');
  stream.close();
});

test('one key leaves half of the places to the others', () => {
  const stream = open();
  const watching = (keyId: string): number =>
    Array.from({ length: 600 }, () => stream.add(stalled(), callerOf(keyId))).filter(Boolean).length;
  assert.deepEqual([watching('a'), watching('b'), watching('c')], [250, 250, 0]);
  stream.close();
});

test('nobody is told anything once the stream is closed, though the reading was under way', async () => {
  const reading = Promise.withResolvers<number>();
  const stream = open(() => reading.promise);
  const watcher = stalled();
  const errors: unknown[] = [];
  watcher.on('error', (error) => errors.push(error));
  stream.add(watcher, callerOf('a'));
  stream.close();
  reading.resolve(0);
  await turn();
  assert.deepEqual(errors, []);
});
