import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { profiles } from './faults.ts';
import type { FaultKind, FaultRates } from './faults.ts';
import { generateFleet } from './generate.ts';
import type { FleetOptions } from './generate.ts';
import type { ReadJson } from './passage.ts';
import { plateOf } from './plates.ts';
import type { TruthLine } from './truth.ts';

const harsh: FaultRates = {
  ...profiles.demo, misread: 0.08, missedEntry: 0.03, missedExit: 0.04,
  late: 0.05, redelivered: 0.06, duplicate: 0.3, backedOut: 0.02,
};

const fleets: fc.Arbitrary<FleetOptions> = fc.record({
  seed: fc.string({ maxLength: 8 }),
  garages: fc.integer({ min: 1, max: 6 }),
  vehicles: fc.integer({ min: 1, max: 120 }),
  days: fc.integer({ min: 1, max: 4 }),
  from: fc.constantFrom('2026-03-28', '2026-10-24', '2026-06-01', '2025-12-31'),
  faults: fc.constantFrom<FaultRates>(profiles.none, profiles.demo, harsh),
  lanes: fc.constantFrom(undefined, 1, 2, 5),
});

test('the same options give the same events, another seed gives others', () => {
  fc.assert(fc.property(fleets, (options) => {
    assert.equal(text(options), text(options));
  }), { numRuns: 20 });
  const options = {
    seed: 'a', garages: 2, vehicles: 50, days: 1, from: '2026-06-01', faults: profiles.demo, idPrefix: 'x',
  };
  assert.notEqual(text(options), text({ ...options, seed: 'b' }));
});

test('every read belongs to exactly one stay or passage of the truth, and each of those has all its reads', () => {
  fc.assert(fc.property(fleets, (options) => {
    const { reads, truth } = collect(options);
    const owned = truth.flatMap((line) =>
      (line.kind === 'stay' ? [...line.entryReadIds, ...line.exitReadIds] : line.readIds));
    assert.equal(new Set(owned).size, owned.length);
    assert.deepEqual(new Set(reads.map((read) => read.readId)), new Set(owned));
  }), { numRuns: 60 });
});

test('reads come in the order of their delivery, and none before it was made', () => {
  fc.assert(fc.property(fleets, (options) => {
    let last = -Infinity;
    for (const event of generateFleet(options).events()) {
      if (event.kind !== 'read') continue;
      assert.ok(event.deliverAt >= last);
      assert.ok(event.deliverAt > Date.parse(event.read.capturedAt));
      last = event.deliverAt;
    }
  }), { numRuns: 60 });
});

test('each fault has an id of its own, and the read it names is one of its stay or passage', () => {
  fc.assert(fc.property(fleets, (options) => {
    const { truth } = collect(options);
    const faults = truth.flatMap((line) => line.faults);
    assert.equal(new Set(faults.map((fault) => fault.faultId)).size, faults.length);
    for (const line of truth) {
      const own = line.kind === 'stay' ? [...line.entryReadIds, ...line.exitReadIds] : line.readIds;
      for (const { readId } of line.faults) assert.ok(readId === undefined || own.includes(readId));
    }
  }), { numRuns: 60 });
});

test('only reads with a fault differ from the truth: a wrong plate, a second delivery, a delay, a missing passage', () => {
  fc.assert(fc.property(fleets, (options) => {
    const { reads, truth, delays } = collect(options);
    const deliveries = new Map<string, ReadJson[]>();
    for (const read of reads) deliveries.set(read.readId, [...(deliveries.get(read.readId) ?? []), read]);
    for (const line of truth) {
      const has = (kind: FaultKind, readId?: string): boolean =>
        line.faults.some((fault) => fault.kind === kind && fault.readId === readId);
      const own = line.kind === 'stay' ? [...line.entryReadIds, ...line.exitReadIds] : line.readIds;
      for (const readId of own) {
        const copies = deliveries.get(readId)!;
        assert.equal(copies.length, has('redelivered', readId) ? 2 : 1);
        assert.equal(delays.get(readId)! > 2000, has('late', readId));
        if (line.kind === 'stay') assert.equal(copies[0]!.plate !== line.plate, has('misread', readId));
      }
      if (line.kind !== 'stay') continue;
      assert.equal(line.entryReadIds.length === 0, has('missed_entry'));
      assert.equal(line.exitReadIds.length === 0, has('missed_exit') || line.exitedAt === null);
      const capturedAt = (readId: string): string => deliveries.get(readId)![0]!.capturedAt;
      if (line.entryReadIds.length > 0) assert.equal(line.entryReadIds.map(capturedAt).sort().at(-1), line.enteredAt);
      if (line.exitReadIds.length > 0) assert.equal(line.exitReadIds.map(capturedAt).sort()[0], line.exitedAt);
    }
  }), { numRuns: 60 });
});

test('no vehicle is in two places at once', () => {
  fc.assert(fc.property(fleets, (options) => {
    const stays = collect(options).truth.filter((line) => line.kind === 'stay');
    const insideUntil = new Map<string, number>();
    for (const stay of stays.sort((one, other) => one.enteredAt.localeCompare(other.enteredAt))) {
      const enteredAt = Date.parse(stay.enteredAt);
      assert.ok(enteredAt > (insideUntil.get(stay.vehicleId) ?? 0));
      insideUntil.set(stay.vehicleId, stay.exitedAt === null ? Infinity : Date.parse(stay.exitedAt));
    }
  }), { numRuns: 40 });
});

