import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cameraFormats } from '../formats/formats.ts';
import { fuzz } from './fuzz.ts';

test('two thousand bodies that no honest camera sends are each answered, with 2xx or 4xx', async () => {
  const { statuses, finding } = await fuzz(1, 2_000);
  assert.equal(finding, null, JSON.stringify(finding));
  assert.equal(statuses.size, cameraFormats.length + 1);
  for (const [route, ofRoute] of statuses) {
    assert([...ofRoute.keys()].some((status) => status === 202), `${route} accepts nothing`);
    assert([...ofRoute.keys()].some((status) => status >= 400), `${route} refuses nothing`);
  }
});
