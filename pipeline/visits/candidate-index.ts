import type { PlateEvidence } from './matching/evidence.ts';
import { PlateIndex } from './matching/plate-index.ts';

/**
 * Stays by what their plate may be, to be asked for those near another plate. Most vehicles come and go read right,
 * and nobody asks: they wait here and never cost the index anything.
 */
export class CandidateIndex {
  private readonly waiting = new Map<string, PlateEvidence>();
  private readonly index = new PlateIndex();

  add(visitId: string, evidence: PlateEvidence): void {
    this.waiting.set(visitId, evidence);
  }

  /** @param evidence as it was added */
  remove(visitId: string, evidence: PlateEvidence): void {
    if (!this.waiting.delete(visitId)) this.index.remove(visitId, evidence);
  }

  get size(): number {
    return this.waiting.size + this.index.size;
  }

  near(evidence: PlateEvidence): readonly string[] {
    for (const [visitId, waiting] of this.waiting) this.index.add(visitId, waiting);
    this.waiting.clear();
    return this.index.near(evidence);
  }
}
