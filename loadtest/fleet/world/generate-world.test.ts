import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseGarages } from '../../../pipeline/garages/garages-file.ts';
import { checkRead } from '../../../pipeline/ingest/check-read.ts';
import { generateWorld } from './generate-world.ts';
import type { WorldOptions } from './generate-world.ts';
import type { WorldRead } from './world-passage.ts';
import { worldProfiles } from './world-rates.ts';
import type { WorldName } from './world-rates.ts';
import { confidenceSeeds, moreReportSeeds, reportSeeds, tuneSeeds } from './world-seeds.ts';
import type { Label, WorldStay, WorldTruthLine } from './world-truth.ts';

const names = Object.keys(worldProfiles) as WorldName[];

const worlds: fc.Arbitrary<WorldOptions> = fc.record({
  seed: fc.string({ maxLength: 8 }),
  garages: fc.integer({ min: 1, max: 6 }),
  vehicles: fc.integer({ min: 1, max: 200 }),
  days: fc.integer({ min: 1, max: 4 }),
  from: fc.constantFrom('2026-03-28', '2026-10-24', '2026-06-01', '2025-12-31'),
  rates: fc.constantFrom(...Object.values(worldProfiles)),
});

test('the same options give the same world, another seed gives another', () => {
  const text = (options: WorldOptions): string => JSON.stringify([...generateWorld(options).events()]);
  fc.assert(fc.property(worlds, (options) => {
    assert.equal(text(options), text(options));
  }), { numRuns: 10 });
  const options = {
    seed: 'a', garages: 2, vehicles: 50, days: 1, from: '2026-06-01', rates: worldProfiles.typical, idPrefix: 'x',
  };
  assert.notEqual(text(options), text({ ...options, seed: 'b' }));
});

test('every read is one of the contract, delivered in order, and belongs to exactly one stay or passage', () => {
  fc.assert(fc.property(worlds, (options) => {
    const { reads, truth, deliveries } = collect(options);
    const owned = truth.flatMap(readIdsOf);
    assert.equal(new Set(owned).size, owned.length);
    assert.deepEqual(new Set(reads.keys()), new Set(owned));
    let last = -Infinity;
    for (const { deliverAt, read } of deliveries) {
      assert.ok(deliverAt >= last);
      last = deliverAt;
      assert.equal(Date.parse(read.receivedAt), deliverAt);
      assert.ok('readId' in checkRead(read, deliverAt, 'test'));
    }
  }), { numRuns: 40 });
});

test('no vehicle is in two stays at once, and each fault has an id of its own', () => {
  fc.assert(fc.property(worlds, (options) => {
    const { truth } = collect(options);
    const ids = truth.flatMap(({ faults }) => faults.map(({ faultId }) => faultId));
    assert.equal(new Set(ids).size, ids.length);
    const insideUntil = new Map<string, number>();
    for (const stay of staysOf(truth).sort((one, other) => one.enteredAt.localeCompare(other.enteredAt))) {
      assert.ok(Date.parse(stay.enteredAt) > (insideUntil.get(stay.vehicleId) ?? 0));
      insideUntil.set(stay.vehicleId, stay.exitedAt === null ? Infinity : Date.parse(stay.exitedAt));
    }
  }), { numRuns: 20 });
});

for (const name of names) {
  test(`in the world ${name} the shares of wrong reads, missed passages and directions are those stated`, () => {
    const rates = worldProfiles[name];
    const { reads, truth } = collect({
      seed: 'shares', garages: 5, vehicles: 1500, days: 8, from: '2026-06-01', rates,
    });
    const seen = { reads: 0, wrong: 0, misread: 0, withTruth: 0, unknown: 0, reversed: 0, passages: 0, missed: 0 };
    for (const stay of staysOf(truth)) {
      const sides = [
        ['in', stay.entryReadIds], ...(stay.exitedAt === null ? [] : [['out', stay.exitReadIds] as const]),
      ] as const;
      const isPlain = !stay.faults.some(({ kind }) =>
        kind === 'trailer' || kind === 'no_front_plate' || kind === 'tailgated');
      // What a camera always takes for something else comes besides.
      const confused = new Set(stay.faults.filter(({ kind }) => kind === 'confused').map(({ readId }) => readId));
      for (const [movement, readIds] of sides) {
        seen.passages += 1;
        if (readIds.length === 0) seen.missed += 1;
        for (const read of isPlain ? readIds.filter((id) => !confused.has(id)).map((id) => reads.get(id)!) : []) {
          seen.reads += 1;
          if (read.plate !== stay.plate) seen.wrong += 1;
          if (read.plate !== stay.plate && read.plate !== '') {
            seen.misread += 1;
            if (read.candidates.some(({ plate }) => plate === stay.plate)) seen.withTruth += 1;
          }
          if (read.direction === 'unknown') seen.unknown += 1;
          else if (read.direction !== movement) seen.reversed += 1;
        }
      }
    }
    assertNear(seen.wrong / seen.reads, rates.misread);
    assertNear(seen.missed / seen.passages, rates.missed);
    assertNear(seen.withTruth / seen.misread, rates.truthAmongCandidates);
    if (rates.laws === 'other') return;
    assertNear(seen.unknown / seen.reads, rates.noDirection);
    assertNear(seen.reversed / seen.reads, rates.wrongDirection);
  });
}

