import type { Direction, Garage, GarageSettings } from '../records/records.ts';
import { defaultSettings } from '../garages/garages-file.ts';
import { DueQueue } from './due-queue.ts';
import type { Passage } from './passages.ts';
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
  /** country -> plate -> visitId, or several. Two steps, for a joined key would have to be made for each read. */
  private readonly visitIds = new Map<string, Map<string, string | readonly string[]>>();
  /** cameraId -> readId, of live passages -> visitId. */
  private readonly reads = new Map<string, Map<string, string>>();
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

  /** visitIds of the live stays of a plate: none, one, or several. */
  visitIdsOf(country: string, plate: string): string | readonly string[] | undefined {
    return this.visitIds.get(country)?.get(plate);
  }

  /** True if the read stands in a live passage. */
  hasRead(cameraId: string, readId: string): boolean {
    return this.reads.get(cameraId)?.has(readId) === true;
  }

  stayChanged(visitId: string, before: Stay | undefined, after: Stay | undefined): void {
    if (before === undefined) {
      this.live++;
      this.addVisitId(after!, visitId);
    } else if (after === undefined) {
      this.live--;
      this.removeVisitId(before, visitId);
    }
    const entryChanged = before?.entry !== after?.entry;
    const exitChanged = before?.exit !== after?.exit;
    // All out before any in: a passage can change from entry to exit.
    if (entryChanged) this.removeReads(visitId, before?.entry);
    if (exitChanged) this.removeReads(visitId, before?.exit);
    if (entryChanged) this.addReads(visitId, after?.entry);
    if (exitChanged) this.addReads(visitId, after?.exit);
    if (after !== undefined && before?.dueAt !== after.dueAt) this.staysDue.push(after.dueAt, visitId);
  }

  /** True when most of the queue is due times that changed meanwhile. */
  get queueIsStale(): boolean {
    return this.staysDue.size > 1000 + 4 * this.live;
  }

  private addReads(visitId: string, passage: Passage | null | undefined): void {
    if (passage == null) return;
    for (const { cameraId, readId } of passage.reads) {
      let reads = this.reads.get(cameraId);
      if (reads === undefined) {
        reads = new Map();
        this.reads.set(cameraId, reads);
      }
      reads.set(readId, visitId);
    }
  }

  private removeReads(visitId: string, passage: Passage | null | undefined): void {
    if (passage == null) return;
    for (const { cameraId, readId } of passage.reads) {
      const reads = this.reads.get(cameraId)!;
      // A passage can have gone over to another stay, which has noted it by now.
      if (reads.get(readId) === visitId) reads.delete(readId);
    }
  }

  private addVisitId({ country, plate }: Stay, visitId: string): void {
    let ofCountry = this.visitIds.get(country);
    if (ofCountry === undefined) {
      ofCountry = new Map();
      this.visitIds.set(country, ofCountry);
    }
    const known = ofCountry.get(plate);
    if (known === undefined) ofCountry.set(plate, visitId);
    else ofCountry.set(plate, typeof known === 'string' ? [known, visitId] : [...known, visitId]);
  }

  private removeVisitId({ country, plate }: Stay, visitId: string): void {
    const ofCountry = this.visitIds.get(country)!;
    const known = ofCountry.get(plate)!;
    if (typeof known === 'string') ofCountry.delete(plate);
    else {
      const others = known.filter((other) => other !== visitId);
      ofCountry.set(plate, others.length === 1 ? others[0]! : others);
    }
  }
}

/** Far more than a garage has cameras and lanes: made-up ids must not fill the memory. */
const MOST_TEXTS = 10_000;
