import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CameraRead, Visit } from '../../records/records.ts';
import { visitsOfReads } from './evaluate.ts';
import { visitsByThreads } from './garage-threads.ts';
import { watchOccupancy } from './occupancy.ts';
import { profileReads } from './profile-reads.ts';

const { garages, reads, truth } = profileReads({ profile: 'harsh', garages: 3, vehicles: 120, days: 1, seeds: ['threads'] });

async function* batchesOf(count: number): AsyncGenerator<readonly CameraRead[]> {
  for (let from = 0; from < reads.length; from += count) yield reads.slice(from, from + count);
}

test('garages shared among threads are told of as one after the other: the same, in the same order', async () => {
  const occupancy = watchOccupancy(garages);
  const inOne: [Visit, number][] = [];
  let receivedAt = 0;
  const expected = await visitsOfReads(garages, batchesOf(500), {
    read(read, inside) {
      receivedAt = read.receivedAt;
      occupancy.read(read, inside);
    },
    visit: (visit) => void inOne.push([visit, receivedAt]),
    recount() {},
  });

  const seen: CameraRead[] = [];
  const followed: [Visit, number][] = [];
  const { hours, ...found } = await visitsByThreads(garages, batchesOf(500), {
    read: (read) => void seen.push(read), alone: new Set(), isOccupancyAsked: true,
    visit: (visit, at) => void followed.push([visit, at]),
  });

  assert.deepEqual(found, expected);
  assert.deepEqual(seen, reads);
  assert.deepEqual(followed, inOne);
  const handedOn = watchOccupancy(garages);
  handedOn.take(hours);
  assert.deepEqual(handedOn.score(truth), occupancy.score(truth));
});

test('of a garage that is alone no revision is followed, and a read of a garage that nobody configured is taken in', async () => {
  const [first] = garages;
  const followed = new Set<string>();
  const found = await visitsByThreads([first!], batchesOf(500), {
    read() {}, alone: new Set([first!.garageId]), isOccupancyAsked: false, visit: ({ garageId }) => void followed.add(garageId),
  });
  assert.deepEqual(found.reads, reads.length);
  assert.deepEqual([...followed].sort(), garages.slice(1).map(({ garageId }) => garageId).sort());
});

test('a file that goes bad in its middle is told, and the threads end', async () => {
  const bad = (async function* () {
    yield reads.slice(0, 100);
    throw new Error('line 101');
  })();
  const following = { read() {}, alone: new Set<string>(), isOccupancyAsked: false, visit() {} };
  await assert.rejects(visitsByThreads(garages, bad, following), /line 101/);
});

test('what a rule throws in a thread is told', async () => {
  const broken = [{ ...reads[0]!, plate: null as unknown as string }];
  const following = { read() {}, alone: new Set<string>(), isOccupancyAsked: false, visit() {} };
  await assert.rejects(visitsByThreads(garages, (async function* () { yield broken; })(), following), TypeError);
});