test('a month of a harsh world has every label, cameras with bad days, and garages as the pipeline takes them', () => {
  const options = {
    seed: 'labels', garages: 4, vehicles: 800, days: 30, from: '2026-06-01', rates: worldProfiles.harsh,
  };
  const labels = new Set<Label>(collect(options).truth.flatMap((line) => line.labels));
  assert.deepEqual([...labels].sort(), [
    'aaba', 'camera_degraded', 'camera_silent', 'clock_skew',
    'country_mismatch', 'direction_unknown', 'double_entry', 'double_exit',
    'drive_through', 'duplicate_read', 'exit_without_entry',
    'ghost_read', 'lane_straddle', 'late_arrival', 'missed_exit',
    'no_front_plate', 'overstay', 'plate_mismatch', 'plate_unreadable',
    'reversed', 'similar_inside', 'tailgating', 'trailer_plate',
    'two_places', 'wrong_direction',
  ]);
  assert.equal(parseGarages(generateWorld(options).garages).length, 4);
});

test('company cars with plates in a row are inside together', () => {
  const { truth } = collect({
    seed: 'fleet', garages: 1, vehicles: 600, days: 3, from: '2026-06-01', rates: worldProfiles.clean,
  });
  const evening = Date.parse('2026-06-02T20:00:00Z');
  const inside = new Set(staysOf(truth).filter((stay) =>
    Date.parse(stay.enteredAt) < evening && evening < Date.parse(stay.exitedAt ?? '2030-01-01')).map(({ plate }) => plate));
  const next = (plate: string): string => plate.slice(0, -5) + (Number(plate.slice(-5)) + 1);
  assert.ok([...inside].filter((plate) => /\d{5}$/.test(plate) && inside.has(next(plate))).length > 20);
});

test('abroad one camera of each garage never reads one character, whatever the plate, and no camera has candidates', () => {
  const rates = worldProfiles.abroad;
  const { reads, truth } = collect({ seed: 'confused', garages: 4, vehicles: 800, days: 2, from: '2026-06-01', rates });
  const confusing = new Map<string, Set<string>>();
  for (const { kind, readId } of truth.flatMap(({ faults }) => faults)) {
    if (kind !== 'confused') continue;
    const { garageId, cameraId } = reads.get(readId!)!;
    confusing.set(garageId, (confusing.get(garageId) ?? new Set()).add(cameraId));
  }
  assert.deepEqual([...confusing.values()].map(({ size }) => size), [1, 1, 1, 1]);
  for (const [garageId, [cameraId]] of confusing) {
    const ofGarage = [...reads.values()].filter((read) => read.garageId === garageId);
    const own = ofGarage.filter((read) => read.cameraId === cameraId).map(({ plate }) => plate).join('');
    const others = ofGarage.filter((read) => read.cameraId !== cameraId).map(({ plate }) => plate).join('');
    // Rare ones may be missing by chance.
    const often = [...new Set(others)].filter((character) => others.split(character).length > 50);
    const neverRead = often.filter((character) => !own.includes(character));
    assert.equal(neverRead.length, 1);
  }
  assert.ok([...reads.values()].every(({ candidates }) => candidates.length === 0));
});

test('abroad many vehicles come four times a day and more, and many stay for days or weeks', () => {
  const rates = worldProfiles.abroad;
  const { truth } = collect({ seed: 'journeys', garages: 1, vehicles: 400, days: 21, from: '2026-06-01', rates });
  const stays = staysOf(truth);
  const days = Map.groupBy(stays, ({ vehicleId, enteredAt }) => `${vehicleId} ${enteredAt.slice(0, 10)}`);
  assert.ok([...days.values()].filter(({ length }) => length >= 4).length > 10 * 21);
  const DAY_MS = 86_400_000;
  const lengths = stays.filter(({ exitedAt }) => exitedAt !== null)
    .map(({ enteredAt, exitedAt }) => Date.parse(exitedAt!) - Date.parse(enteredAt));
  const longer = (least: number): number => lengths.filter((length) => length > least * DAY_MS).length / stays.length;
  assert.ok(longer(1) > 0.02 && longer(7) > 0.002, `${longer(1)}, ${longer(7)}`);
});

test('seeds for learning, tuning and reporting are kept apart', () => {
  const seeds = [...confidenceSeeds, ...tuneSeeds, ...reportSeeds, ...moreReportSeeds];
  assert.equal(new Set(seeds).size, seeds.length);
});

interface Collected {
  readonly reads: Map<string, WorldRead>;
  readonly deliveries: { readonly deliverAt: number; readonly read: WorldRead }[];
  readonly truth: WorldTruthLine[];
}

function collect(options: WorldOptions): Collected {
  const reads = new Map<string, WorldRead>();
  const deliveries: Collected['deliveries'] = [];
  const truth: WorldTruthLine[] = [];
  for (const event of generateWorld(options).events()) {
    if (event.kind === 'truth') {
      truth.push(event.line);
      continue;
    }
    const read = event.read as WorldRead;
    reads.set(read.readId, read);
    deliveries.push({ deliverAt: event.deliverAt, read });
  }
  return { reads, deliveries, truth };
}

function staysOf(truth: readonly WorldTruthLine[]): WorldStay[] {
  return truth.filter((line) => line.kind === 'stay');
}

function readIdsOf(line: WorldTruthLine): readonly string[] {
  if (line.kind === 'camera') return [];
  return line.kind === 'stay' ? [...line.entryReadIds, ...line.exitReadIds] : line.readIds;
}

function assertNear(share: number, stated: number): void {
  assert.ok(Math.abs(share - stated) < Math.max(0.15 * stated, 0.001), `${share.toFixed(4)} is far from ${stated}`);
}
