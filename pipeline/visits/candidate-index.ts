import type { PlateEvidence } from './matching/evidence.ts';
import { PlateIndex } from './matching/plate-index.ts';
import { TwinFilter } from './matching/twin-filter.ts';

/** Stays, by their slots, by what their plate may be, to be asked for those near another plate, and whether any is all but the same. */
export class CandidateIndex {
  private readonly evidenceOf: (slot: number) => PlateEvidence;
  private readonly comesFirst: (slot: number, other: number) => boolean;
  private readonly index = new PlateIndex();
  private readonly twins = new TwinFilter();
  /** What `near` was asked last, and found, while nobody has come or gone since: it is asked several times of an exit that is decided. */
  private sought: PlateEvidence | null = null;
  private foundNear: readonly number[] = [];

  /** @param evidenceOf of one of the stays, as it was added; @param comesFirst of two of them, in an order that a restart does not change */
  constructor(evidenceOf: (slot: number) => PlateEvidence, comesFirst: (slot: number, other: number) => boolean) {
    this.evidenceOf = evidenceOf;
    this.comesFirst = comesFirst;
  }

  /** @returns where it stands: whoever tells it when it is removed spares the search for it */
  add(slot: number, evidence: PlateEvidence): number {
    this.sought = null;
    const at = this.index.add(slot, evidence);
    this.twins.add(evidence);
    if (this.twins.isCrowded) this.makeRoom();
    return at;
  }

  /** @param evidence equal to what was added; @param at what `add` answered, or any number */
  remove(slot: number, evidence: PlateEvidence, at = 0): void {
    this.sought = null;
    this.twins.remove(evidence);
    this.index.remove(slot, evidence, at);
  }

  get size(): number {
    return this.index.size;
  }

  /** False: surely no other stay's plate is all but the same. @param own how many of the stays are the asker's own */
  mayHaveTwin(plate: string, own: 0 | 1): boolean {
    return this.size > own && this.twins.mayHaveTwin(plate, own);
  }

  /** Each once, in their order. */
  near(evidence: PlateEvidence): readonly number[] {
    if (evidence !== this.sought) {
      this.foundNear = this.index.near(evidence).sort((one, other) => (this.comesFirst(one, other) ? -1 : 1));
      this.sought = evidence;
    }
    return this.foundNear;
  }

  /** As `PlateIndex.writeNear`: of those near, to be looked at in any order. @param but the asker's own stay, which is left out */
  writeNear(evidence: PlateEvidence, but: number, found: number[]): number {
    return this.index.writeNear(evidence, but, found);
  }

  /** Those near that are, or may be, twins of the plate (`isTwin`), and hardly any others; some twice. */
  mayBeTwins(plate: string): readonly number[] {
    return this.index.alike(plate);
  }

  private makeRoom(): void {
    this.twins.clear(2 * this.size);
    for (const slot of this.index.allIds()) this.twins.add(this.evidenceOf(slot));
  }
}
