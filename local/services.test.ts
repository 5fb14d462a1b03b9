import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readConfig } from '../pipeline/service/config.ts';
import { services } from './services.ts';

test('the status page shows every service of the local stack but the stand-in for the card gateway', () => {
  const started = services.flat().filter(({ name }) => name !== 'gateway');
  const { stageUrls: shownByDefault } = readConfig({ BOMFRI_PORT_BASE: process.env.BOMFRI_PORT_BASE });
  const shown = Array.from(shownByDefault, ([name, url]) => ({ name, port: Number(new URL(url).port) }));
  const byName = (one: { name: string }, other: { name: string }): number => (one.name < other.name ? -1 : 1);
  assert.deepEqual(shown.toSorted(byName), started.toSorted(byName));
});
