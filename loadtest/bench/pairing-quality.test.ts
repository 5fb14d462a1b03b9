import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reportSeeds } from '../fleet/world/world-seeds.ts';
import { pairingQuality } from './pairing-quality.ts';
import { seenStays } from './pairing-world.ts';

/** Of a world of another make, whose misreads are not those that the shipped confusions were learned from, less is asked. */
const worlds = [
  { profile: 'typical', first: 0.97, right: 0.995, wrong: 0.0005 },
  { profile: 'other', first: 0.94, right: 0.985, wrong: 0.001 },
];

for (const { profile, first, right, wrong } of worlds) {
  test(`plates alone tell vehicles apart in a ${profile} world of a seed that nothing was learned from`, () => {
    const quality = pairingQuality(seenStays(profile, reportSeeds[0], 1600).slice(0, 1000), 1000);
    console.log(profile, quality);
    assert.ok(quality.auc > 0.995, `AUC ${quality.auc}`);
    assert.ok(quality.first >= first && quality.right >= right && quality.wrong <= wrong);
  });
}
