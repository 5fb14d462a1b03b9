import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { readGaragesFile } from '../../garages/garages-file.ts';
import type { CameraRead, Garage, Irregularity, Visit } from '../../records/records.ts';
import { openTwoPlacesOfVisits } from '../../sightings/two-places-of-visits.ts';
import { likelyInside } from '../occupancy/occupancy.ts';
import { openComparison, type Comparing, type Watch } from './comparison.ts';
import { evaluationTable, type Evaluation } from './evaluation-table.ts';
import { visitsByThreads } from './garage-threads.ts';
import { insideAt } from './occupancy.ts';
import { readsOfFile } from './read-ahead.ts';
import { openRulesRun, type Found } from './rules-run.ts';
import { readTruthFile, type Truth } from './truth.ts';

/** As commander hands them over. */
export interface EvaluateOptions {
  readonly garages?: string;
  readonly reads?: string;
  readonly truth?: string;
  /** Instead of files. */
  readonly profile?: string;
  readonly garageCount?: string;
  readonly vehicles?: string;
  readonly days?: string;
  readonly seed?: string;
  readonly recountDays?: string;
  readonly visitsOut?: string;
  readonly irregularitiesOut?: string;
  readonly json?: boolean;
}

/**
 * `bomfri evaluate`: the rules of visits over a file of reads, or over the simulated garages of a profile, without Kafka;
 * scored against the truth, if it is known.
 */
export async function main(options: EvaluateOptions): Promise<void> {
  const { garages, reads, truth } = options.profile === undefined ? await inputsOfFiles(options) : await inputsOfProfile(options);
  const comparing = truth === null ? null : openComparison(garages, truth);
  const recounts = options.recountDays === undefined ? undefined : recountsBy(options.recountDays, truth);
  const begun = performance.now();
  const places = openPlaces(garages);
  const found = recounts === undefined ? await byThreads(garages, reads, comparing, places)
    : await visitsOfReads(garages, reads, watchOf(comparing, places), recounts);
  const seconds = (performance.now() - begun) / 1000;
  const allIrregularities = [...found.irregularities, ...places.irregularities()];

  const visits = found.visits.filter(({ status }) => status !== 'open' && status !== 'withdrawn');
  const irregularities = allIrregularities.filter(({ status }) => status !== 'withdrawn');
  if (options.visitsOut !== undefined) await writeLines(options.visitsOut, visits);
  if (options.irregularitiesOut !== undefined) await writeLines(options.irregularitiesOut, irregularities);
  const evaluation: Evaluation = {
    reads: found.reads,
    seconds: Number(seconds.toFixed(3)),
    readsPerSecond: Math.round(found.reads / seconds),
    visits: visits.length,
    irregularities: countBy(irregularities.map(({ type }) => type)),
    ignored: found.ignored,
    ...comparing?.compare(found.visits, allIrregularities),
  };
  console.log(options.json ? JSON.stringify(evaluation) : evaluationTable(evaluation));
}

/** Sees each revision of a visit too, as the rules tell it. */
interface RulesWatch extends Watch {
  visit(visit: Visit): void;
}

/** What visits come to that are of one plate in two garages of an operator. */
interface Places {
  /** Those whose operator has no other. */
  readonly alone: ReadonlySet<string>;
  /** @param receivedAt of the read by which the visit was told */
  visit(visit: Visit, receivedAt: number): void;
  irregularities(): Irregularity[];
}

function openPlaces(garages: readonly Garage[]): Places {
  const places = openTwoPlacesOfVisits();
  const garagesOf = Map.groupBy(garages, ({ operatorId }) => operatorId);
  const alone = garages.filter(({ operatorId }) => garagesOf.get(operatorId)!.length === 1);
  return {
    alone: new Set(alone.map(({ garageId }) => garageId)),
    visit: (visit, receivedAt) => places.visit(visit, receivedAt),
    irregularities: () => places.irregularities(),
  };
}

async function byThreads(
  garages: readonly Garage[], reads: AsyncIterable<readonly CameraRead[]>, comparing: Comparing | null, places: Places,
): Promise<Found> {
  const found = await visitsByThreads(garages, reads, {
    read: (read) => comparing?.read(read), alone: places.alone, visit: places.visit, isOccupancyAsked: comparing !== null,
  });
  comparing?.takeOccupancy(found.hours);
  return found;
}

function watchOf(comparing: Comparing | null, places: Places): RulesWatch {
  const watch = comparing?.watch;
  let receivedAt = 0;
  return {
    read(read, inside) {
      receivedAt = read.receivedAt;
      watch?.read(read, inside);
    },
    visit(visit) {
      if (!places.alone.has(visit.garageId)) places.visit(visit, receivedAt);
    },
    recount: (garageId, at) => watch?.recount(garageId, at),
  };
}

