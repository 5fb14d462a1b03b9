import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readConfig } from '../pipeline/service/config.ts';
import { services } from './services.ts';

test('the status page shows every service of the local stack but the stand-in for the card gateway', () => {
  const started = services.flat().map(({ name }) => name).filter((name) => name !== 'gateway');
  assert.deepEqual([...readConfig({}).stageUrls.keys()].toSorted(), started.toSorted());
});
