import type { Direction, Garage, GarageSettings } from '../records/records.ts';
import { defaultSettings } from '../garages/garages-file.ts';
import { DueQueue } from './due-queue.ts';
import type { Passage } from './passages.ts';
import type { PlainSummary } from './plain-stays.ts';
import { ReadHashes } from './read-hashes.ts';
import type { Stay } from './state.ts';

/** What a garage's rows in the tables come to, ready to be asked. Derived: nothing here is the truth. */
export class GarageIndex {
  readonly garageId: string;
  /** What is due on stays (by visitId) and on late reads (by their key in the table). */
  readonly staysDue = new DueQueue();
  readonly lateReadsDue = new DueQueue();
  settings: GarageSettings = defaultSettings;
  operatorId = 'default';
  onlyCamera = false;
  private laneDirections = new Map<string, Direction>();
  /** By country, then plate. Two steps, for a joined key would have to be made for each read. */
  private readonly plates = new Map<string, Map<string, PlateStays>>();
  /** Of the reads in live passages. */
  private readonly reads = new ReadHashes();
  private readonly texts = new Map<string, string>();
  private live = 0;
  /** When the garage became quiet (monotonic), and what its clock was then. Not kept over a restart. */
  private quietSinceMs = NaN;
  private clockThen = 0;

  constructor(garageId: string) {
    this.garageId = garageId;
  }

  /** The garage's configuration; null: none, the defaults hold. */
  configure(garage: Garage | null): void {
    this.settings = garage?.settings ?? defaultSettings;
    this.operatorId = garage?.operatorId ?? 'default';
    const lanes = garage?.lanes ?? [];
    this.onlyCamera = new Set(lanes.flatMap((lane) => lane.cameras.map((camera) => camera.cameraId))).size === 1;
    this.laneDirections = new Map(
      lanes.map((lane) => [lane.laneId, lane.direction === 'in' ? 'IN' : lane.direction === 'out' ? 'OUT' : 'UNKNOWN']),
    );
  }

  /** Something came in: the quiet begins anew. */
  quietSince(monotonicMs: number, clock: number): void {
    this.quietSinceMs = monotonicMs;
    this.clockThen = clock;
  }

  /** False until something came in, in this process. */
  get isQuiet(): boolean {
    return !Number.isNaN(this.quietSinceMs);
  }

  /** Where the quiet has brought the garage clock to; it moves there only if something is due. */
  quietClock(monotonicMs: number): number {
    return this.clockThen + (monotonicMs - this.quietSinceMs);
  }

  /** UNKNOWN for lanes that serve both directions and lanes not configured. */
  laneDirection(laneId: string): Direction {
    return this.laneDirections.get(laneId) ?? 'UNKNOWN';
  }

  /**
   * The one copy of a text that reads repeat (camera, lane, country). Each decoded read brings copies of its own;
   * kept in the state, they would be most of it, and the collector's work with them.
   */
  readonly shared = (text: string): string => {
    const known = this.texts.get(text);
    if (known !== undefined) return known;
    if (this.texts.size >= MOST_TEXTS) this.texts.clear();
    this.texts.set(text, text);
    return text;
  };

  /** The live stays of a plate; undefined: none. */
  staysOf(country: string, plate: string): PlateStays | undefined {
    return this.plates.get(country)?.get(plate);
  }

  /** visitIds of all live stays. */
  *allVisitIds(): Generator<string> {
    for (const ofCountry of this.plates.values()) for (const { visitIds } of ofCountry.values()) yield* visitIds;
  }

  /** False if the read stands in no live passage; true if it may (very rarely without standing there). */
  mayHaveRead(cameraId: string, readId: string): boolean {
    return this.reads.mayHave(cameraId, readId);
  }

  stayChanged(visitId: string, before: Stay | undefined, after: Stay | undefined): void {
    if (before === undefined) {
      this.live++;
      this.addVisitId(after!, visitId);
    } else if (after === undefined) {
      this.live--;
      this.removeVisitId(before, visitId);
    } else {
      this.staysOf(after.country, after.plate)!.summary = null;
    }
    const entryChanged = before?.entry !== after?.entry;
    const exitChanged = before?.exit !== after?.exit;
    if (entryChanged) {
      this.removeReads(before?.entry);
      this.addReads(after?.entry);
    }
    if (exitChanged) {
      this.removeReads(before?.exit);
      this.addReads(after?.exit);
    }
    if (after !== undefined && before?.dueAt !== after.dueAt) this.staysDue.push(after.dueAt, visitId);
  }

  /** True when most of the queue is due times that changed meanwhile. */
  get queueIsStale(): boolean {
    return this.staysDue.size > 1000 + 4 * this.live;
  }

  private addReads(passage: Passage | null | undefined): void {
    if (passage == null) return;
    for (const { cameraId, readId } of passage.reads) this.reads.add(cameraId, readId);
  }

  private removeReads(passage: Passage | null | undefined): void {
    if (passage == null) return;
    for (const { cameraId, readId } of passage.reads) this.reads.delete(cameraId, readId);
  }

  private addVisitId({ country, plate }: Stay, visitId: string): void {
    let ofCountry = this.plates.get(country);
    if (ofCountry === undefined) {
      ofCountry = new Map();
      this.plates.set(country, ofCountry);
    }
    const known = ofCountry.get(plate);
    if (known === undefined) {
      ofCountry.set(plate, { visitIds: [visitId], summary: null });
    } else {
      known.visitIds.push(visitId);
      known.summary = null;
    }
  }

  private removeVisitId({ country, plate, exit }: Stay, visitId: string): void {
    const ofCountry = this.plates.get(country)!;
    const known = ofCountry.get(plate)!;
    const { visitIds } = known;
    if (visitIds.length === 1) {
      ofCountry.delete(plate);
      return;
    }
    visitIds.splice(visitIds.indexOf(visitId), 1);
    // What a summary says of stays that ended holds as well with one less.
    if (exit === null) known.summary = null;
  }
}

/** The live stays of a plate. */
export interface PlateStays {
  /** Never empty. */
  readonly visitIds: string[];
  /** What the plain cases need to know of them; null: to be made anew. */
  summary: PlainSummary | null;
}

/** Far more than a garage has cameras and lanes: made-up ids must not fill the memory. */
const MOST_TEXTS = 10_000;
