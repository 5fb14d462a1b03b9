import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { TaskState } from '../engine/state.ts';
import { readGaragesFile } from '../garages/garages-file.ts';
import type { CameraRead, Control, Garage, Irregularity, Visit } from '../records/records.ts';
import { objectsOfFile, readsOfFile } from './reads-file.ts';
import { openVisitRules } from './rules.ts';
import { score, type Score, type TrueStay } from './scoring.ts';

export interface EvaluateOptions {
  readonly garages: string;
  readonly reads: string;
  readonly truth?: string;
  readonly visitsOut?: string;
  readonly irregularitiesOut?: string;
  readonly json?: boolean;
}

/** `bomfri evaluate`: the rules of visits over a file of reads, without Kafka, scored against the truth. */
export async function main(options: EvaluateOptions): Promise<void> {
  const garages = await readGaragesFile(options.garages);
  const begun = performance.now();
  const found = await visitsOfReads(garages, readsOfFile(options.reads));
  const seconds = (performance.now() - begun) / 1000;

  const visits = found.visits.filter(({ status }) => status !== 'open' && status !== 'withdrawn');
  if (options.visitsOut !== undefined) await writeLines(options.visitsOut, visits);
  if (options.irregularitiesOut !== undefined) {
    const live = found.irregularities.filter(({ status }) => status !== 'withdrawn');
    await writeLines(options.irregularitiesOut, live);
  }
  const result = {
    reads: found.reads,
    seconds: Number(seconds.toFixed(3)),
    readsPerSecond: Math.round(found.reads / seconds),
    visits: visits.length,
    irregularities: countByType(found.irregularities),
    ...(options.truth === undefined ? {} : { score: score(visits, await readTruth(options.truth)) }),
  };
  console.log(options.json ? JSON.stringify(result) : table(result));
}

/** Everything that the rules tell of the reads, newest revisions, after all clocks have passed the horizon. */
export async function visitsOfReads(
  garages: readonly Garage[], batches: AsyncIterable<readonly CameraRead[]>,
): Promise<{ reads: number; visits: Visit[]; irregularities: Irregularity[] }> {
  const state = new TaskState();
  const rules = openVisitRules(state);
  const visits = new Map<string, Visit>();
  const irregularities = new Map<string, Irregularity>();
  const sink = {
    visit: (visit: Visit) => void visits.set(visit.visitId, visit),
    irregularity: (irregularity: Irregularity) => void irregularities.set(irregularity.irregularityId, irregularity),
    clockMove() {},
    ignored() {},
  };

  for (const garage of garages) rules.control(control('configuration', garage.garageId, null), garage, 0, sink);
  const lastSeen = new Map<string, number>();
  let reads = 0;
  for await (const batch of batches) {
    for (const read of batch) {
      rules.read(read, reads++, 0, sink);
      if (read.capturedAt > (lastSeen.get(read.garageId) ?? 0)) lastSeen.set(read.garageId, read.capturedAt);
    }
    // There is no changelog: nothing needs to know what has changed.
    state.settle();
  }
  for (const [garageId, at] of lastSeen) {
    const { horizonMs, allowedLatenessMs } = rules.state.garage(garageId).settings;
    rules.control(control('clock_advance', garageId, at + horizonMs + allowedLatenessMs), null, 0, sink);
  }
  return { reads, visits: [...visits.values()], irregularities: [...irregularities.values()] };
}

function control(type: Control['type'], garageId: string, to: number | null): Control {
  return { controlId: '', type, subject: garageId, to, version: 0, issuedAt: 0, issuedBy: 'evaluate', reason: '' };
}

async function readTruth(path: string): Promise<TrueStay[]> {
  const stays: TrueStay[] = [];
  for await (const line of objectsOfFile(path)) {
    if ((line as TrueStay).kind === 'stay') stays.push(line as TrueStay);
  }
  return stays;
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

function countByType(irregularities: readonly Irregularity[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { type, status } of irregularities) if (status !== 'withdrawn') counts[type] = (counts[type] ?? 0) + 1;
  return counts;
}

interface Result {
  readonly reads: number;
  readonly seconds: number;
  readonly readsPerSecond: number;
  readonly visits: number;
  readonly irregularities: Readonly<Record<string, number>>;
  readonly score?: Score;
}

function table({ reads, seconds, readsPerSecond, visits, irregularities, score: scored }: Result): string {
  const rows: [string, number, string][] = [
    ['reads', reads, `${readsPerSecond} a second, ${seconds} s`],
    ['visits', visits, ''],
  ];
  for (const [type, count] of Object.entries(irregularities).sort()) rows.push([type, count, '']);
  if (scored !== undefined) {
    const share = (count: number): string =>
      scored.stays === 0 ? '' : `${((100 * count) / scored.stays).toFixed(2)} %`;
    rows.push(
      ['true stays, both passages read', scored.stays, ''],
      ['  paired right', scored.right, share(scored.right)],
      ['  paired wrong', scored.wrong, share(scored.wrong)],
      ['  left unpaired', scored.unpaired, share(scored.unpaired)],
      ['stitched visits', scored.stitched, share(scored.stitched)],
      ['doubled visits', scored.doubled, share(scored.doubled)],
    );
  }
  const line = (name: string, count: number, note: string): string =>
    `${name.padEnd(32)}${String(count).padStart(10)}  ${note}`.trimEnd();
  return rows.map((row) => line(...row)).join('\n');
}
