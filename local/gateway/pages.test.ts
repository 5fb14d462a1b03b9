import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newLocalGateway } from './server.ts';
import { testCards } from './test-cards.ts';

test('who opens the address of the gateway reads what it is for and which cards there are', async () => {
  const book = { orders: new Map(), turns: new Map(), orderOf: () => undefined, put: () => {}, turn: () => {} };
  const app = newLocalGateway({ book, url: 'http://127.0.0.1', slowMs: 0 });
  const { statusCode, headers, body } = await app.inject('/');
  assert.equal(statusCode, 200);
  assert.match(String(headers['content-type']), /^text\/html/);
  assert.match(body, /name="viewport".*card-registration/s);
  for (const { title } of testCards) assert.ok(body.includes(title), title);
});
