import type { PlateEvidence } from './matching/evidence.ts';
import { PlateIndex } from './matching/plate-index.ts';
import { TwinFilter } from './matching/twin-filter.ts';

/**
 * Stays by what their plate may be, to be asked for those near another plate. Most vehicles come and go read right,
 * and nobody asks: they wait here and never cost the index anything.
 */
export class CandidateIndex {
  private readonly waiting = new Map<string, PlateEvidence>();
  private readonly indexed = new Map<string, PlateEvidence>();
  private readonly index = new PlateIndex();
  private readonly twins = new TwinFilter();

  add(visitId: string, evidence: PlateEvidence): void {
    this.waiting.set(visitId, evidence);
    this.twins.add(evidence);
    if (this.twins.isCrowded) this.makeRoom();
  }

  /** @param evidence as it was added */
  remove(visitId: string, evidence: PlateEvidence): void {
    this.twins.remove(evidence);
    if (this.waiting.delete(visitId)) return;
    this.indexed.delete(visitId);
    this.index.remove(visitId, evidence);
  }

  get size(): number {
    return this.waiting.size + this.index.size;
  }

  /** False: surely no other stay's plate is all but the same. @param own how many of the stays are the asker's own */
  mayHaveTwin(plate: string, own: 0 | 1): boolean {
    return this.size > own && this.twins.mayHaveTwin(plate, own);
  }

  near(evidence: PlateEvidence): readonly string[] {
    this.waiting.forEach((waiting, visitId) => {
      this.index.add(visitId, waiting);
      this.indexed.set(visitId, waiting);
    });
    this.waiting.clear();
    return this.index.near(evidence);
  }

  private makeRoom(): void {
    this.twins.clear(2 * this.size);
    for (const evidence of this.waiting.values()) this.twins.add(evidence);
    for (const evidence of this.indexed.values()) this.twins.add(evidence);
  }
}
