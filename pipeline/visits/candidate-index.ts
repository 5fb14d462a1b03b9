import type { PlateEvidence } from './matching/evidence.ts';
import { PlateIndex } from './matching/plate-index.ts';
import { TwinFilter } from './matching/twin-filter.ts';
import { WaitingPlates } from './matching/waiting-plates.ts';

/**
 * Stays by what their plate may be, to be asked for those near another plate. Most vehicles come and go read right and
 * like no other: they wait here, and only those that somebody asks for by a near plate are ever put into the index, which
 * is dear.
 */
export class CandidateIndex {
  private readonly evidenceOf: (visitId: string) => PlateEvidence;
  /** Where each that waits stands in the lists. */
  private readonly places = new Map<string, number>();
  private readonly waiting: string[] = [];
  private readonly plates = new WaitingPlates();
  private readonly indexed = new Set<string>();
  /** Made when first needed: in most of many garages nobody asks. */
  private index: PlateIndex | null = null;
  private readonly twins = new TwinFilter();

  /** @param evidenceOf of one of the stays, as it was added */
  constructor(evidenceOf: (visitId: string) => PlateEvidence) {
    this.evidenceOf = evidenceOf;
  }

  add(visitId: string, evidence: PlateEvidence): void {
    const place = this.waiting.length;
    this.places.set(visitId, place);
    this.waiting.push(visitId);
    this.plates.put(place, evidence);
    this.twins.add(evidence);
    if (this.twins.isCrowded) this.makeRoom();
  }

  /** @param evidence equal to what was added */
  remove(visitId: string, evidence: PlateEvidence): void {
    this.twins.remove(evidence);
    const place = this.places.get(visitId);
    if (place !== undefined) return this.waitNoMore(visitId, place);
    this.indexed.delete(visitId);
    this.index!.remove(visitId, evidence);
  }

  get size(): number {
    return this.waiting.length + this.indexed.size;
  }

  /** False: surely no other stay's plate is all but the same. @param own how many of the stays are the asker's own */
  mayHaveTwin(plate: string, own: 0 | 1): boolean {
    return this.size > own && this.twins.mayHaveTwin(plate, own);
  }

  near(evidence: PlateEvidence): readonly string[] {
    this.indexThoseLike(evidence.plate);
    for (const { plate } of evidence.candidates) this.indexThoseLike(plate);
    return this.index?.near(evidence) ?? noneNear;
  }

  private indexThoseLike(plate: string): void {
    const { plates, waiting } = this;
    plates.ask(plate);
    // From the end: the last one moves into the place of one that is taken out.
    for (let place = waiting.length - 1; place >= 0; place--) {
      if (!plates.mayBeNear(place)) continue;
      const visitId = waiting[place]!;
      this.waitNoMore(visitId, place);
      this.index ??= new PlateIndex();
      this.index.add(visitId, this.evidenceOf(visitId));
      this.indexed.add(visitId);
    }
  }

  private waitNoMore(visitId: string, place: number): void {
    this.places.delete(visitId);
    const last = this.waiting.pop()!;
    if (last === visitId) return;
    this.waiting[place] = last;
    this.places.set(last, place);
    this.plates.move(this.waiting.length, place);
  }

  private makeRoom(): void {
    this.twins.clear(2 * this.size);
    for (const visitId of this.waiting) this.twins.add(this.evidenceOf(visitId));
    for (const visitId of this.indexed) this.twins.add(this.evidenceOf(visitId));
  }
}

const noneNear: readonly string[] = [];
