import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { TaskState } from '../engine/state.ts';
import { readGaragesFile } from '../garages/garages-file.ts';
import type { CameraRead, Control, Garage, Irregularity, Visit } from '../records/records.ts';
import { openTwoPlacesOfVisits } from '../sightings/two-places-of-visits.ts';
import { openComparison, type Watch } from './evaluation/comparison.ts';
import { insideAt } from './evaluation/occupancy.ts';
import { evaluationTable, type Evaluation } from './evaluation/evaluation-table.ts';
import { readTruthFile, type Truth } from './evaluation/truth.ts';
import { likelyInside } from './occupancy.ts';
import { readsOfFile } from './read-ahead.ts';
import { openVisitRules, type Ignored } from './rules.ts';

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
  const places = watchPlaces(garages, comparing?.watch);
  const found = await visitsOfReads(garages, reads, places.watch, recounts);
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

/** Another watch, and what visits come to that are of one plate in two garages of an operator. */
function watchPlaces(
  garages: readonly Garage[], watch: Watch | undefined,
): { readonly watch: RulesWatch; irregularities(): Irregularity[] } {
  const places = openTwoPlacesOfVisits();
  const garagesOf = Map.groupBy(garages, ({ operatorId }) => operatorId);
  const isAlone = new Set(garages.filter(({ operatorId }) => garagesOf.get(operatorId)!.length === 1).map(({ garageId }) => garageId));
  let receivedAt = 0;
  return {
    irregularities: () => places.irregularities(),
    watch: {
      read(read, inside) {
        receivedAt = read.receivedAt;
        watch?.read(read, inside);
      },
      visit(visit) {
        if (!isAlone.has(visit.garageId)) places.visit(visit, receivedAt);
      },
      recount: (garageId, at) => watch?.recount(garageId, at),
    },
  };
}

interface Inputs {
  readonly garages: readonly Garage[];
  readonly reads: AsyncIterable<readonly CameraRead[]>;
  readonly truth: Truth | null;
}

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
  const { profileReads } = await import('./evaluation/profile-reads.ts');
  const count = (name: 'garageCount' | 'vehicles' | 'days'): number => {
    const number = Number(options[name]);
    if (Number.isSafeInteger(number) && number >= 1) return number;
    throw new Error(`--${name === 'garageCount' ? 'garage-count' : name} must be a whole number from 1`);
  };
  const { reads, ...known } = profileReads({
    profile: options.profile!, garages: count('garageCount'), vehicles: count('vehicles'), days: count('days'),
    ...(options.seed === undefined ? {} : { seeds: [options.seed] }),
  });
  return { ...known, reads: (async function* () { yield reads; })() };
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

export interface Found {
  readonly reads: number;
  readonly visits: Visit[];
  readonly irregularities: Irregularity[];
  readonly ignored: Readonly<Record<string, number>>;
}

/**
 * Everything that the rules tell of the reads, newest revisions, after all clocks have passed the horizon.
 * @param watch sees each read before the rules take it, and each revision of a visit as they tell it
 * @param recounts are made at the first read after they are due
 */
export async function visitsOfReads(
  garages: readonly Garage[], batches: AsyncIterable<readonly CameraRead[]>, watch?: RulesWatch, recounts?: Recounts,
): Promise<Found> {
  const state = new TaskState();
  const rules = openVisitRules(state);
  const visits = new Map<string, Visit>();
  const irregularities = new Map<string, Irregularity>();
  const ignored: Partial<Record<Ignored, number>> = {};
  const sink = {
    visit(visit: Visit) {
      visits.set(visit.visitId, visit);
      watch?.visit(visit);
    },
    irregularity: (irregularity: Irregularity) => void irregularities.set(irregularity.irregularityId, irregularity),
    clockMove() {},
    ignored: (why: Ignored) => void (ignored[why] = (ignored[why] ?? 0) + 1),
  };

  for (const garage of garages) rules.control(control('configuration', garage.garageId, null), garage, 0, sink);
  const lastSeen = new Map<string, number>();
  const lastCounted = new Map<string, number>();
  let reads = 0;
  for await (const batch of batches) {
    for (const read of batch) {
      watch?.read(read, (at) => likelyInside(rules.state.garage(read.garageId), at));
      if (recounts !== undefined) recountIfDue(read, recounts);
      rules.read(read, reads++, 0, sink);
      if (read.capturedAt > (lastSeen.get(read.garageId) ?? 0)) lastSeen.set(read.garageId, read.capturedAt);
    }
    state.settleUnwritten();
  }
  for (const [garageId, at] of lastSeen) {
    const { horizonMs, allowedLatenessMs } = rules.state.garage(garageId).settings;
    // Nobody knows what the cameras did after the last read.
    rules.control(control('hold', garageId, null), null, 0, sink);
    rules.control(control('clock_advance', garageId, at + horizonMs + allowedLatenessMs), null, 0, sink);
  }
  return { reads, visits: [...visits.values()], irregularities: [...irregularities.values()], ignored };

  function recountIfDue({ garageId, capturedAt }: CameraRead, { everyMs, inside }: Recounts): void {
    const last = lastCounted.get(garageId);
    if (last === undefined) lastCounted.set(garageId, capturedAt);
    if (last === undefined || capturedAt < last + everyMs) return;
    lastCounted.set(garageId, capturedAt);
    const recount = { controlId: `recount ${garageId} ${capturedAt}`, count: inside(garageId, capturedAt) };
    watch?.recount(garageId, capturedAt);
    rules.control({ ...control('recount', garageId, capturedAt), ...recount }, null, 0, sink);
  }
}

function control(type: Control['type'], garageId: string, to: number | null): Control {
  return { controlId: '', type, subject: garageId, to, version: 0, issuedAt: 0, issuedBy: 'evaluate', reason: '' };
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