test('the shares of faults are near those asked for', () => {
  const { reads, truth } = collect({
    seed: '7', garages: 8, vehicles: 1500, days: 3, from: '2026-06-01', faults: harsh,
  });
  const readCount = new Set(reads.map((read) => read.readId)).size;
  const stays = truth.filter((line) => line.kind === 'stay');
  const exits = stays.filter((stay) => stay.exitedAt !== null).length;
  const count = (kind: FaultKind): number =>
    truth.flatMap((line) => line.faults).filter((fault) => fault.kind === kind).length;
  assertNear(count('misread') / readCount, harsh.misread);
  assertNear(count('late') / readCount, harsh.late);
  assertNear(count('redelivered') / readCount, harsh.redelivered);
  assertNear(count('missed_entry') / stays.length, harsh.missedEntry);
  assertNear(count('missed_exit') / exits, harsh.missedExit);
  assertNear(count('backed_out') / stays.length, harsh.backedOut);
  const misreads = reads.filter((read) => truthOf(truth, read) !== read.plate);
  const withTruth = misreads.filter((read) => read.candidates.some(({ plate }) => plate === truthOf(truth, read)));
  assertNear(withTruth.length / misreads.length, harsh.truthAmongCandidates);
});

test('more cars come by day than by night, and stays last from minutes to a night', () => {
  const { truth } = collect({
    seed: '7', garages: 4, vehicles: 1500, days: 5, from: '2026-06-01', faults: profiles.none,
  });
  const stays = truth.filter((line) => line.kind === 'stay').filter((stay) => stay.exitedAt !== null);
  const atNight = stays.filter((stay) => new Date(stay.enteredAt).getUTCHours() < 4);
  assert.ok(atNight.length > 0 && atNight.length < stays.length / 20);
  const hours = stays.map((stay) => (Date.parse(stay.exitedAt!) - Date.parse(stay.enteredAt)) / 3_600_000);
  const share = (from: number, to: number): number =>
    hours.filter((dwell) => dwell >= from && dwell < to).length / hours.length;
  assert.ok(share(0, 0.3) > 0.1 && share(0.3, 4) > 0.15 && share(5, 10.5) > 0.1 && share(10.5, 24) > 0.05);
  const comings = new Map<string, number>();
  for (const stay of stays) comings.set(stay.vehicleId, (comings.get(stay.vehicleId) ?? 0) + 1);
  assert.ok([...comings.values()].filter((times) => times > 1).length > 800, 'vehicles come again');
});

test('about six of ten regular vehicles have an account, of one to three vehicles, and no vehicle two', () => {
  const accounts = [...generateFleet({
    seed: '3', garages: 2, vehicles: 3000, days: 1, from: '2026-06-01', faults: profiles.none,
  }).accounts()];
  const bound = accounts.flatMap((account) => account.vehicles.map(({ country, plate }) => `${country} ${plate}`));
  assert.equal(new Set(bound).size, bound.length);
  assertNear(bound.length / 3000, 0.6);
  assert.deepEqual([...new Set(accounts.map((account) => account.vehicles.length))].sort(), [1, 2, 3]);
});

test('no two vehicles of a fleet share a plate, and Norwegian plates use only the letters that they have', () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 20_000_000 }), (first) => {
    const plates = Array.from({ length: 3000 }, (_, vehicle) => plateOf(first + vehicle));
    assert.equal(new Set(plates.map(({ country, plate }) => `${country} ${plate}`)).size, plates.length);
    for (const { country, plate } of plates) {
      if (country === 'NO') assert.match(plate, /^[A-FHJ-LNPR-VX-Z]{2}(\d{5}|[A-Z]{0,4})$/);
    }
  }), { numRuns: 20 });
});

function text(options: FleetOptions): string {
  return JSON.stringify([...generateFleet(options).events()]);
}

interface Collected {
  readonly reads: ReadJson[];
  readonly truth: TruthLine[];
  /** First delivery of each read after its capture, ms. */
  readonly delays: Map<string, number>;
}

function collect(options: FleetOptions): Collected {
  const reads: ReadJson[] = [];
  const truth: TruthLine[] = [];
  const delays = new Map<string, number>();
  for (const event of generateFleet(options).events()) {
    if (event.kind === 'truth') truth.push(event.line);
    else {
      reads.push(event.read);
      const { readId, capturedAt } = event.read;
      if (!delays.has(readId)) delays.set(readId, event.deliverAt - Date.parse(capturedAt));
    }
  }
  return { reads, truth, delays };
}

const plateOfReads = new WeakMap<TruthLine[], Map<string, string>>();

/** The true plate of a read, by the stay that it belongs to; its own when it belongs to none. */
function truthOf(truth: TruthLine[], read: ReadJson): string {
  let plates = plateOfReads.get(truth);
  if (plates === undefined) {
    plates = new Map();
    for (const line of truth) {
      if (line.kind === 'stay') {
        for (const id of [...line.entryReadIds, ...line.exitReadIds]) plates.set(id, line.plate);
      }
    }
    plateOfReads.set(truth, plates);
  }
  return plates.get(read.readId) ?? read.plate;
}

function assertNear(share: number, asked: number): void {
  assert.ok(Math.abs(share - asked) < asked * 0.3, `${share.toFixed(4)} is far from ${asked}`);
}
