import type { PlateEvidence } from './matching/evidence.ts';
import { PlateIndex } from './matching/plate-index.ts';
import { TwinFilter } from './matching/twin-filter.ts';

/** Stays by what their plate may be, to be asked for those near another plate, and whether any is all but the same. */
export class CandidateIndex {
  private readonly evidenceOf: (visitId: string) => PlateEvidence;
  private readonly index = new PlateIndex();
  private readonly twins = new TwinFilter();

  /** @param evidenceOf of one of the stays, as it was added */
  constructor(evidenceOf: (visitId: string) => PlateEvidence) {
    this.evidenceOf = evidenceOf;
  }

  /** @returns where it stands: whoever tells it when it is removed spares the search for it */
  add(visitId: string, evidence: PlateEvidence): number {
    const at = this.index.add(visitId, evidence);
    this.twins.add(evidence);
    if (this.twins.isCrowded) this.makeRoom();
    return at;
  }

  /** @param evidence equal to what was added; @param at what `add` answered, or any number */
  remove(visitId: string, evidence: PlateEvidence, at = 0): void {
    this.twins.remove(evidence);
    this.index.remove(visitId, evidence, at);
  }

  get size(): number {
    return this.index.size;
  }

  /** False: surely no other stay's plate is all but the same. @param own how many of the stays are the asker's own */
  mayHaveTwin(plate: string, own: 0 | 1): boolean {
    return this.size > own && this.twins.mayHaveTwin(plate, own);
  }

  /** @param but the asker's own stay, which is left out */
  near(evidence: PlateEvidence, but: string | null = null): readonly string[] {
    return this.index.near(evidence, but);
  }

  /** Those near that are, or may be, twins of the plate (`isTwin`), and hardly any others; some twice. */
  mayBeTwins(plate: string): readonly string[] {
    return this.index.alike(plate);
  }

  private makeRoom(): void {
    this.twins.clear(2 * this.size);
    for (const visitId of this.index.allIds()) this.twins.add(this.evidenceOf(visitId));
  }
}
