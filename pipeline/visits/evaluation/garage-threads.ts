import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { CameraRead, Garage, Irregularity, Visit } from '../../records/records.ts';
import { packReads, transferable } from './packed-reads.ts';
import { unpackVisits } from './packed-visits.ts';
import type { Ended, GarageThreadData, GarageThreadSays, ThreadHears, ToldVisits } from './garage-thread.ts';
import type { HoursFound } from './occupancy.ts';
import type { Found } from './rules-run.ts';

/** What is asked beside what the rules find, while they run. */
export interface Following {
  /** Sees each read, in their order. */
  read(read: CameraRead): void;
  /** Of all garages but these each revision of a visit is seen, in the order in which one thread would tell it. */
  readonly alone: ReadonlySet<string>;
  /** @param receivedAt of the read by which it was told */
  visit(visit: Visit, receivedAt: number): void;
  readonly isOccupancyAsked: boolean;
}

/**
 * Everything that the rules tell of the reads, as `visitsOfReads` gives it, but with the garages shared among threads:
 * nothing that the rules know of one depends on another. Reads are parsed, followed and ruled at the same time.
 */
export async function visitsByThreads(
  garages: readonly Garage[], batches: AsyncIterable<readonly CameraRead[]>, following: Following,
): Promise<Found & { readonly hours: HoursFound }> {
  const count = Math.max(1, Math.min(availableParallelism(), garages.length));
  const threadOf = new Map(garages.map(({ garageId }, i) => [garageId, i % count]));
  const threads = Array.from({ length: count }, (_, n) => new GarageThread({
    garages: garages.filter(({ garageId }) => threadOf.get(garageId) === n), alone: following.alone,
    isOccupancyAsked: following.isOccupancyAsked,
  }));
  try {
    let offset = 0;
    let receivedAt = 0;
    for await (const batch of batches) {
      const shares = threads.map(() => ({ reads: [] as CameraRead[], offsets: [] as number[] }));
      for (const read of batch) {
        following.read(read);
        const share = shares[threadOf.get(read.garageId) ?? 0]!;
        share.reads.push(read);
        share.offsets.push(offset++);
        receivedAt = read.receivedAt;
      }
      await Promise.all(threads.map((thread, n) => thread.take(shares[n]!.reads, shares[n]!.offsets)));
      while (threads.every(({ answers }) => answers.length > 0)) {
        for (const told of inOrder(threads.map(({ answers }) => answers.shift()!))) following.visit(told.visit, told.receivedAt);
      }
    }
    const ended = await Promise.all(threads.map((thread) => thread.end()));
    const rest = threads.map(({ answers }) => answers);
    for (let n = 0; n < rest[0]!.length; n++) {
      // The last of them are of the end, which comes after the last read of all.
      const isEnd = n === rest[0]!.length - 1;
      for (const told of inOrder(rest.map((answers) => answers[n]!))) following.visit(told.visit, isEnd ? receivedAt : told.receivedAt);
    }
    return { ...merged(ended), reads: offset };
  } finally {
    await Promise.all(threads.map((thread) => thread.stop()));
  }
}

/** A revision of a visit, told after the read with that offset. */
interface ToldVisit {
  readonly offset: number;
  readonly receivedAt: number;
  readonly visit: Visit;
}

function unpacked({ visits, offsets, receivedAts }: ToldVisits): readonly ToldVisit[] {
  return unpackVisits(visits).map((visit, at) => ({ offset: offsets[at]!, receivedAt: receivedAts[at]!, visit }));
}

/** As many batches at a time a thread may have before it. */
const MOST_AHEAD = 8;

/** A thread that runs the rules of some garages. */
class GarageThread {
  /** What it told of each batch, and at the end, that nobody has taken up yet. */
  readonly answers: (readonly ToldVisit[])[] = [];
  private readonly worker: Worker;
  private ahead = 0;
  private ended: Ended | null = null;
  private failure: unknown = null;
  /** Something came of it. */
  private goOn = (): void => {};

  constructor(data: GarageThreadData) {
    this.worker = new Worker(new URL('./garage-thread.ts', import.meta.url), { workerData: data });
    this.worker.on('message', (said: GarageThreadSays) => {
      this.answers.push(unpacked(said.told));
      if (said.kind === 'end') this.ended = said.ended;
      else this.ahead -= 1;
      this.goOn();
    });
    this.worker.on('error', (error) => {
      this.failure ??= error;
      this.goOn();
    });
    this.worker.on('exit', () => {
      if (this.ended === null) this.failure ??= new Error('a thread that ran the rules ended before the reads did');
      this.goOn();
    });
  }

  /** Resolves when it may be given more. */
  async take(reads: readonly CameraRead[], offsets: readonly number[]): Promise<void> {
    const packed = packReads(reads);
    this.hear({ packed, offsets: Float64Array.from(offsets) }, transferable(packed));
    this.ahead += 1;
    await this.until(() => this.ahead < MOST_AHEAD);
  }

  /** After it has taken in all that it was given. */
  async end(): Promise<Ended> {
    this.hear(null);
    await this.until(() => this.ended !== null);
    return this.ended!;
  }

  async stop(): Promise<void> {
    await this.worker.terminate();
  }

  private hear(message: ThreadHears, handOver: ArrayBuffer[] = []): void {
    this.worker.postMessage(message, handOver);
  }

  private async until(isSo: () => boolean): Promise<void> {
    while (!isSo()) {
      if (this.failure !== null) throw this.failure;
      await new Promise<void>((resolve) => (this.goOn = resolve));
    }
  }
}

/** Those of several threads, as one would have told them; each thread's are in order. */
function inOrder(told: readonly (readonly ToldVisit[])[]): readonly ToldVisit[] {
  return told.length === 1 ? told[0]! : told.flat().sort((a, b) => a.offset - b.offset);
}

function merged(ended: readonly Ended[]): Found & { readonly hours: HoursFound } {
  const ignored: Record<string, number> = {};
  for (const { found } of ended) for (const [why, count] of Object.entries(found.ignored)) ignored[why] = (ignored[why] ?? 0) + count;
  return {
    reads: 0,
    visits: byFirst<Visit>(ended.map(({ visits, visitsFrom }) => [unpackVisits(visits), visitsFrom])),
    irregularities: byFirst<Irregularity>(ended.map(({ found, irregularitiesFrom }) => [found.irregularities, irregularitiesFrom])),
    ignored,
    hours: new Map(ended.flatMap(({ hours }) => [...hours])),
  };
}

/** By where each was first told of. */
function byFirst<T>(parts: readonly (readonly [readonly T[], Float64Array])[]): T[] {
  if (parts.length === 1) return [...parts[0]![0]];
  const all = parts.flatMap(([found, from]) => found.map((each, i) => ({ each, from: from[i]! })));
  return all.sort((a, b) => a.from - b.from).map(({ each }) => each);
}
