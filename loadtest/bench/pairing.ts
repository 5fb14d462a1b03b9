import { CandidateIndex } from '../../pipeline/visits/state/candidate-index.ts';
import { TaskMemory } from '../../pipeline/visits/state/task-memory.ts';
import { posteriors } from '../../pipeline/visits/matching/decide.ts';
import type { PlateEvidence } from '../../pipeline/visits/matching/evidence.ts';
import { sameVehicle } from '../../pipeline/visits/matching/same-vehicle.ts';
import { reportSeeds } from '../fleet/world/world-seeds.ts';
import { pairingQuality } from './pairing-quality.ts';
import { seenStays, type SeenStay } from './pairing-world.ts';

/**
 * `bomfri bench --pairing`: how long an exit's decision takes with so many vehicles inside, fleets with plates in a row
 * among them, and how well plates tell vehicles apart. Prints one JSON line a row.
 *
 * Exact: the search for others near the exit's plate, which mostly finds none. Fuzzy: all near stays are found, scored and
 * weighed against each other and the null; timed over the exits that were misread. `comeAndGoUs` is what each vehicle costs:
 * being taken into the index and out of it.
 */
export function measurePairing(print: (line: object) => void): void {
  const stays = seenStays('typical', reportSeeds[0], 30_000);
  for (const inside of [100, 1000, 10_000]) print(timesWith(stays.slice(0, inside), inside));
  for (const profile of ['clean', 'typical', 'harsh', 'other']) {
    const seen = reportSeeds.flatMap((seed) => seenStays(profile, seed, 2800).slice(0, 2000));
    print({ profile, inside: 1000, seeds: reportSeeds, ...pairingQuality(seen, 1000) });
  }
}

const SAMPLES = 10_000;
const WARM_UP = 2000;

function timesWith(stays: readonly SeenStay[], inside: number): object {
  if (stays.length < inside) throw new Error(`the world has only ${stays.length} stays, but ${inside} are to be inside`);
  const index = new CandidateIndex(new TaskMemory(), (one, other) => one < other);
  for (const [slot, { entry }] of stays.entries()) index.add(slot, entry);
  const misread = stays.filter(({ entry, exit }) => entry.plate !== exit.plate);
  let near = 0;
  const comeAndGo = timed(stays, ({ entry }, slot) => {
    index.remove(slot, entry);
    index.add(slot, entry);
  });
  const exact = timed(stays, ({ exit }, slot) => void index.haveTwin(exit, slot));
  const fuzzy = timed(misread, ({ exit }) => {
    const slots = index.near(exit);
    near += slots.length;
    decide(slots, exit, stays, inside);
  });
  return { inside, exactUs: exact, fuzzyUs: fuzzy, near: rounded(near / (SAMPLES + WARM_UP)), comeAndGoUs: comeAndGo };
}

function decide(slots: readonly number[], exit: PlateEvidence, stays: readonly SeenStay[], inside: number): void {
  const hypotheses = slots.map((slot) => ({ id: stays[slot]!.vehicleId, score: sameVehicle(exit, stays[slot]!.entry) }));
  posteriors(hypotheses, Math.log(0.02 * inside));
}

/** Median and 99th percentile of single calls, in microseconds. */
function timed(stays: readonly SeenStay[], call: (stay: SeenStay, place: number) => void): { median: number; p99: number } {
  for (let i = 0; i < WARM_UP; i++) call(stays[i % stays.length]!, i % stays.length);
  const times = new Float64Array(SAMPLES);
  for (let i = 0; i < SAMPLES; i++) {
    const place = (i * STRIDE) % stays.length;
    const stay = stays[place]!;
    const start = performance.now();
    call(stay, place);
    times[i] = (performance.now() - start) * 1000;
  }
  times.sort();
  return { median: rounded(times[SAMPLES / 2]!), p99: rounded(times[SAMPLES * 0.99]!) };
}

/** Goes through the stays in no order that caches know. */
const STRIDE = 7919;

function rounded(us: number): number {
  return Math.round(us * 100) / 100;
}