interface Inputs {
  readonly garages: readonly Garage[];
  readonly reads: AsyncIterable<readonly CameraRead[]>;
  readonly truth: Truth | null;
}

/** About as many as a chunk of a file has. */
const READS_AT_ONCE = 1000;

async function inputsOfFiles({ garages, reads, truth }: EvaluateOptions): Promise<Inputs> {
  if (garages === undefined || reads === undefined) {
    throw new Error('say what to evaluate: --garages FILE and --reads FILE, or --profile NAME for simulated garages');
  }
  return {
    garages: await readGaragesFile(garages),
    reads: readsOfFile(reads),
    truth: truth === undefined ? null : await readTruthFile(truth),
  };
}

async function inputsOfProfile(options: EvaluateOptions): Promise<Inputs> {
  const { profileReads } = await import('./profile-reads.ts');
  const count = (name: 'garageCount' | 'vehicles' | 'days'): number => {
    const number = Number(options[name]);
    if (Number.isSafeInteger(number) && number >= 1) return number;
    throw new Error(`--${name === 'garageCount' ? 'garage-count' : name} must be a whole number from 1`);
  };
  const { reads, ...known } = profileReads({
    profile: options.profile!, garages: count('garageCount'), vehicles: count('vehicles'), days: count('days'),
    ...(options.seed === undefined ? {} : { seeds: options.seed.split(',') }),
  });
  return {
    ...known,
    reads: (async function* () {
      for (let from = 0; from < reads.length; from += READS_AT_ONCE) yield reads.slice(from, from + READS_AT_ONCE);
    })(),
  };
}

/** Somebody counts the vehicles of each garage now and then. */
export interface Recounts {
  readonly everyMs: number;
  /** Asked in the order of time. */
  inside(garageId: string, at: number): number;
}

function recountsBy(days: string, truth: Truth | null): Recounts {
  const everyDays = Number(days);
  if (!(everyDays > 0)) throw new Error('--recount-days must be a number above 0');
  if (truth === null) throw new Error('--recount-days needs --truth FILE: it says how many vehicles are inside');
  const ofGarages = new Map<string, (at: number) => number>();
  return {
    everyMs: everyDays * 24 * 3_600_000,
    inside(garageId, at) {
      let ofGarage = ofGarages.get(garageId);
      if (ofGarage === undefined) ofGarages.set(garageId, ofGarage = insideAt(truth, garageId));
      return ofGarage(at);
    },
  };
}

/**
 * Everything that the rules tell of the reads, newest revisions, after all clocks have passed the horizon.
 * @param watch sees each read before the rules take it, and each revision of a visit as they tell it
 * @param recounts are made at the first read after they are due
 */
export async function visitsOfReads(
  garages: readonly Garage[], batches: AsyncIterable<readonly CameraRead[]>, watch?: RulesWatch, recounts?: Recounts,
): Promise<Found> {
  const run = openRulesRun(garages, { visit: (visit) => watch?.visit(visit), irregularity() {} });
  const lastCounted = new Map<string, number>();
  let reads = 0;
  for await (const batch of batches) {
    for (const read of batch) {
      watch?.read(read, (at) => likelyInside(run.garage(read.garageId), at));
      if (recounts !== undefined) recountIfDue(read, recounts);
      run.read(read, reads++);
    }
    run.settle();
  }
  return run.end();

  function recountIfDue({ garageId, capturedAt }: CameraRead, { everyMs, inside }: Recounts): void {
    const last = lastCounted.get(garageId);
    if (last === undefined) lastCounted.set(garageId, capturedAt);
    if (last === undefined || capturedAt < last + everyMs) return;
    lastCounted.set(garageId, capturedAt);
    watch?.recount(garageId, capturedAt);
    run.recount(garageId, capturedAt, inside(garageId, capturedAt));
  }
}

const timeFields: ReadonlySet<string> = new Set(['firstSeenAt', 'enteredAt', 'exitedAt', 'at']);

/** NDJSON with times as RFC 3339; packed when the name ends in .gz. */
async function writeLines(path: string, records: readonly object[]): Promise<void> {
  const rfc3339 = (name: string, value: unknown): unknown =>
    timeFields.has(name) && typeof value === 'number' ? new Date(value).toISOString() : value;
  const lines = Readable.from((function* () {
    for (const record of records) yield `${JSON.stringify(record, rfc3339)}\n`;
  })());
  if (path.endsWith('.gz')) await pipeline(lines, createGzip(), createWriteStream(path));
  else await pipeline(lines, createWriteStream(path));
}

function countBy(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
