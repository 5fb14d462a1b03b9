import assert from 'node:assert/strict';
import { test } from 'node:test';
import { block } from './commands-main.ts';

test('a reason for a block that looks like a card number is refused before anything is written, and is not repeated', async () => {
  for (const reason of ['4111 1111 1111 1111', 'fraud with 5555-5555-5555-4444', '4111111111111111']) {
    await assert.rejects(block('a', { reason }), (error: Error) =>
      /no card data may stand here/.test(error.message) && !/1111|4444/.test(error.message));
  }
});
