import assert from 'node:assert/strict';
import { test } from 'node:test';
import { requireOwnTarget } from './target.ts';

test('a load test runs against this machine without asking', () => {
  for (const url of ['http://127.0.0.1:9080', 'http://localhost:9080', 'http://[::1]:9080']) {
    requireOwnTarget(url, false);
  }
});

test('a load test against another machine must be meant', () => {
  for (const url of ['http://10.0.0.1:9080', 'https://ingest.example.com', 'http://127.0.0.1.example.com']) {
    assert.throws(() => requireOwnTarget(url, false), /--yes/);
    requireOwnTarget(url, true);
  }
});
